import { useState } from "preact/hooks";
import type { BarModel, BlindReason } from "./BarModel";
import { monotonicNow, useNow } from "./useNow";

/** Sooner than this nobody wonders. */
const SLOW_MS = 6_000;

/** Before the room can be seen: what is being done, and a way back. */
export function Veil({ model }: { model: BarModel }) {
  const arrival = model.arrival.value;
  const begunMs = useBegin();
  const isWaiting = arrival.type === "joining" || arrival.type === "building";
  const now = useNow(monotonicNow, 1_000, isWaiting);
  if (arrival.type === "inside") return null;
  if (arrival.type === "blind") return <Blind model={model} reason={arrival.reason} />;
  const { state, reason } = model.status.value;
  const isSlow = now - begunMs > SLOW_MS;
  return (
    <div class="veil">
      <p class="veil-sign" aria-hidden="true">
        VirtuBar
      </p>
      <p role="status">
        {arrival.type === "building" ? "Lighting the lamps …" : veilText(state, reason, isSlow)}
      </p>
      {arrival.type === "joining" && (
        <button type="button" class="button" onClick={() => model.leave()}>
          Back to the door
        </button>
      )}
    </div>
  );
}

function Blind({ model, reason }: { model: BarModel; reason: BlindReason }) {
  return (
    <div class="blind">
      <h2>The room cannot be drawn here</h2>
      <p>
        {reason === "graphics"
          ? "This browser gives us no 3D graphics."
          : "A part of the page could not be loaded; reloading it may help."}{" "}
        You are inside all the same: chat, the list of people and emotes work, keys walk, and others see you.
      </p>
      {reason === "graphics" && model.house.hasSettings && (
        // Leave, or one would be here and there.
        <a class="button" href={`/map?room=${model.room.value.roomId}`} onClick={() => model.leave()}>
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
