import { REASON_MAX_CHARS } from "../net/realtime/constants";
import { checkReason } from "../moderation/acts";

interface ReasonFieldProps {
  readonly label: string;
  readonly hint: string;
  readonly draft: string;
  readonly most?: number;
  readonly onDraft: (draft: string) => void;
}

/** A few sentences of somebody's own, and how many characters are left for them. */
export function ReasonField({ label, hint, draft, most = REASON_MAX_CHARS, onDraft }: ReasonFieldProps) {
  const { length, isOver } = checkReason(draft, most);
  return (
    <label class="reason">
      <span class="reason-label">{label}</span>
      <textarea
        rows={3}
        value={draft}
        aria-invalid={isOver}
        aria-describedby="reason-hint reason-count"
        onInput={({ currentTarget }) => onDraft(currentTarget.value)}
      />
      <span class="reason-foot">
        <span id="reason-hint" class="note">
          {hint}
        </span>
        <span id="reason-count" class={isOver ? "counter counter-over" : "counter"}>
          {isOver ? `${length - most} too many · ` : ""}
          {length}/{most}
        </span>
      </span>
    </label>
  );
}
