import { secondsLeft } from "../../text/format";
import { monotonicNow, useNow } from "../../ui/useNow";
import type { Poller } from "../model/Poller";

/** Says when what is shown is old, and why. */
export function PollBanner({ poller }: { poller: Poller }) {
  const state = poller.state.value;
  const isFailing = state.type === "failing" && state.failures > 1;
  const now = useNow(monotonicNow, 500, isFailing);
  return (
    <div class="poll-place" role="alert">
      {state.type === "refused" && <p class="failure">{refusedText(state.error)}</p>}
      {isFailing && (
        <p class="failure poll-banner">
          <span>
            No answer from the server: what you see is old. Trying again in {secondsLeft(state.nextMs - now)}{" "}
            s.
          </span>
          <button type="button" class="button button-small" onClick={() => poller.now()}>
            Try now
          </button>
        </p>
      )}
    </div>
  );
}

function refusedText({ status, message }: { readonly status: number; readonly message: string }): string {
  return status === 403 ? "You may not look into this room." : message;
}
