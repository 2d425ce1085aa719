import { PROTOCOL_VERSION } from "../../src/net/realtime/constants";
import type {
  ClientEventEnvelope,
  MemberInfo,
  ServerEventName,
  ServerPayloads,
} from "../../src/net/realtime/types";
import { encodeMoves } from "./encodeMoves";
import { Walkers, type Walker } from "./Walkers";

export const ME = "me";
export const FLUSH_MS = 50;
/** How often somebody is told who is so far from the observer, ms: as the server does in a crowd. */
const NEAR_MS = 67;
const MIDDLE_MS = 300;
const FAR_MS = 1_750;
const NEAR_COUNT = 30;
const MIDDLE_COUNT = 130;
/** The entrance, where the observer stands. */
const DOOR = { x: 0, z: 7, rotY: Math.PI } as const;

/** Whoever gets the messages. */
export type Deliver = (message: string | ArrayBuffer) => void;

/**
 * What a server sends to one who stands in a crowd, without a server: the same crowd each time, and
 * no time of another process in what is measured.
 */
export class CrowdServer {
  readonly walkers = new Walkers(20261128);
  /** What walking and writing messages took so far, ms: no part of what the client costs. */
  ownMs = 0;
  #deliver: Deliver = () => undefined;
  readonly #own: MemberInfo;
  #lastMs = performance.now();

  constructor(count: number) {
    this.#own = { userId: ME, displayName: "Observer", avatarId: "amber", y: 0, anim: "idle", ...DOOR };
    for (let made = 0; made < count; made++) this.walkers.admit(this.#lastMs);
  }

  /** One client's message. */
  hear({ t, payload }: ClientEventEnvelope, deliver: Deliver): void {
    this.#deliver = deliver;
    const nowMs = Math.round(performance.timeOrigin + performance.now());
    if (t === "join_room") this.#admitObserver(nowMs);
    else if (t === "heartbeat") {
      this.#tell("heartbeat_ack", { ...payload, clientTimeMs: payload.clientTimeMs, serverTimeMs: nowMs });
    } else if (t === "avatar_transform") {
      const { seq, x, y, z, rotY, anim, speaking } = payload;
      const broadcast = { userId: ME, seq, x, y, z, rotY, anim, speaking };
      this.#tell("avatar_transform_broadcast", broadcast);
    }
  }

  /** Move everybody, and tell what is due. */
  flush(): void {
    this.#timed(() => {
      const nowMs = performance.now();
      this.walkers.step(nowMs, (nowMs - this.#lastMs) / 1000);
      this.#lastMs = nowMs;
      const due = this.#due(nowMs);
      if (due.length > 0) this.#deliver(encodeMoves(due, Math.round(performance.timeOrigin + nowMs)));
    });
  }

  /** So many come in, in one flush. */
  join(count: number): void {
    this.#timed(() => {
      for (let made = 0; made < count; made++) {
        const walker = this.walkers.admit(performance.now());
        this.#tell("member_joined", { member: walker.info });
        this.#tell("member_indices", { members: [[walker.index, walker.info.userId]] });
      }
    });
  }

  /** So many leave, in one flush. */
  leave(count: number): void {
    this.#timed(() => {
      for (let gone = 0; gone < count; gone++) {
        const walker = this.walkers.dismiss();
        if (walker !== undefined) this.#tell("member_left", { userId: walker.info.userId });
      }
    });
  }

  #due(nowMs: number): Walker[] {
    const byNearness = [...this.walkers.list].sort((one, other) => awayM(one) - awayM(other));
    return byNearness.filter((walker, place) => {
      const everyMs = place < NEAR_COUNT ? NEAR_MS : place < MIDDLE_COUNT ? MIDDLE_MS : FAR_MS;
      // Spread by index: the far ones are not all told in one flush.
      const isDue = nowMs - walker.toldMs >= everyMs - FLUSH_MS / 2 - (walker.index % 7) * 5;
      if (isDue) walker.toldMs = nowMs;
      return isDue;
    });
  }

  #admitObserver(nowMs: number): void {
    const others = this.walkers.list.map(({ info, x, z, rotY }) => ({ ...info, x, z, rotY }));
    this.#tell("room_state", { roomId: "lobby", serverTimeMs: nowMs, members: [...others, this.#own] });
    const session = { userId: ME, role: "guest", lastSeq: -1, resumed: false, rateHz: 20, muted: false };
    this.#tell("session", { ...session, expiresAtMs: nowMs + 3_600_000 });
    const indices = this.walkers.list.map(({ index, info }): [number, string] => [index, info.userId]);
    this.#tell("member_indices", { members: [[0, ME], ...indices] });
  }

  #tell<Name extends ServerEventName>(t: Name, payload: ServerPayloads[Name]): void {
    const ts = Math.round(performance.timeOrigin + performance.now());
    this.#deliver(JSON.stringify({ v: PROTOCOL_VERSION, t, ts, payload }));
  }

  #timed(act: () => void): void {
    const beganMs = performance.now();
    act();
    this.ownMs += performance.now() - beganMs;
  }
}

function awayM({ x, z }: Walker): number {
  return Math.hypot(x - DOOR.x, z - DOOR.z);
}
