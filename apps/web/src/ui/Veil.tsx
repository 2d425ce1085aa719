import { useState } from "preact/hooks";
import type { BarModel, BlindReason } from "./BarModel";
import { monotonicNow, useNow } from "./useNow";

/** Sooner than this nobody wonders. */
const SLOW_MS = 6_000;

/** Before the room can be seen: what is being done, and a way back. */
export function Veil({ model }: { model: BarModel }) {
  const arrival = model.arrival.value;
  const begunMs = useBegin();
  const isWaiting = arrival.type !== "inside" && !(arrival.type === "blind" && arrival.isJoined);
  const now = useNow(monotonicNow, 1_000, isWaiting);
  if (arrival.type === "inside") return null;
  const { state, reason } = model.status.value;
  const way = veilText(state, reason, now - begunMs > SLOW_MS);
  if (arrival.type === "blind") {
    return <Blind model={model} reason={arrival.reason} way={arrival.isJoined ? null : way} />;
  }
  return (
    <div class="veil">
      <p class="veil-sign" aria-hidden="true">
        VirtuBar
      </p>
      <p role="status">{arrival.type === "building" ? "Lighting the lamps …" : way}</p>
      {arrival.type === "joining" && (
        <button type="button" class="button" onClick={() => model.leave()}>
          Back to the door
        </button>
      )}
    </div>
  );
}

interface BlindProps {
  readonly model: BarModel;
  readonly reason: BlindReason;
  /** How far one is; null for inside. */
  readonly way: string | null;
}

function Blind({ model, reason, way }: BlindProps) {
  return (
    <div class="blind">
      <h2>The room cannot be drawn here</h2>
      <p>
        {reason === "graphics"
          ? model.mapPath === null
            ? "This browser gives us nothing to draw on."
            : "This browser gives us no 3D graphics."
          : "A part of the page could not be loaded."}
      </p>
      <p role="status">
        {way ??
          "You are inside all the same: chat, the list of people and emotes work, keys walk, and others see you."}
      </p>
      {reason === "loading" && (
        <button type="button" class="button button-primary" onClick={() => model.reload()}>
          Load the page again
        </button>
      )}
      {way !== null && (
        <button type="button" class="button" onClick={() => model.leave()}>
          Back to the door
        </button>
      )}
      {reason === "graphics" && model.controls.hasSettings && model.mapPath !== null && (
        // Leave, or one would be here and there.
        <a
          class="button"
          href={`${model.mapPath}?room=${model.room.value.roomId}`}
          onClick={() => model.leave()}
        >
          See the bar from above
        </a>
      )}
    </div>
  );
}

function veilText(state: string, reason: string | undefined, isSlow: boolean): string {
  if (reason !== undefined && isSlow) return `${reason} Still trying …`;
  return state === "joining" ? "Opening the door …" : "Walking up to the door …";
}

function useBegin(): number {
  return useState(monotonicNow)[0];
}
