import { listFailure } from "../../moderation/failures";
import type { EarlierChat } from "../model/EarlierChat";

/** Goes back in what was said. It stays where it is, so that a keyboard can press it again. */
export function EarlierButton({ earlier }: { earlier: EarlierChat }) {
  const error = earlier.error.value;
  return (
    <div class="heard-back">
      <button
        type="button"
        class="button button-small"
        aria-disabled={!earlier.hasMore.value || earlier.isBusy.value}
        onClick={() => void earlier.more()}
      >
        Earlier messages
      </button>
      <span role="status">{stateText(earlier)}</span>
      {error !== null && (
        <span class="bad" role="alert">
          {listFailure(error)}
        </span>
      )}
    </div>
  );
}

function stateText(earlier: EarlierChat): string {
  if (earlier.isBusy.value) return "Just a moment …";
  if (earlier.isFull.value) return "That is as much as fits in here.";
  if (!earlier.hasMore.value) return "Nothing earlier is stored.";
  const count = earlier.lines.value.length;
  return count === 0 ? "" : `${count} shown`;
}
