import type { ServerEventEnvelope } from "../net/realtime/types";
import { reduce } from "./reduce";
import { emptyRoom, type RoomState } from "./RoomState";

export type RoomListener = (state: RoomState) => void;

/** Holds a room's state, and tells when it has changed. */
export class RoomStore {
  #state: RoomState;
  readonly #listeners = new Set<RoomListener>();

  constructor(roomId: string) {
    this.#state = emptyRoom(roomId);
  }

  get state(): RoomState {
    return this.#state;
  }

  /** Take one event in; listeners hear only of what changed something. */
  handle(event: ServerEventEnvelope): void {
    const next = reduce(this.#state, event);
    if (next === this.#state) return;
    this.#state = next;
    for (const listener of this.#listeners) listener(next);
  }

  /** Hear of every change from now on. Returns how to stop. */
  subscribe(listener: RoomListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
