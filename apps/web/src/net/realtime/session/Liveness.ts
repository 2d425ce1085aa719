import { HEARTBEAT_INTERVAL_MS, HEARTBEATS_UNANSWERED_MAX } from "../constants";

/** When the page wakes or its network changes, the connection has this long to show that it lives. */
export const PROBE_MS = 4_000;

/** When to send heartbeats, and when their silence means that nobody is there (§4). Pure. */
export class Liveness {
  #unanswered = 0;
  #beatDueMs: number | null = null;
  #probeDueMs: number | null = null;

  /** When `check` is wanted; null for never. */
  get dueMs(): number | null {
    if (this.#beatDueMs === null) return null;
    return Math.min(this.#beatDueMs, this.#probeDueMs ?? Infinity);
  }

  /** A heartbeat is being sent. */
  beat(nowMs: number): void {
    this.#unanswered += 1;
    this.#beatDueMs = nowMs + HEARTBEAT_INTERVAL_MS;
  }

  /** A heartbeat is being sent that wants its answer soon. */
  probe(nowMs: number): void {
    this.beat(nowMs);
    this.#probeDueMs ??= nowMs + PROBE_MS;
  }

  /** Something came: they live. */
  heard(): void {
    this.#unanswered = 0;
    this.#probeDueMs = null;
  }

  check(nowMs: number): "dead" | "beat" | "wait" {
    if (this.#probeDueMs !== null && nowMs >= this.#probeDueMs) return "dead";
    if (this.#beatDueMs === null || nowMs < this.#beatDueMs) return "wait";
    return this.#unanswered >= HEARTBEATS_UNANSWERED_MAX ? "dead" : "beat";
  }

  stop(): void {
    this.#unanswered = 0;
    this.#beatDueMs = null;
    this.#probeDueMs = null;
  }
}
