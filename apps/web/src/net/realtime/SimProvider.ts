import { AuthCode, CloseCode, HEARTBEAT_INTERVAL_MS, SEND_RATE_HZ } from "./constants";
import type { Environment } from "./environment";
import { Jitter } from "./Jitter";
import { Listeners } from "./Listeners";
import { Chance } from "./sim/Chance";
import type { SimOptions } from "./sim/options";
import { Pipe } from "./sim/Pipe";
import { SERVER_SKEW_MS, SimRoom } from "./sim/SimRoom";
import {
  JoinError,
  type ClientPayloads,
  type ConnectionState,
  type ConnectOptions,
  type EventListener,
  type JoinFailure,
  type ProviderStatus,
  type RealtimeProvider,
  type ServerEventEnvelope,
  type StatusListener,
  type Transform,
} from "./types";

const TICK_MS = 50;
const OWN_ID = "guest-sim-yourself";
/** How long a simulated loss of the connection lasts. */
const OUTAGE_MS = 3_000;

type Ending = "kicked" | "banned";

/**
 * An evening with no server: the events of the real one, from simulated guests over a simulated
 * network. The same seed, calls and times give the same evening.
 */
export class SimProvider implements RealtimeProvider {
  readonly #environment: Environment;
  readonly #options: SimOptions;
  readonly #up: Pipe;
  readonly #down: Pipe;
  readonly #room: SimRoom;
  readonly #events: Listeners<Parameters<EventListener>>;
  readonly #statuses: Listeners<Parameters<StatusListener>>;
  readonly #jitter = new Jitter();
  /** For who gives no name, as a server would. */
  readonly #guestName: string;
  #identity: ConnectOptions = { roomId: "", displayName: "", avatarId: "" };
  #status: ProviderStatus = { state: "idle" };
  #entered: { resolve: () => void; reject: (reason: JoinError) => void } | null = null;
  #failure: JoinFailure | null = null;
  #ending: Ending | null = null;
  #rateHz = SEND_RATE_HZ;
  #seq = -1;
  /** The connection is lost, and its return waits for its time. */
  #isOut = false;
  #timers: (() => void)[] = [];

  constructor(environment: Environment, options: SimOptions) {
    this.#environment = environment;
    const report = (error: unknown): void => environment.report(error);
    this.#events = new Listeners(report);
    this.#statuses = new Listeners(report);
    this.#options = options;
    this.#guestName = `Guest-${(options.seed & 0xffff).toString(16).padStart(4, "0")}`;
    const chance = new Chance(options.seed + 1);
    this.#up = new Pipe(environment, options, chance);
    this.#down = new Pipe(environment, options, chance);
    this.#room = new SimRoom(options, (event) => {
      this.#down.send(() => this.#receive(event), event.t === "avatar_transform_broadcast");
    });
  }

  get status(): ProviderStatus {
    return this.#status;
  }

  get userId(): string | null {
    return this.#status.state === "idle" ? null : OWN_ID;
  }

  get rateHz(): number {
    return this.#rateHz;
  }

  get failure(): JoinFailure | null {
    return this.#failure;
  }

  connect(options: ConnectOptions): Promise<void> {
    if (this.#status.state !== "idle") throw new Error("A provider is good for one membership.");
    const displayName = options.displayName.trim() || this.#guestName;
    this.#identity = { ...options, displayName };
    return new Promise((resolve, reject) => {
      this.#entered = { resolve, reject };
      this.#reach();
    });
  }

  disconnect(): void {
    if (this.#status.state === "closed") return;
    this.#close({ code: "left", message: "You left." }, CloseCode.NORMAL);
  }

  sendTransform(transform: Transform): number | null {
    if (this.#status.state !== "joined") return null;
    this.#seq += 1;
    const seq = this.#seq;
    const ts = this.#serverMs();
    const copy = { ...transform };
    this.#up.send(() => this.#room.move(copy, seq, ts), true);
    return seq;
  }

  sendChat(text: string): void {
    this.#ask((nowMs) => this.#room.chat(text, nowMs));
  }

  sendEmote(emoteId: string): void {
    this.#ask((nowMs) => this.#room.emote(emoteId, nowMs));
  }

  sendSeat(seatId: string | null): void {
    this.#ask((nowMs) => this.#room.seat(seatId, nowMs));
  }

  moderate(act: ClientPayloads["moderate"]): void {
    this.#ask((nowMs) => this.#room.act(act, nowMs));
  }

  setVisible(visible: boolean): void {
    this.#ask((nowMs) => this.#room.see(this.#identity.roomId, visible, nowMs));
  }

  unload(): void {
    // A simulated evening ends with its page.
  }

  retryNow(): void {
    if (!this.#isOut) return;
    this.#stopTimers();
    this.#reach();
  }

  on(listener: EventListener): () => void {
    return this.#events.add(listener);
  }

  onStatus(listener: StatusListener): () => void {
    return this.#statuses.add(listener);
  }

  #serverMs(): number {
    return this.#environment.epochMs + this.#environment.now() + SERVER_SKEW_MS;
  }

  #ask(act: (nowMs: number) => void): void {
    if (this.#status.state === "joined") this.#up.send(() => act(this.#serverMs()));
  }

  /** The ways of a real connection: a token, a socket, an answer. */
  #reach(): void {
    this.#isOut = false;
    const isBack = this.#status.state === "reconnecting";
    if (!isBack) this.#tell("connecting");
    this.#up.send(() => {
      this.#down.send(() => {
        if (!isBack) this.#tell("joining");
        this.#up.send(() => {
          this.#room.join(this.#identity.roomId, { ...this.#identity, userId: OWN_ID }, this.#serverMs());
          this.#live();
        });
      });
    });
  }

  /** The server's side of a membership: its ticks, and what a moderator will do. */
  #live(): void {
    const { drop, muted, kicked, banned } = this.#options;
    this.#every(TICK_MS, () => this.#room.advance(this.#serverMs()));
    this.#every(HEARTBEAT_INTERVAL_MS, () => this.#heartbeat());
    this.#heartbeat();
    this.#in(drop, () => this.#lose());
    this.#in(muted, () => this.#room.moderate("mutedByMod", this.#serverMs()));
    this.#in(kicked, () => this.#end("kicked"));
    this.#in(banned, () => this.#end("banned"));
  }

  #heartbeat(): void {
    const clientTimeMs = this.#environment.epochMs + this.#environment.now();
    const lastSeq = this.#seq;
    this.#up.send(() => {
      const serverTimeMs = Math.round(this.#serverMs());
      const payload = { clientTimeMs, serverTimeMs, lastSeq };
      this.#down.send(() => this.#receive({ t: "heartbeat_ack", ts: serverTimeMs, payload }));
    });
  }

  #receive(event: ServerEventEnvelope): void {
    const nowMs = this.#environment.now();
    if (event.t === "session") this.#begin(event.payload.rateHz);
    if (event.t === "heartbeat_ack") this.#measure(event.payload.clientTimeMs, nowMs);
    if (event.t === "avatar_transform_broadcast") this.#jitter.observe(event.ts, nowMs);
    if (event.t === "moderation_details") this.#note(event.payload.untilMs);
    this.#events.tell(event, nowMs);
    if (event.t === "room_state") {
      this.#entered?.resolve();
      this.#entered = null;
    }
  }

  #begin(rateHz: number): void {
    this.#rateHz = rateHz;
    this.#tell("joined");
  }

  #measure(clientTimeMs: number, nowMs: number): void {
    const roundTripMs = this.#environment.epochMs + nowMs - clientTimeMs;
    const clockOffsetMs = this.#environment.epochMs + SERVER_SKEW_MS;
    const jitterMs = this.#jitter.ms ?? 0;
    this.#publish({ state: this.#status.state, roundTripMs, jitterMs, clockOffsetMs });
  }

  #lose(): void {
    this.#room.lose(this.#serverMs());
    this.#cut();
    this.#isOut = true;
    this.#publish({ state: "reconnecting", retryInMs: OUTAGE_MS, reason: "The connection was lost." });
    this.#timers.push(this.#environment.after(OUTAGE_MS, () => this.#reach()));
  }

  #end(type: Ending): void {
    this.#ending = type;
    this.#room.moderate(type, this.#serverMs());
    const closeCode = type === "kicked" ? CloseCode.KICKED : CloseCode.BANNED;
    this.#down.send(() => this.#close(this.#failure ?? { code: type, message: "" }, closeCode));
  }

  #note(untilMs: number | null): void {
    if (this.#ending === null) return;
    const code = this.#ending === "kicked" ? AuthCode.KICKED : AuthCode.BANNED;
    this.#failure = { code, message: "This is only a simulation.", untilMs };
  }

  #close(failure: JoinFailure, closeCode: number): void {
    this.#room.lose(this.#serverMs());
    this.#cut();
    if (closeCode !== CloseCode.NORMAL) this.#failure = failure;
    this.#publish({ state: "closed", closeCode, reason: failure.message });
    this.#entered?.reject(new JoinError(failure));
    this.#entered = null;
  }

  #cut(): void {
    this.#stopTimers();
    this.#up.cut();
    this.#down.cut();
    this.#jitter.reset();
  }

  #stopTimers(): void {
    for (const stop of this.#timers) stop();
    this.#timers = [];
  }

  #in(seconds: number, act: () => void): void {
    if (seconds > 0) this.#timers.push(this.#environment.after(seconds * 1000, act));
  }

  #every(periodMs: number, act: () => void): void {
    const index = this.#timers.length;
    const again = (): void => {
      this.#timers[index] = this.#environment.after(periodMs, () => {
        again();
        act();
      });
    };
    again();
  }

  #tell(state: ConnectionState): void {
    this.#publish({ ...this.#measured(), state });
  }

  #measured(): Omit<ProviderStatus, "state" | "retryInMs" | "closeCode" | "reason"> {
    const { roundTripMs, jitterMs, clockOffsetMs } = this.#status;
    return {
      ...(roundTripMs !== undefined && { roundTripMs }),
      ...(jitterMs !== undefined && { jitterMs }),
      ...(clockOffsetMs !== undefined && { clockOffsetMs }),
    };
  }

  #publish(status: ProviderStatus): void {
    this.#status = status;
    this.#statuses.tell(status);
  }
}
