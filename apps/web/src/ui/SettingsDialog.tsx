import type { BarModel } from "./BarModel";
import { Dialog } from "./Dialog";
import { MicrophoneSwitch } from "./MicrophoneSwitch";
import { QUALITIES, type Quality } from "./settings";

const QUALITY_NAMES: Readonly<Record<Quality, string>> = {
  auto: "Automatic",
  high: "High",
  medium: "Medium",
  low: "Low",
};

const MOTIONS: readonly (readonly [value: string, name: string, reduced: boolean | null])[] = [
  ["system", "Like the system", null],
  ["reduced", "Reduced", true],
  ["full", "Full", false],
];

interface SettingsDialogProps {
  readonly model: BarModel;
  readonly onClose: () => void;
  readonly onHelp: () => void;
}

export function SettingsDialog({ model, onClose, onHelp }: SettingsDialogProps) {
  const settings = model.settings.value;
  const motion = MOTIONS.find(([, , reduced]) => reduced === settings.reducedMotion)?.[0];
  return (
    <Dialog title="Settings" onClose={onClose}>
      <div class="fields">
        <label class="field">
          <span>Picture quality</span>
          <select
            value={settings.quality}
            onChange={({ currentTarget: { value } }) => {
              model.change({ quality: QUALITIES.find((known) => known === value) ?? "auto" });
            }}
          >
            {QUALITIES.map((quality) => (
              <option key={quality} value={quality}>
                {QUALITY_NAMES[quality]}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>Motion</span>
          <select
            value={motion}
            onChange={({ currentTarget: { value } }) => {
              const chosen = MOTIONS.find(([known]) => known === value);
              model.change({ reducedMotion: chosen?.[2] ?? null });
            }}
          >
            {MOTIONS.map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>Names over heads</span>
          <input
            type="checkbox"
            class="switch"
            checked={settings.names}
            onChange={({ currentTarget }) => model.change({ names: currentTarget.checked })}
          />
        </label>
        <label class="field">
          <span>Sound of the bar</span>
          <input
            type="checkbox"
            class="switch"
            checked={settings.sound}
            onChange={({ currentTarget }) => model.change({ sound: currentTarget.checked })}
          />
        </label>
        <label class="field">
          <span>Volume</span>
          <input
            type="range"
            min="0"
            max="100"
            value={Math.round(settings.volume * 100)}
            disabled={!settings.sound}
            onInput={({ currentTarget }) => model.change({ volume: Number(currentTarget.value) / 100 })}
          />
        </label>
      </div>
      <h3>Talk ring</h3>
      <MicrophoneSwitch model={model} />
      <h3>Help</h3>
      <div>
        <button type="button" class="button" onClick={onHelp}>
          How to get around
        </button>
      </div>
    </Dialog>
  );
}
