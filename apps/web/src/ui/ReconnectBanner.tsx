import { useEffect, useState } from "preact/hooks";
import type { BarModel } from "./BarModel";
import { secondsLeft } from "../text/format";
import { monotonicNow, useNow } from "./useNow";

/** A shorter loss is not worth a word. */
const SILENT_MS = 1_000;

/** Says that the connection is gone and when the next try is. It blocks nothing. */
export function ReconnectBanner({ model }: { model: BarModel }) {
  const status = model.status.value;
  const isLost = status.state === "reconnecting";
  const [isShown, setIsShown] = useState(false);
  const [statusMs, setStatusMs] = useState(monotonicNow);
  useEffect(() => setStatusMs(monotonicNow()), [status]);
  useEffect(() => {
    if (!isLost) {
      setIsShown(false);
      return;
    }
    const timer = window.setTimeout(() => setIsShown(true), SILENT_MS);
    return () => window.clearTimeout(timer);
  }, [isLost]);
  const now = useNow(monotonicNow, 250, isLost);
  const left = secondsLeft((status.retryInMs ?? 0) - (now - statusMs));
  return (
    <div class="banner-place">
      <p class="sr-only" role="status">
        {isShown && "The connection was lost. Reconnecting."}
      </p>
      {isShown && (
        <div class="banner">
          <span class="banner-spin" aria-hidden="true" />
          <span>
            {left > 0 ? `Connection lost · reconnecting in ${left} s` : "Connection lost · reconnecting …"}
          </span>
          <button type="button" class="button button-small" onClick={() => model.retryNow()}>
            Retry now
          </button>
        </div>
      )}
    </div>
  );
}
