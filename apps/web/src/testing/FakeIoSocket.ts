import type { IoEngine, IoOptions, IoSocket } from "../net/realtime/link/SocketIoLink";
import type { ClientEventEnvelope } from "../net/realtime/types";
import { settle } from "./ManualEnvironment";
import { Peer } from "./Peer";

type Happening = "connect" | "connect_error" | "disconnect";

/** The Engine.IO connection below. */
class FakeEngine implements IoEngine {
  writeBuffer: { data?: string }[] = [];
  /** `ws` is null while it polls. */
  readonly transport: { ws: { bufferedAmount: number } | null } = { ws: { bufferedAmount: 0 } };
  readonly close: () => void;

  constructor(close: () => void) {
    this.close = close;
  }
}

/** A socket of socket.io-client whose other end is the test. */
export class FakeIoSocket extends Peer implements IoSocket {
  readonly options: IoOptions;
  connected = false;
  receiveBuffer: (readonly unknown[])[] = [];
  ended: "left" | "dropped" | null = null;
  /** The names that events were sent under. */
  readonly names: string[] = [];
  readonly engine = new FakeEngine(() => this.#drop());
  readonly io = { engine: this.engine };
  #listeners: { event: Happening; act: () => void }[] = [];
  #hear: ((name: unknown, envelope: unknown) => void) | null = null;

  constructor(url: string, options: IoOptions) {
    super(url);
    this.options = options;
  }

  get unsentBytes(): number {
    return this.engine.transport.ws?.bufferedAmount ?? 0;
  }

  set unsentBytes(bytes: number) {
    this.engine.transport.ws = { bufferedAmount: bytes };
  }

  on(event: Happening, act: () => void): void {
    this.#listeners.push({ event, act });
  }

  off(): void {
    this.#listeners = [];
  }

  onAny(listener: (name: unknown, envelope: unknown) => void): void {
    this.#hear = listener;
  }

  offAny(): void {
    this.#hear = null;
  }

  emit(name: string, envelope: object): void {
    if (!this.connected) throw new Error("socket.io-client would keep it for later.");
    this.names.push(name);
    this.sent.push(JSON.parse(JSON.stringify(envelope)) as ClientEventEnvelope);
  }

  disconnect(): void {
    this.ended = this.connected ? "left" : "dropped";
    this.#lose();
  }

  open(): void {
    this.connected = true;
    this.#happen("connect");
  }

  /** The server, or the way to it, lets nobody in. */
  refuse(): void {
    this.#happen("connect_error");
  }

  say(text: string): void {
    const argument = parsed(text);
    this.#receive(nameOf(argument), argument);
  }

  /** What the server sends before it closes; a lost connection says nothing. */
  async end(code: number, reason = ""): Promise<void> {
    if (code !== 1006) this.tell("closing", { code, reason });
    this.#lose();
    await settle();
  }

  /** As of a polling client that gets events and the end in one HTTP body: the end is told first. */
  async endWithin(...events: readonly { readonly t: string; readonly payload: object }[]): Promise<void> {
    for (const { t, payload } of events) {
      queueMicrotask(() => this.#receive(t, { v: 1, t, ts: 0, payload }));
    }
    this.#lose();
    await settle();
  }

  #receive(name: unknown, argument: unknown): void {
    if (this.connected) this.#hear?.(name, argument);
    else this.receiveBuffer.push([name, argument]);
  }

  #drop(): void {
    this.ended = "dropped";
    this.#lose();
  }

  #lose(): void {
    if (!this.connected) return;
    this.connected = false;
    this.#happen("disconnect");
  }

  #happen(wanted: Happening): void {
    for (const { event, act } of this.#listeners) if (event === wanted) act();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text; // an event's argument may be any text
  }
}

function nameOf(argument: unknown): string {
  const { t } = Object(argument) as { t?: unknown };
  return typeof t === "string" ? t : "nonsense";
}
