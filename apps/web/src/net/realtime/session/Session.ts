/* eslint-disable max-lines -- a table is read together with everything that it leads to */
import {
  AuthCode,
  CloseCode,
  JOIN_ANSWER_MS,
  LEAVE_GRACE_MS,
  NO_RECONNECT_CODES,
  SEND_RATE_HZ,
  SEQ_RESTART,
  STABLE_MS,
} from "../constants";
import { Backoff } from "../Backoff";
import { ABNORMAL_CLOSE } from "../link/Link";
import type {
  AuthErrorPayload,
  ConnectOptions,
  JoinFailure,
  ServerEventEnvelope,
  SessionPayload,
} from "../types";
import { failureOfAct, failureOfClose, failureOfRefusal, isFinalAuthCode, isFinalRefusal } from "./endings";
import { HeartbeatClock } from "./HeartbeatClock";
import { Incoming } from "./Incoming";
import { Liveness } from "./Liveness";
import { Renewal } from "./Renewal";
import { SOCKET_STEPS, type Command, type Input, type Step } from "./steps";
import type { Ticket, TicketRefusal } from "./tickets";

/** How long a ticket or the opening of a socket may take. */
export const PATIENCE_MS = 10_000;

export interface SessionOptions extends ConnectOptions {
  /** What to add to a monotonic time for epoch ms on the client's clock. */
  readonly epochMs: number;
  readonly random: () => number;
}

type Rule<Type extends Input["type"]> = (input: Extract<Input, { type: Type }>, nowMs: number) => void;
type Rules = { readonly [Type in Input["type"]]?: Rule<Type> };

/**
 * The state machine of one membership (§9). Pure: inputs and monotonic times go in, commands come
 * out, and `dueMs` says when `timer` is wanted. What may happen in which step is one table; an input
 * without a rule no longer matters there.
 */
export class Session {
  readonly clock = new HeartbeatClock();
  readonly #options: SessionOptions;
  readonly #backoff: Backoff;
  readonly #renewal: Renewal;
  readonly #liveness = new Liveness();
  readonly #incoming: Incoming;
  readonly #rules: Readonly<Record<Step, Rules>> = this.#table();
  #out: Command[] = [];
  #step: Step = "idle";
  #stepDueMs: number | null = null;
  #ticket: Ticket | null = null;
  #userId: string | null = null;
  #lastSeq = -1;
  #rateHz = SEND_RATE_HZ;
  #wasJoined = false;
  #isVisible = true;
  #hasForgotten = false;
  #refusals = 0;
  #joinedMs = 0;
  #lostMs: number | null = null;
  #closeCode: number | null = null;
  #trouble = "";
  #ending: JoinFailure | null = null;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#incoming = new Incoming(options.isReturning);
    this.#backoff = new Backoff(options.random);
    this.#renewal = new Renewal(options.random);
  }

  get step(): Step {
    return this.#step;
  }

  get wasJoined(): boolean {
    return this.#wasJoined;
  }

  /** Null before the first ticket. */
  get userId(): string | null {
    return this.#userId;
  }

  get rateHz(): number {
    return this.#rateHz;
  }

  /** What the last socket was closed with. */
  get closeCode(): number | null {
    return this.#closeCode;
  }

  /** Why the last try did not end in the room, empty before any. */
  get trouble(): string {
    return this.#trouble;
  }

  /** Why it is closed for good; null before, and after an own leave. */
  get failure(): JoinFailure | null {
    return this.#step === "closed" ? this.#ending : null;
  }

  /** When the next try is; null where none waits. */
  get retryMs(): number | null {
    return this.#step === "wait" || this.#step === "pause" ? this.#stepDueMs : null;
  }

  /** The monotonic ms at which `timer` is wanted; null for never. */
  get dueMs(): number | null {
    const dues = [this.#stepDueMs, this.#liveness.dueMs, this.#renewal.dueMs];
    const first = Math.min(...dues.map((due) => due ?? Infinity));
    return first === Infinity ? null : first;
  }

  /** The seq of the next transform: rises across reconnects too, up to the one after which a new connection begins again (§5). */
  nextSeq(): number {
    this.#lastSeq += 1;
    return this.#lastSeq;
  }

  /** Take one input; `nowMs` must not go back. Answers what to do, in this order. */
  handle(input: Input, nowMs: number): readonly Command[] {
    // The table ties each rule to its input's type, which an index by a union cannot say.
    const rule = this.#rules[this.#step][input.type] as Rule<Input["type"]> | undefined;
    rule?.(input, nowMs);
    const out = this.#out;
    this.#out = [];
    return out;
  }

  #table(): Readonly<Record<Step, Rules>> {
    const stop: Rules = { stop: () => this.#finish(null) };
    const anywhere: Rules = {
      ...stop,
      timer: (_, nowMs) => this.#timer(nowMs),
      visibility: ({ visible }) => (this.#isVisible = visible),
    };
    const inSocket: Rules = {
      ...anywhere,
      socketClosed: ({ code, reason }, nowMs) => this.#lose(code, reason, nowMs),
    };
    const inAnswer: Rules = {
      ...inSocket,
      received: ({ event }, nowMs) => this.#received(event, nowMs),
    };
    return {
      idle: { ...stop, start: (_, nowMs) => this.#ask("ticket", nowMs), visibility: anywhere.visibility! },
      ticket: {
        ...anywhere,
        ticket: ({ ticket }, nowMs) => this.#open(ticket, nowMs),
        ticketRefused: ({ refusal }, nowMs) => this.#ticketRefused(refusal, nowMs),
      },
      socket: { ...inSocket, opened: (_, nowMs) => this.#sendJoin(nowMs) },
      answer: inAnswer,
      pause: { ...inAnswer, nudge: (_, nowMs) => this.#ask("reticket", nowMs) },
      reticket: {
        ...inAnswer,
        ticket: ({ ticket }, nowMs) => this.#joinAgain(ticket, nowMs),
        ticketRefused: ({ refusal }, nowMs) => this.#ticketRefused(refusal, nowMs),
      },
      joined: {
        ...inAnswer,
        ticket: ({ ticket }) => this.#renew(ticket),
        ticketRefused: ({ refusal }, nowMs) => this.#renewalRefused(refusal, nowMs),
        visibility: ({ visible }, nowMs) => this.#see(visible, nowMs),
        nudge: (_, nowMs) => this.#probe(nowMs),
      },
      wait: {
        ...anywhere,
        visibility: ({ visible }, nowMs) => this.#wake(visible, nowMs),
        nudge: (_, nowMs) => this.#ask("ticket", nowMs),
      },
      closed: {},
    };
  }

  // Coming in

  #ask(step: "ticket" | "reticket", nowMs: number): void {
    this.#enter(step, nowMs + PATIENCE_MS);
    this.#out.push({ type: "requestTicket" });
  }

  #open(ticket: Ticket, nowMs: number): void {
    this.#keep(ticket);
    this.#refusals = 0;
    this.#enter("socket", nowMs + PATIENCE_MS);
    this.#out.push({ type: "openSocket", addresses: ticket });
  }

  #keep(ticket: Ticket): void {
    this.#ticket = ticket;
    this.#userId = ticket.userId;
    this.#hasForgotten = false;
  }

  #joinAgain(ticket: Ticket, nowMs: number): void {
    this.#keep(ticket);
    this.#sendJoin(nowMs);
  }

  #sendJoin(nowMs: number): void {
    this.#enter("answer", nowMs + JOIN_ANSWER_MS);
    this.#pushJoin();
  }

  #pushJoin(): void {
    if (this.#ticket === null) return;
    const { roomId, displayName, avatarId } = this.#options;
    const { userId, realtimeToken } = this.#ticket;
    const { lastMessageId } = this.#incoming;
    const payload = {
      roomId,
      user: { userId, displayName, avatarId },
      realtimeToken,
      ...(lastMessageId !== null && { lastMessageId }),
    };
    this.#out.push({ type: "send", t: "join_room", payload });
  }

  #ticketRefused(refusal: TicketRefusal, nowMs: number): void {
    const { status, code, message, retryAfterMs } = refusal;
    if (status === 401 && !this.#hasForgotten) {
      // The server has lost its secret, or has another: be a new guest rather than none.
      this.#hasForgotten = true;
      this.#out.push({ type: "forgetIdentity" });
      this.#ask(this.#step === "reticket" ? "reticket" : "ticket", nowMs);
    } else if (isFinalRefusal(refusal, this.#wasJoined)) {
      this.#finish(failureOfRefusal(refusal));
    } else if (this.#step === "reticket") {
      this.#pause(message, this.#backoff.nextMs(retryAfterMs ?? 0), nowMs);
    } else {
      this.#wait(this.#backoff.nextMs(retryAfterMs ?? 0), message || code, nowMs);
    }
  }

  // Being in

  #received(event: ServerEventEnvelope, nowMs: number): void {
    this.#liveness.heard();
    if (!this.#incoming.isNews(event)) return;
    this.#learn(event, nowMs);
    this.#out.push({ type: "deliver", event });
    if (event.t === "session") this.#joined(event.payload, nowMs);
    else if (event.t === "auth_error") this.#authError(event.payload, nowMs);
  }

  #learn(event: ServerEventEnvelope, nowMs: number): void {
    switch (event.t) {
      case "room_state":
        this.clock.guess(event.payload.serverTimeMs, nowMs);
        break;
      case "heartbeat_ack": {
        const { clientTimeMs, serverTimeMs } = event.payload;
        this.clock.measure(clientTimeMs - this.#options.epochMs, serverTimeMs, nowMs);
        break;
      }
      case "token_renewed":
        this.#backoff.reset();
        this.#scheduleRenewal(event.payload.expiresAtMs, nowMs);
        break;
      case "moderation_action":
        this.#ending = failureOfAct(event.payload) ?? this.#ending;
        break;
      case "moderation_details": {
        const { type, untilMs, scope } = event.payload;
        if (this.#ending?.code === type) this.#ending = { ...this.#ending, untilMs, scope };
        break;
      }
      default:
    }
  }

  #joined(session: SessionPayload, nowMs: number): void {
    this.#enter("joined", null);
    this.#wasJoined = true;
    this.#joinedMs = nowMs;
    this.#lostMs = null;
    this.#refusals = 0;
    this.#closeCode = null;
    this.#trouble = "";
    this.#userId = session.userId;
    this.#rateHz = session.rateHz;
    const lastSeq = Math.max(this.#lastSeq, session.lastSeq);
    this.#lastSeq = lastSeq <= SEQ_RESTART ? lastSeq : -1;
    this.#scheduleRenewal(session.expiresAtMs, nowMs);
    if (!this.#isVisible) this.#pushPresence();
    this.#beat(nowMs);
  }

  #see(visible: boolean, nowMs: number): void {
    if (visible === this.#isVisible) return;
    this.#isVisible = visible;
    this.#pushPresence();
    if (visible) this.#probe(nowMs);
  }

  #pushPresence(): void {
    this.#out.push({ type: "send", t: "presence", payload: { visible: this.#isVisible } });
  }

  #beat(nowMs: number): void {
    this.#liveness.beat(nowMs);
    this.#pushHeartbeat(nowMs);
  }

  #probe(nowMs: number): void {
    this.#liveness.probe(nowMs);
    this.#pushHeartbeat(nowMs);
  }

  #pushHeartbeat(nowMs: number): void {
    const { roomId, epochMs } = this.#options;
    const payload = { roomId, clientTimeMs: epochMs + nowMs, lastSeq: this.#lastSeq };
    this.#out.push({ type: "send", t: "heartbeat", payload });
  }

  // Renewal and refusals

  #scheduleRenewal(expiresAtMs: number, nowMs: number): void {
    const serverMs = nowMs + (this.clock.offsetMs ?? this.#options.epochMs);
    this.#renewal.schedule(expiresAtMs - serverMs, nowMs);
  }

  #beginRenewal(nowMs: number): void {
    this.#renewal.begin(nowMs);
    this.#out.push({ type: "requestTicket" });
  }

  #renew(ticket: Ticket): void {
    this.#renewal.answered();
    this.#keep(ticket);
    this.#pushJoin();
  }

  #renewalRefused(refusal: TicketRefusal, nowMs: number): void {
    this.#renewal.answered();
    if (isFinalRefusal(refusal, this.#wasJoined)) this.#finish(failureOfRefusal(refusal));
    else this.#renewal.retry(nowMs + this.#backoff.nextMs(refusal.retryAfterMs ?? 0));
  }

  #authError({ code, message }: AuthErrorPayload, nowMs: number): void {
    if (isFinalAuthCode(code, this.#wasJoined)) this.#finish(this.#ending ?? { code, message });
    else if (this.#step === "joined") this.#renewalFailed(nowMs);
    else if (this.#step === "answer") this.#joinRefused(code, message, nowMs);
  }

  /** The token ended before it was renewed, or its successor was refused. */
  #renewalFailed(nowMs: number): void {
    if (this.#renewal.isFirstRefusal) this.#beginRenewal(nowMs);
    else if (!this.#renewal.isUnderWay) this.#renewal.retry(nowMs + this.#backoff.nextMs());
  }

  #joinRefused(code: string, message: string, nowMs: number): void {
    this.#trouble = message;
    this.#refusals += 1;
    if (this.#refusals === 1 && code !== AuthCode.ROOM_FULL) this.#ask("reticket", nowMs);
    else this.#pause(message, this.#backoff.nextMs(), nowMs);
  }

  // Time

  #timer(nowMs: number): void {
    if (this.#stepDueMs !== null && nowMs >= this.#stepDueMs) this.#stepDue(nowMs);
    if (this.#step !== "joined") return;
    if (this.#renewal.dueMs !== null && nowMs >= this.#renewal.dueMs) this.#beginRenewal(nowMs);
    const health = this.#liveness.check(nowMs);
    if (health === "dead") this.#giveUp("The connection went silent.", nowMs);
    else if (health === "beat") this.#beat(nowMs);
  }

  #stepDue(nowMs: number): void {
    if (this.#step === "wait") this.#ask("ticket", nowMs);
    else if (this.#step === "pause") this.#ask("reticket", nowMs);
    else this.#giveUp("The server does not answer.", nowMs);
  }

  #wake(visible: boolean, nowMs: number): void {
    this.#isVisible = visible;
    if (visible) this.#ask("ticket", nowMs);
  }

  // Going out

  #giveUp(reason: string, nowMs: number): void {
    this.#out.push({ type: "abandonTicket" });
    if (SOCKET_STEPS.has(this.#step)) this.#out.push({ type: "closeSocket", leaves: false });
    this.#lose(ABNORMAL_CLOSE, reason, nowMs);
  }

  #lose(code: number, reason: string, nowMs: number): void {
    this.#closeCode = code;
    if (this.#ending !== null || NO_RECONNECT_CODES.has(code)) {
      this.#enter("closed", null);
      this.#out.push({ type: "abandonTicket" });
      this.#ending ??= failureOfClose(code, reason);
      return;
    }
    if (this.#step === "joined" && nowMs - this.#joinedMs >= STABLE_MS) this.#backoff.reset();
    this.#wait(this.#backoff.afterCloseMs(code), describe(code, reason), nowMs);
  }

  #pause(reason: string, delayMs: number, nowMs: number): void {
    this.#trouble = reason;
    this.#enter("pause", nowMs + delayMs);
  }

  /** Hidden pages try for as long as their place is kept, and then when they are seen again. */
  #wait(delayMs: number, reason: string, nowMs: number): void {
    this.#lostMs ??= nowMs;
    this.#trouble = reason;
    const sleeps = !this.#isVisible && nowMs + delayMs - this.#lostMs > LEAVE_GRACE_MS;
    this.#enter("wait", sleeps ? null : nowMs + delayMs);
  }

  #finish(failure: JoinFailure | null): void {
    this.#out.push({ type: "abandonTicket" });
    const leaves = failure === null;
    if (SOCKET_STEPS.has(this.#step)) this.#out.push({ type: "closeSocket", leaves });
    this.#enter("closed", null);
    this.#closeCode ??= CloseCode.NORMAL;
    this.#ending = failure;
    if (failure !== null) this.#trouble = failure.message;
  }

  #enter(step: Step, dueMs: number | null): void {
    this.#step = step;
    this.#stepDueMs = dueMs;
    this.#liveness.stop();
    this.#renewal.stop();
  }
}

/** For people, as `trouble` is. */
function describe(code: number, reason: string): string {
  return code === CloseCode.GOING_AWAY ? "The server restarts." : reason || "The connection was lost.";
}
