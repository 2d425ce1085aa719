import { Decoder, Encoder, MapSchema, schema, t, type SchemaType } from "@colyseus/schema";
import { Predict } from "@colyseus/sdk/predict";
import type { RoomClockLike } from "@colyseus/sdk/RoomClock";
import { ArrivalClock } from "../../src/net/realtime/ArrivalClock";
import { SEND_RATE_HZ, SNAP_DISTANCE_M } from "../../src/net/realtime/constants";
import type { Arrival } from "../trace";
import type { Adapter, Player, Point } from "./Adapter";

/** The library's own default, and what its documentation shows for remote players. */
const DELAY_MS = 100;
/** Its room would advertise this. A clock that cannot tell it makes the library guess, much worse. */
const PATCH_INTERVAL_MS = 1000 / SEND_RATE_HZ;
const MEMBER = "member";

const MemberState = schema({ x: t.float32(), z: t.float32() }, "MemberState");
type MemberState = SchemaType<typeof MemberState>;
const State = schema({ players: t.map(MemberState) }, "State");

/**
 * The server's time as well known as ours is: motion times, and the least late arrival. The library's
 * own clock would learn less, since its patches say when they were written and not when one moved.
 */
class TraceClock implements RoomClockLike {
  readonly #arrivals = new ArrivalClock();
  #newestTs = 0;
  nowMs = 0;

  observe({ ts, arrivalMs }: Arrival): void {
    this.#newestTs = ts;
    this.#arrivals.observe(ts, arrivalMs);
  }

  now(): number {
    return this.nowMs;
  }

  serverNow(): number {
    return this.#arrivals.motionNow(this.nowMs);
  }

  lastServerTime(): number {
    return this.#newestTs;
  }

  rtt(): number {
    return 0;
  }

  smoothedRtt(): number {
    return 0;
  }

  jitter(): number {
    return 0;
  }

  /** How often a member who moves gives a sample: told, it knows a pause from a late sample. */
  patchInterval(): number {
    return PATCH_INTERVAL_MS;
  }

  sample(): void {
    throw new Error("Nothing but arrivals tells this clock the time.");
  }
}

/** Its state is written, encoded as patches, decoded, and watched by `Predict`, as in a room. */
class Colyseus implements Player {
  readonly #server = new State();
  readonly #encoder = new Encoder(this.#server);
  readonly #client = new State();
  readonly #decoder = new Decoder(this.#client);
  readonly #clock = new TraceClock();
  readonly #predict: Predict;
  /** `Predict` reads the machine's clock once for each field: frames must not come before that. */
  readonly #startMs = performance.now();

  constructor(delayMs: number, smoothMs: number) {
    this.#server.players = new MapSchema<MemberState>();
    this.#predict = Predict.get(this.#decoder, { mode: "lerp", delay: delayMs, clock: this.#clock });
    this.#predict.attachAll("players", {
      mode: "lerp",
      fields: ["x", "z"],
      smoothMs,
      snap: SNAP_DISTANCE_M,
    });
  }

  receive(arrival: Arrival): void {
    this.#clock.observe(arrival);
    let member = this.#server.players.get(MEMBER);
    if (member === undefined) {
      member = new MemberState();
      this.#server.players.set(MEMBER, member);
    }
    member.x = arrival.x;
    member.z = arrival.z;
    this.#decoder.decode(this.#encoder.encode());
    this.#encoder.discardChanges();
  }

  draw(nowMs: number, _dtS: number, target: Point): boolean {
    this.#clock.nowMs = nowMs;
    this.#predict.tick(this.#startMs + nowMs);
    const member = this.#client.players.get(MEMBER);
    if (member === undefined) return false;
    target.x = this.#predict.value(member, "x");
    target.z = this.#predict.value(member, "z");
    return true;
  }
}

/** `Predict` of `@colyseus/sdk` with one output spring. */
export function colyseus(smoothMs: number, delayMs = DELAY_MS): Adapter {
  return {
    name: `@colyseus/sdk Predict, smoothMs ${smoothMs}`,
    start: () => new Colyseus(delayMs, smoothMs),
  };
}
