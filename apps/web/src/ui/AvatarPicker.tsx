import { AvatarFigure } from "./AvatarFigure";
import { AvatarStage } from "./AvatarStage";
import type { DoorModel } from "./DoorModel";
import { AVATAR_IDS, flatLook } from "./looks";

interface AvatarPickerProps {
  readonly value: string;
  readonly preview: DoorModel["preview"];
  readonly onPick: (avatarId: string) => void;
}

/** The looks to choose from, and the chosen one in full. Radio buttons: arrows go through them. */
export function AvatarPicker({ value, preview, onPick }: AvatarPickerProps) {
  return (
    <fieldset class="picker">
      <legend>Your look</legend>
      <div class="picker-stage">
        <span class="picker-light" aria-hidden="true" />
        <AvatarStage avatarId={value} preview={preview} />
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
