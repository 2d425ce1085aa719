import { IdentityKeeper, type TokenStorage } from "../api/IdentityKeeper";
import { JoinTickets } from "../api/JoinTickets";
import type { JoinAnswer } from "../api/requests";
import type { MemberInfo, ProviderStatus, ServerEventEnvelope, SessionPayload } from "../net/realtime/types";
import type { ServerProvider } from "../net/realtime/ServerProvider";
import type { ServerWorld } from "../net/realtime/session/world";
import { SocketIoProvider } from "../net/realtime/SocketIoProvider";
import { WsProvider } from "../net/realtime/WsProvider";
import { FakeIoSocket } from "./FakeIoSocket";
import { FakeSocket } from "./FakeSocket";
import { ManualEnvironment, settle } from "./ManualEnvironment";
import type { Peer } from "./Peer";

export const ME = { roomId: "lobby", displayName: "Ada", avatarId: "amber" };
export const MY_ID = "guest-aaaaaaaaaaaaaaaa";
export const OTHER: MemberInfo = {
  userId: "guest-bbbbbbbbbbbbbbbb",
  displayName: "Grace",
  avatarId: "fern",
  x: 1,
  y: 0,
  z: 2,
  rotY: 0,
  anim: "idle",
};
const TOKEN_LIFE_MS = 300_000;

/** What carries the events. What is about the session is tested over each of them. */
export const TRANSPORTS = ["ws", "socketio"] as const;
export type TransportKind = (typeof TRANSPORTS)[number];

/** One request to the HTTP API, to be answered by the test. */
export interface Asked {
  readonly url: string;
  readonly body: Record<string, unknown>;
  readonly authorization: string | null;
  readonly signal: AbortSignal;
  answer(status: number, body: unknown): Promise<void>;
  fail(): Promise<void>;
}

/** A provider whose server, clock, storage and network are the test's. */
export class ServerBench {
  readonly environment = new ManualEnvironment();
  readonly sockets: Peer[] = [];
  readonly asked: Asked[] = [];
  readonly events: ServerEventEnvelope[] = [];
  readonly statuses: ProviderStatus[] = [];
  readonly stored = new Map<string, string>();
  readonly provider: ServerProvider;
  #goOnline: () => void = () => undefined;
  #tickets = 0;

  /** @param options `fault` is what opening a socket throws. */
  constructor(transport: TransportKind, options: { device?: "mobile"; fault?: Error } = {}) {
    const take = <One extends Peer>(peer: One): One => {
      if (options.fault !== undefined) throw options.fault;
      this.sockets.push(peer);
      return peer;
    };
    const world = this.#world(options.device);
    this.provider =
      transport === "ws"
        ? new WsProvider(world, (url, offered) => take(new FakeSocket(url, offered)))
        : new SocketIoProvider(world, () => Promise.resolve((url, how) => take(new FakeIoSocket(url, how))));
    this.provider.on((event) => this.events.push(event));
    this.provider.onStatus((status) => this.statuses.push(status));
  }

  #world(device: "mobile" | undefined): ServerWorld {
    const { environment } = this;
    const storage: TokenStorage = {
      getItem: (key) => this.stored.get(key) ?? null,
      setItem: (key, value) => void this.stored.set(key, value),
      removeItem: (key) => void this.stored.delete(key),
    };
    return {
      now: () => environment.now(),
      epochMs: environment.epochMs,
      random: () => environment.random(),
      after: (delayMs, act) => environment.after(delayMs, act),
      report: (error) => environment.report(error),
      tickets: new JoinTickets((url, init) => this.#fetch(url, init), new IdentityKeeper(storage), device),
      onOnline: (act) => {
        this.#goOnline = act;
        return () => (this.#goOnline = () => undefined);
      },
    };
  }

  get socket(): Peer {
    return this.sockets.at(-1)!;
  }

  get request(): Asked {
    return this.asked.at(-1)!;
  }

  get states(): string[] {
    return this.statuses.map((status) => status.state).filter((s, i, all) => s !== all[i - 1]);
  }

  get serverNowMs(): number {
    return this.environment.epochMs + this.environment.now();
  }

  goOnline(): void {
    this.#goOnline();
  }

  /** Answer the newest `POST /rooms/join`. */
  async grant(change: Partial<JoinAnswer> = {}): Promise<void> {
    this.#tickets += 1;
    await this.request.answer(200, {
      realtimeToken: `token-${this.#tickets}`,
      expiresAtMs: this.serverNowMs + TOKEN_LIFE_MS,
      userId: MY_ID,
      roomId: "lobby",
      realtimeUrl: "ws://bar.test/ws",
      socketioUrl: "http://bar.test/socket.io/",
      wire: "json",
      identityToken: "identity-1",
      ...change,
    });
    await settle();
  }

  /** What a server sends to who has joined. */
  admit(session: Partial<SessionPayload> = {}): void {
    const nowMs = Math.round(this.serverNowMs);
    this.socket.tell("room_state", { roomId: "lobby", serverTimeMs: nowMs, members: [OTHER] });
    this.socket.tell("session", {
      userId: MY_ID,
      role: "guest",
      lastSeq: -1,
      resumed: false,
      rateHz: 20,
      expiresAtMs: nowMs + TOKEN_LIFE_MS,
      muted: false,
      ...session,
    });
  }

  /** Connect, and be let in. */
  async join(session: Partial<SessionPayload> = {}): Promise<void> {
    const entered = this.provider.connect(ME);
    await this.grant();
    this.socket.open();
    this.admit(session);
    await entered;
  }

  /** Live on, with a server that answers every heartbeat. */
  live(ms: number): void {
    for (let passedMs = 0; passedMs < ms; passedMs += 100) {
      const { socket } = this;
      const before = socket.of("heartbeat").length;
      this.environment.pass(Math.min(100, ms - passedMs));
      for (const beat of socket.of("heartbeat").slice(before)) {
        const serverTimeMs = Math.round(this.serverNowMs);
        socket.tell("heartbeat_ack", { ...beat, serverTimeMs }, serverTimeMs);
      }
    }
  }

  #fetch(url: string, init: RequestInit): Promise<Response> {
    return new Promise((resolve, reject) => {
      const signal = init.signal!;
      signal.addEventListener("abort", () => {
        reject(signal.reason as Error);
      });
      this.asked.push({
        url,
        body: JSON.parse(init.body as string) as Record<string, unknown>,
        authorization: new Headers(init.headers).get("Authorization"),
        signal,
        answer: async (status, body) => {
          resolve(new Response(JSON.stringify(body), { status }));
          await settle();
        },
        fail: async () => {
          reject(new TypeError("Failed to fetch"));
          await settle();
        },
      });
    });
  }
}
