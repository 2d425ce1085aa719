import { CUSTOM, DURATIONS, UNITS, readDuration, type DurationDraft } from "../moderation/durations";

interface DurationFieldProps {
  readonly draft: DurationDraft;
  readonly onDraft: (draft: DurationDraft) => void;
}

/** How long: a few usual times, or one's own. */
export function DurationField({ draft, onDraft }: DurationFieldProps) {
  const read = readDuration(draft);
  const isCustom = draft.choice === CUSTOM;
  return (
    <fieldset class="chips-field">
      <legend>For how long</legend>
      <div class="chips">
        {[...DURATIONS, { id: CUSTOM, name: "Other …" }].map(({ id, name }) => (
          <label key={id} class="chip">
            <input
              type="radio"
              name="duration"
              value={id}
              checked={draft.choice === id}
              onChange={() => onDraft({ ...draft, choice: id })}
            />
            <span>{name}</span>
          </label>
        ))}
      </div>
      {isCustom && (
        <div class="custom-duration">
          <input
            type="text"
            inputMode="numeric"
            aria-label="How many"
            aria-invalid={!read.isGood}
            aria-describedby="duration-why"
            value={draft.amount}
            onInput={({ currentTarget: { value } }) => onDraft({ ...draft, amount: value })}
          />
          <select
            aria-label="Minutes, hours or days"
            value={draft.unit}
            onChange={({ currentTarget: { value } }) => {
              onDraft({ ...draft, unit: UNITS.find(({ id }) => id === value)?.id ?? "minutes" });
            }}
          >
            {UNITS.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </div>
      )}
      <p id="duration-why" class="note note-bad" role="status">
        {read.isGood ? "" : read.why}
      </p>
    </fieldset>
  );
}
