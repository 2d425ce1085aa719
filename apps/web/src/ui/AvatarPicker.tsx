import { AvatarFigure } from "./AvatarFigure";
import { AVATAR_IDS, flatLook } from "./looks";

interface AvatarPickerProps {
  readonly value: string;
  readonly onPick: (avatarId: string) => void;
}

/** The looks to choose from, and the chosen one in full. Radio buttons: arrows go through them. */
export function AvatarPicker({ value, onPick }: AvatarPickerProps) {
  return (
    <fieldset class="picker">
      <legend>Your look</legend>
      <div class="picker-stage">
        <span class="picker-light" aria-hidden="true" />
        <span key={value} class="picker-figure">
          <AvatarFigure avatarId={value} />
        </span>
        <span class="picker-name" aria-hidden="true">
          {flatLook(value).name}
        </span>
      </div>
      <div class="picker-grid">
        {AVATAR_IDS.map((id) => (
          <label key={id} class="picker-choice">
            <input type="radio" name="avatar" value={id} checked={id === value} onChange={() => onPick(id)} />
            <span class="picker-face">
              <AvatarFigure avatarId={id} crop="bust" />
            </span>
            <span class="sr-only">{flatLook(id).name}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
