import { useEffect, useRef } from "preact/hooks";
import { endText, type EndCause } from "./ending";
import { secondsLeft, duration } from "../text/format";
import { useNow, useServerTime } from "./useNow";

/** The longest wait whose seconds are counted on the button. */
const COUNTED_MS = 90_000;

interface EndingProps {
  readonly cause: EndCause;
  readonly onAgain: () => void;
  readonly onDoor: () => void;
}

/** What one sees who cannot be in the room any more. */
export function Ending({ cause, onAgain, onDoor }: EndingProps) {
  const now = useNow(useServerTime(), 500);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const { title, what, why, hope, again, againFromMs } = endText(cause, now);
  const waitMs = Math.max(0, (againFromMs ?? 0) - now);
  const isFarOff = waitMs > COUNTED_MS;
  return (
    <main class="ending">
      <section class="card ending-card">
        <p class="ending-sign" aria-hidden="true">
          VirtuBar
        </p>
        <div role="alert">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
        </div>
        <p>{what}</p>
        {why !== "" && (
          <p class="ending-why">
            <span>Why: </span>
            <bdi>{why}</bdi>
          </p>
        )}
        <p class="faint">{hope}</p>
        <div class="ending-acts">
          {again !== null && (
            <button type="button" class="button button-primary" disabled={waitMs > 0} onClick={onAgain}>
              {again}
              {waitMs > 0 && ` · ${isFarOff ? duration(waitMs) : `${secondsLeft(waitMs)} s`}`}
            </button>
          )}
          <button type="button" class="button" onClick={onDoor}>
            Back to the door
          </button>
        </div>
      </section>
    </main>
  );
}
