/**
 * The seam between the bar and whatever carries its events (§9).
 *
 * Payloads are those of the wire, generated from the server's own types; nothing below knows
 * whether they came from a socket or from simulated guests.
 */
import type { ClientPayloads, MemberInfo, ServerPayloads } from "./generated/events";
import type { Anim, ModerationScope } from "./generated/events";
import type { ClientEventName, ServerEventName } from "./constants";

export type * from "./generated/events";
export type { ClientEventName, ServerEventName } from "./constants";

/** `idle → connecting → joining → joined ⇄ reconnecting → closed` (§9). */
export type ConnectionState = "idle" | "connecting" | "joining" | "joined" | "reconnecting" | "closed";

/** Who a guest says they are; the server decides `userId`. */
export type Identity = Pick<MemberInfo, "userId" | "displayName" | "avatarId">;

/** Where the own avatar is: metres, `rotY` in radians about +y, forward is (sin, 0, cos). */
export interface Transform {
  x: number;
  y: number;
  z: number;
  rotY: number;
  anim: Anim;
  speaking: boolean;
}

/** Every server event as `{t, ts, payload}`, typed by name; `ts` is epoch ms (§2). */
export type ServerEventEnvelope = {
  [Name in ServerEventName]: {
    readonly t: Name;
    readonly ts: number;
    readonly payload: ServerPayloads[Name];
  };
}[ServerEventName];

/** Every client event as `{t, ts, payload}`, typed by name. */
export type ClientEventEnvelope = {
  [Name in ClientEventName]: {
    readonly t: Name;
    readonly ts: number;
    readonly payload: ClientPayloads[Name];
  };
}[ClientEventName];

/** How the connection does, for the mark and the banner. Fields are absent while unknown. */
export interface ProviderStatus {
  readonly state: ConnectionState;
  /** Milliseconds until the next try, as they were when this status was made. */
  readonly retryInMs?: number;
  /** What the last socket was closed with (§8). */
  readonly closeCode?: number;
  /** One sentence about why there is no connection. */
  readonly reason?: string;
  /** The newest heartbeat's round trip. */
  readonly roundTripMs?: number;
  /** How unevenly events arrive: the smoothed change of their delay (RFC 3550 §6.4.1). */
  readonly jitterMs?: number;
  /** Epoch ms on the server's clock less `performance.now()`. */
  readonly clockOffsetMs?: number;
}

/** Why a person cannot be in the room; another try by itself would not change it. */
export interface JoinFailure {
  /** `banned`, `kicked`, `room_not_found`, `room_full`, `replaced`, … (§1, §3). */
  readonly code: string;
  /** One sentence for people. */
  readonly message: string;
  /** Of a ban or kick: the moderator's own words, where the server has told them apart. */
  readonly reason?: string;
  readonly retryAfterMs?: number;
  /** Of a ban or kick, where it is known: epoch ms, null for good. */
  readonly untilMs?: number | null;
  /** Of a ban or kick, where it is known: whether it holds in this room or everywhere. */
  readonly scope?: ModerationScope;
}

export interface ConnectOptions {
  readonly roomId: string;
  readonly displayName: string;
  readonly avatarId: string;
  /** The person was inside just now, on this page before it was loaded again: they missed chat. */
  readonly isReturning?: boolean;
}

/** `arrivalMs` is on the clock of `performance.now()`. */
export type EventListener = (event: ServerEventEnvelope, arrivalMs: number) => void;
export type StatusListener = (status: ProviderStatus) => void;

/** A way into one room; good for one membership, from `connect` to `closed`. */
export interface RealtimeProvider {
  /**
   * Enter the room. Resolves at the first `room_state`.
   *
   * Rejects with a `JoinError` where the person is refused; trouble on the way there is tried again
   * without end.
   */
  connect(options: ConnectOptions): Promise<void>;
  /** Leave: a clean 1000, and the others see it at once (§4). */
  disconnect(): void;
  /** The seq that it went out with; null where it was shed (not joined, or the uplink is full). */
  sendTransform(transform: Transform): number | null;
  sendChat(text: string): void;
  sendEmote(emoteId: string): void;
  /**
   * Ask for a seat, or give the own one up (null) (§11). The answer is the own `seat_changed`, or an
   * `error` whose `event` is `seat`.
   */
  sendSeat(seatId: string | null): void;
  /**
   * Ask for an act of moderation (§7). The answer is `moderation_done`, or an `error` whose `event`
   * is `moderate`, with the act's own `requestId`.
   */
  moderate(act: ClientPayloads["moderate"]): void;
  /** A hidden page gets no transforms, and does not reconnect (§4, §9). */
  setVisible(visible: boolean): void;
  /** The page is going: the place is kept only for as long as loading it again takes (§4). */
  unload(): void;
  /** Do not wait for the next try. */
  retryNow(): void;
  /**
   * Hear every event of the server. `room_state` is first on every join and resume; chat comes once
   * whatever the server repeats. Returns how to stop listening.
   */
  on(listener: EventListener): () => void;
  onStatus(listener: StatusListener): () => void;
  readonly status: ProviderStatus;
  /** The own id, null before the first ticket. */
  readonly userId: string | null;
  /** Transforms per second that the server takes (§5). */
  readonly rateHz: number;
  /** Why it closed for good, null otherwise. */
  readonly failure: JoinFailure | null;
}

/** What `connect` rejects with. */
export class JoinError extends Error implements JoinFailure {
  override readonly name = "JoinError";
  readonly code: string;
  declare readonly reason?: string;
  declare readonly retryAfterMs?: number;
  declare readonly untilMs?: number | null;
  declare readonly scope?: ModerationScope;

  constructor(failure: JoinFailure) {
    super(failure.message);
    this.code = failure.code;
    if (failure.reason !== undefined) this.reason = failure.reason;
    if (failure.retryAfterMs !== undefined) this.retryAfterMs = failure.retryAfterMs;
    if (failure.untilMs !== undefined) this.untilMs = failure.untilMs;
    if (failure.scope !== undefined) this.scope = failure.scope;
  }
}
