import { GUARDS, type SettingsCheck, type SettingsDraft } from "../moderation/roomSettings";

interface RoomSettingsFormProps {
  readonly draft: SettingsDraft;
  readonly check: SettingsCheck;
  readonly onDraft: (draft: SettingsDraft) => void;
}

export function RoomSettingsForm({ draft, check, onDraft }: RoomSettingsFormProps) {
  const set = (change: Partial<SettingsDraft>): void => onDraft({ ...draft, ...change });
  return (
    <div class="fields">
      <label class="stacked">
        <span>Name</span>
        <input
          type="text"
          value={draft.name}
          aria-invalid={check.name !== ""}
          aria-describedby="name-wrong"
          onInput={({ currentTarget }) => set({ name: currentTarget.value })}
        />
        <span id="name-wrong" class="note note-bad">
          {check.name}
        </span>
      </label>
      <Switch
        label="Locked"
        hint="Nobody new comes in, but for those who keep order. Who is inside stays."
        isOn={draft.locked}
        onSwitch={(locked) => set({ locked })}
      />
      <Switch
        label="Only for people who are signed in"
        hint="Guests stay outside. This needs an identity provider."
        isOn={draft.isSignInNeeded}
        onSwitch={(isSignInNeeded) => set({ isSignInNeeded })}
      />
      <label class="field field-short">
        <span>
          Slow mode, in seconds
          <span class="note note-block">Between two messages of one person; 0 is off.</span>
        </span>
        <input
          type="text"
          inputMode="numeric"
          value={draft.slowMode}
          aria-invalid={check.slowMode !== ""}
          aria-describedby="slow-wrong"
          onInput={({ currentTarget }) => set({ slowMode: currentTarget.value })}
        />
      </label>
      <p id="slow-wrong" class="note note-bad">
        {check.slowMode}
      </p>
      <fieldset class="chips-field">
        <legend>Floods and repetition</legend>
        <div class="chips">
          {GUARDS.map(({ id, name }) => (
            <label key={id} class="chip">
              <input
                type="radio"
                name="guard"
                value={id}
                checked={draft.guard === id}
                onChange={() => set({ guard: id })}
              />
              <span>{name}</span>
            </label>
          ))}
        </div>
        <p class="note">{GUARDS.find(({ id }) => id === draft.guard)?.what}</p>
      </fieldset>
      <label class="stacked">
        <span>Words that are not to be said here, one to a line</span>
        <textarea
          rows={4}
          value={draft.words}
          aria-invalid={check.words !== ""}
          aria-describedby="words-wrong"
          onInput={({ currentTarget }) => set({ words: currentTarget.value })}
        />
        <span id="words-wrong" class="note note-bad">
          {check.words}
        </span>
      </label>
    </div>
  );
}

interface SwitchProps {
  readonly label: string;
  readonly hint: string;
  readonly isOn: boolean;
  readonly onSwitch: (isOn: boolean) => void;
}

function Switch({ label, hint, isOn, onSwitch }: SwitchProps) {
  return (
    <label class="field field-check">
      <span>
        {label}
        <span class="note note-block">{hint}</span>
      </span>
      <input
        type="checkbox"
        class="switch"
        checked={isOn}
        onChange={({ currentTarget }) => onSwitch(currentTarget.checked)}
      />
    </label>
  );
}
