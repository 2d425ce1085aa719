import { decodeEnvelope, envelopeOf } from "./codec";
import { ErrorCode, SEND_RATE_HZ, UNSENT_MAX_BYTES } from "./constants";
import { Jitter } from "./Jitter";
import { ABNORMAL_CLOSE, type Addresses, type Link, type LinkOwner } from "./link/Link";
import { Listeners } from "./Listeners";
import {
  JoinError,
  type ClientEventName,
  type ClientPayloads,
  type ConnectOptions,
  type EventListener,
  type JoinFailure,
  type ProviderStatus,
  type RealtimeProvider,
  type ServerEventEnvelope,
  type StatusListener,
  type Transform,
} from "./types";
import { Session } from "./session/Session";
import { isSame, statusOf } from "./session/status";
import { isTransform, type Command, type Input } from "./session/steps";
import type { ServerWorld } from "./session/world";

/** Begins a connection to where a ticket is good for. May throw where the URL is none. */
export type OpenLink = (addresses: Addresses, owner: LinkOwner) => Link;

/**
 * A provider that speaks to a server, over whichever link: does what `Session` decides, and decides
 * nothing itself.
 */
export class ServerProvider implements RealtimeProvider {
  readonly #world: ServerWorld;
  readonly #openLink: OpenLink;
  readonly #events: Listeners<Parameters<EventListener>>;
  readonly #statuses: Listeners<Parameters<StatusListener>>;
  readonly #jitter = new Jitter();
  #session: Session | null = null;
  #roomId = "";
  #status: ProviderStatus = { state: "idle" };
  #isVisible = true;
  #entered: { resolve: () => void; reject: (reason: JoinError) => void } | null = null;
  #commands: Command[] = [];
  #isBusy = false;
  #link: Link | null = null;
  #asking: AbortController | null = null;
  #timer: { atMs: number; cancel: () => void } | null = null;
  #stopOnline: () => void = () => undefined;

  constructor(world: ServerWorld, openLink: OpenLink) {
    this.#world = world;
    this.#openLink = openLink;
    const report = (error: unknown): void => world.report(error);
    this.#events = new Listeners(report);
    this.#statuses = new Listeners(report);
  }

  get status(): ProviderStatus {
    return this.#status;
  }

  get userId(): string | null {
    return this.#session?.userId ?? null;
  }

  get rateHz(): number {
    return this.#session?.rateHz ?? SEND_RATE_HZ;
  }

  get failure(): JoinFailure | null {
    return this.#session?.failure ?? null;
  }

  connect(options: ConnectOptions): Promise<void> {
    if (this.#session !== null) throw new Error("A provider is good for one membership.");
    const { epochMs } = this.#world;
    this.#session = new Session({ ...options, epochMs, random: () => this.#world.random() });
    this.#roomId = options.roomId;
    this.#stopOnline = this.#world.onOnline(() => this.#handle({ type: "nudge" }));
    return new Promise((resolve, reject) => {
      this.#entered = { resolve, reject };
      this.#handle({ type: "visibility", visible: this.#isVisible });
      this.#handle({ type: "start" });
    });
  }

  disconnect(): void {
    this.#handle({ type: "stop" });
  }

  sendTransform(transform: Transform): number | null {
    const session = this.#session;
    if (session?.step !== "joined" || this.#link === null) return null;
    if (this.#link.unsentBytes > UNSENT_MAX_BYTES) return null;
    const { x, y, z, rotY, anim, speaking } = transform;
    const seq = session.nextSeq();
    const roomId = this.#roomId;
    this.#send("avatar_transform", { roomId, seq, x, y, z, rotY, anim, speaking });
    return seq;
  }

  sendChat(text: string): void {
    this.#sendJoined("local_chat", { roomId: this.#roomId, text, mode: "local" });
  }

  sendEmote(emoteId: string): void {
    this.#sendJoined("emote", { roomId: this.#roomId, emoteId });
  }

  sendSeat(seatId: string | null): void {
    this.#sendJoined("seat", { roomId: this.#roomId, seatId });
  }

  moderate(act: ClientPayloads["moderate"]): void {
    this.#sendJoined("moderate", act);
  }

  setVisible(visible: boolean): void {
    this.#isVisible = visible;
    this.#handle({ type: "visibility", visible });
  }

  unload(): void {
    if (this.#session?.step === "joined") this.#send("presence", { visible: false, unloading: true });
  }

  retryNow(): void {
    this.#handle({ type: "nudge" });
  }

  on(listener: EventListener): () => void {
    return this.#events.add(listener);
  }

  onStatus(listener: StatusListener): () => void {
    return this.#statuses.add(listener);
  }

  /** Give the session an input, and do what it says; what comes meanwhile waits its turn. */
  #handle(input: Input): void {
    if (this.#session === null) return;
    this.#commands.push(...this.#session.handle(input, this.#world.now()));
    if (this.#isBusy) return;
    this.#isBusy = true;
    for (let next = this.#commands.shift(); next !== undefined; next = this.#commands.shift()) {
      this.#do(next);
    }
    this.#isBusy = false;
    if (isTransform(input)) return; // thousands a second, of which none changes what follows
    this.#arm(this.#session.dueMs);
    this.#refresh(this.#session);
  }

  #do(command: Command): void {
    switch (command.type) {
      case "requestTicket":
        void this.#requestTicket();
        break;
      case "abandonTicket":
        this.#asking?.abort();
        this.#asking = null;
        break;
      case "forgetIdentity":
        this.#world.tickets.forgetIdentity();
        break;
      case "openSocket":
        this.#open(command.addresses);
        break;
      case "closeSocket":
        this.#close(command.leaves);
        break;
      case "send":
        this.#send(command.t, command.payload);
        break;
      case "deliver":
        this.#deliver(command.event);
        break;
    }
  }

  // Tickets

  async #requestTicket(): Promise<void> {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    const input = await this.#world.tickets.request(this.#roomId, asking.signal);
    if (this.#asking !== asking) return;
    this.#asking = null;
    this.#handle(input);
  }

  // The link

  #open(addresses: Addresses): void {
    this.#jitter.reset();
    try {
      this.#link = this.#openLink(addresses, {
        opened: () => this.#handle({ type: "opened" }),
        received: (envelope) => this.#receive(envelope),
        closed: (code, reason) => {
          this.#link = null;
          this.#handle({ type: "socketClosed", code, reason });
        },
      });
    } catch (error) {
      const { message } = error as Error;
      this.#handle({ type: "socketClosed", code: ABNORMAL_CLOSE, reason: message });
    }
  }

  #receive(envelope: unknown): void {
    const { event } = decodeEnvelope(envelope);
    // An event of a newer server, or nonsense: who reads it goes on with the next (§2).
    if (event !== undefined) this.#handle({ type: "received", event });
  }

  #close(leaves: boolean): void {
    this.#link?.close(leaves);
    this.#link = null;
  }

  #send<Name extends ClientEventName>(t: Name, payload: ClientPayloads[Name]): void {
    const ts = this.#world.epochMs + this.#world.now();
    this.#link?.send(envelopeOf(t, payload, ts));
  }

  /** Nothing is dropped in silence: outside the room the answer is the one that a server gives. */
  #sendJoined<Name extends "local_chat" | "emote" | "moderate" | "seat">(
    t: Name,
    payload: ClientPayloads[Name],
  ): void {
    if (this.#session?.step === "joined") {
      this.#send(t, payload);
      return;
    }
    const requestId = "requestId" in payload ? { requestId: payload.requestId } : {};
    const refusal = { code: ErrorCode.NOT_JOINED, message: "You are not connected.", event: t, ...requestId };
    const ts = Math.round(this.#world.epochMs + this.#world.now());
    this.#events.tell({ t: "error", ts, payload: refusal }, this.#world.now());
  }

  // Outward

  #deliver(event: ServerEventEnvelope): void {
    const nowMs = this.#world.now();
    if (event.t === "avatar_transform_broadcast") this.#jitter.observe(event.ts, nowMs);
    this.#events.tell(event, nowMs);
    if (event.t !== "room_state") return;
    this.#entered?.resolve();
    this.#entered = null;
  }

  #arm(dueMs: number | null): void {
    if (dueMs === (this.#timer?.atMs ?? null)) return;
    this.#timer?.cancel();
    this.#timer = null;
    if (dueMs === null) return;
    // Browsers cut fractions of a millisecond off, which would be too early.
    const delayMs = Math.max(0, Math.ceil(dueMs - this.#world.now()));
    const cancel = this.#world.after(delayMs, () => {
      this.#timer = null;
      this.#handle({ type: "timer" });
    });
    this.#timer = { atMs: dueMs, cancel };
  }

  #refresh(session: Session): void {
    const status = statusOf(session, this.#jitter.ms, this.#world.now());
    if (!isSame(status, this.#status)) {
      this.#status = status;
      this.#statuses.tell(status);
    }
    if (session.step !== "closed") return;
    this.#stopOnline();
    this.#entered?.reject(new JoinError(session.failure ?? { code: "left", message: "You left." }));
    this.#entered = null;
  }
}
