import {
  CHAT_BURST,
  CHAT_MAX_CHARS,
  CHAT_RATE_HZ,
  EMOTE_BURST,
  EMOTE_IDS,
  EMOTE_RATE_HZ,
  ErrorCode,
  KICK_REFUSAL_MS,
  LEAVE_GRACE_MS,
  Role,
  SEAT_BURST,
  SEAT_RATE_HZ,
} from "../constants";
import type {
  Identity,
  MemberInfo,
  ModeratePayload,
  ServerEventEnvelope,
  ServerEventName,
  ServerPayloads,
  Transform,
} from "../types";
import { Chance } from "./Chance";
import { Crowd } from "./Crowd";
import { BAR } from "../../../venue/bar";
import type { Guest } from "./Guest";
import type { SimOptions } from "./options";
import { SeatPlan } from "./SeatPlan";
import { Talk } from "./Talk";
import { TokenBucket } from "./TokenBucket";

/** Where the server's clock stands, compared with the client's: never at the same, in life. */
export const SERVER_SKEW_MS = 437;
const TICK_MS = 50;
/** After a longer sleep (a hidden page) the room does not live through all that it missed. */
const CATCH_UP_MAX_MS = 2_000;

/**
 * The server of a simulated evening: the same events, after the same rules, as a real one sends to
 * this one member. Pure: time is an argument, chance has a seed.
 */
export class SimRoom {
  readonly #emit: (event: ServerEventEnvelope) => void;
  readonly #chats = new TokenBucket(CHAT_RATE_HZ, CHAT_BURST);
  readonly #emotes = new TokenBucket(EMOTE_RATE_HZ, EMOTE_BURST);
  readonly #sittings = new TokenBucket(SEAT_RATE_HZ, SEAT_BURST);
  readonly #seats = new SeatPlan();
  readonly #crowd: Crowd;
  readonly #talk: Talk;
  #nowMs: number | null = null;
  #own: MemberInfo | null = null;
  #ownSeq = -1;
  #waiting: { transform: Transform; seq: number; ts: number } | null = null;
  #leftMs = -Infinity;
  #isIn = false;
  #isVisible = true;
  #isMuted = false;
  #messages = 0;
  readonly #role: Role;
  /** Guests whom the member has muted. */
  readonly #silenced = new Set<string>();

  constructor(options: SimOptions, emit: (event: ServerEventEnvelope) => void) {
    const chance = new Chance(options.seed);
    this.#role = options.moderator === 1 ? Role.MODERATOR : Role.GUEST;
    this.#emit = emit;
    this.#crowd = new Crowd(options.guests, chance, (seatId) => this.#seats.holder(seatId) !== null);
    for (const guest of this.#crowd.guests) this.#seat(guest);
    this.#talk = new Talk(this.#crowd.guests, chance, {
      say: (guest, text, nowMs) => this.#guestSays(guest.userId, text, nowMs),
      emote: ({ userId }, emoteId, nowMs) => {
        if (this.#crowd.has(userId)) this.#tell("emote_broadcast", { userId, emoteId }, nowMs);
      },
    });
  }

  /** Live on until now; `nowMs` is the server's epoch time, as everywhere here. */
  advance(nowMs: number): void {
    this.#nowMs = Math.max(this.#nowMs ?? nowMs, nowMs - CATCH_UP_MAX_MS);
    while (this.#nowMs + TICK_MS <= nowMs) {
      this.#nowMs += TICK_MS;
      this.#tick(this.#nowMs);
    }
  }

  /** Come in, or back: within the grace the place is kept (§4). */
  join(roomId: string, who: Identity, nowMs: number): void {
    const resumed = this.#own !== null && nowMs - this.#leftMs <= LEAVE_GRACE_MS;
    if (this.#own === null || !resumed) {
      this.#seats.giveUp(who.userId);
      this.#own = { ...who, x: BAR.door.x, y: 0, z: BAR.door.z - 1, rotY: Math.PI, anim: "idle" };
    }
    this.#isIn = true;
    this.#showRoom(roomId, this.#own, nowMs);
    const session = {
      userId: who.userId,
      role: this.#role,
      lastSeq: this.#ownSeq,
      resumed,
      rateHz: 20,
      expiresAtMs: Math.round(nowMs) + 86_400_000,
      muted: this.#isMuted,
    };
    this.#tell("session", session, nowMs);
    this.#tell("seats", { taken: this.#seats.taken() }, nowMs);
    if (!resumed) this.#talk.greet(who.displayName, nowMs);
  }

  /** The connection was lost; the place is kept for a while. */
  lose(nowMs: number): void {
    this.#isIn = false;
    this.#leftMs = nowMs;
  }

  see(roomId: string, visible: boolean, nowMs: number): void {
    if (visible && !this.#isVisible && this.#own) this.#showRoom(roomId, this.#own, nowMs);
    this.#isVisible = visible;
  }

  /** The newest of a tick wins; `ts` is when the move was made, on the server's clock. */
  move(transform: Transform, seq: number, ts: number): void {
    if (seq > (this.#waiting?.seq ?? this.#ownSeq)) this.#waiting = { transform, seq, ts };
  }

  chat(text: string, nowMs: number): void {
    const said = text.normalize("NFC").replace(/\s+/g, " ").trim();
    const waitMs = this.#chats.take(nowMs);
    if (this.#isMuted) this.#refuse("local_chat", ErrorCode.MUTED, "You are muted.", nowMs);
    else if (said === "") this.#refuse("local_chat", ErrorCode.CHAT_EMPTY, "Say something.", nowMs);
    else if ([...said].length > CHAT_MAX_CHARS) {
      this.#refuse("local_chat", ErrorCode.CHAT_TOO_LONG, "That is too long.", nowMs);
    } else if (waitMs > 0) this.#limit("local_chat", waitMs, nowMs);
    else if (this.#own !== null) {
      this.#say(this.#own.userId, said, nowMs);
      this.#talk.answer(this.#own, nowMs);
    }
  }

  emote(emoteId: string, nowMs: number): void {
    const waitMs = this.#emotes.take(nowMs);
    if (!EMOTE_IDS.some((known) => known === emoteId)) {
      this.#refuse("emote", ErrorCode.UNKNOWN_EMOTE, "There is no such emote here.", nowMs);
    } else if (waitMs > 0) this.#limit("emote", waitMs, nowMs);
    else if (this.#own !== null) {
      this.#tell("emote_broadcast", { userId: this.#own.userId, emoteId }, nowMs);
      this.#talk.echo(emoteId, nowMs);
    }
  }

  /** The member asks for a seat, or gives theirs up (§11). */
  seat(seatId: string | null, nowMs: number): void {
    const own = this.#own;
    if (own === null) return;
    if (seatId === null) {
      if (this.#seats.giveUp(own.userId)) this.#tellSeat(own.userId, nowMs);
      return;
    }
    const holder = this.#seats.holder(seatId);
    if (holder === own.userId) return;
    const waitMs = this.#sittings.take(nowMs);
    if (waitMs > 0) this.#limit("seat", waitMs, nowMs);
    else if (this.#seats.take(own.userId, seatId, this.#waiting?.transform ?? own)) {
      this.#tellSeat(own.userId, nowMs);
    } else this.#refuse("seat", ErrorCode.SEAT_TAKEN, "Somebody has this seat.", nowMs);
  }

  /** The member acts on somebody (§7): guests are nobody's equals here, and nobody acts on themselves. */
  act(
    { action, userId, durationSeconds, scope = "room", requestId = null }: ModeratePayload,
    nowMs: number,
  ): void {
    if (this.#role === Role.GUEST || !this.#crowd.has(userId) || scope === "server") {
      const message = "You may not do this to this person.";
      this.#tell("error", { code: ErrorCode.FORBIDDEN, message, event: "moderate", requestId }, nowMs);
      return;
    }
    if (action === "mute") this.#silenced.add(userId);
    if (action === "unmute") this.#silenced.delete(userId);
    if (action === "kick" || action === "ban") {
      this.#crowd.remove(userId);
      this.#seats.giveUp(userId);
      this.#tell("member_left", { userId }, nowMs);
    }
    const holdsMs = action === "kick" ? KICK_REFUSAL_MS : (durationSeconds ?? 0) * 1000;
    const isLifted = action === "unmute" || action === "unban";
    const untilMs = isLifted || holdsMs === 0 ? null : Math.round(nowMs) + holdsMs;
    this.#tell("moderation_done", { action, userId, scope, untilMs, requestId }, nowMs);
  }

  /** A moderator acts on the member (§7). */
  moderate(type: ServerPayloads["moderation_action"]["type"], nowMs: number): void {
    this.#isMuted ||= type === "mutedByMod";
    const untilMs = Math.round(nowMs) + 10 * 60_000;
    this.#tell("moderation_action", { type, reason: "This is only a simulation." }, nowMs);
    this.#tell("moderation_details", { type, untilMs, scope: "room" }, nowMs);
  }

  #tick(nowMs: number): void {
    this.#crowd.step(TICK_MS / 1000, (guest, seq) => {
      if (!this.#isVisible) return;
      const { userId, x, z, rotY, anim } = guest;
      const speaking = guest.speaking && !this.#silenced.has(userId);
      const place = { x: rounded(x), y: 0, z: rounded(z), rotY: rounded(rotY) };
      this.#tell("avatar_transform_broadcast", { userId, seq, ...place, anim, speaking }, nowMs);
    });
    for (const guest of this.#crowd.guests) if (this.#seat(guest)) this.#tellSeat(guest.userId, nowMs);
    this.#talk.step(nowMs);
    this.#flushOwn(nowMs);
  }

  /** A guest sits down or gets up; true where that is news. Who is refused goes elsewhere. */
  #seat(guest: Guest): boolean {
    const { userId, seatWanted, x, z } = guest;
    if (seatWanted === this.#seats.seatOf(userId)) return false;
    if (seatWanted === null) return this.#seats.giveUp(userId);
    const isGiven = this.#seats.take(userId, seatWanted, { x, y: 0, z });
    if (!isGiven) guest.moveOn();
    return isGiven;
  }

  #tellSeat(userId: string, nowMs: number): void {
    this.#tell("seat_changed", { userId, seatId: this.#seats.seatOf(userId) }, nowMs);
  }

  /** The echo: what the server took, with the time of the move (§1, §5). */
  #flushOwn(nowMs: number): void {
    if (this.#waiting === null || this.#own === null) return;
    const { transform, seq, ts } = this.#waiting;
    this.#waiting = null;
    this.#ownSeq = seq;
    const { x, y, z, rotY, anim } = transform;
    const place = { x: rounded(x), y: rounded(y), z: rounded(z), rotY: rounded(rotY), anim };
    this.#own = { ...this.#own, ...place };
    const speaking = transform.speaking && !this.#isMuted;
    const payload = { userId: this.#own.userId, seq, ...place, speaking };
    this.#tell("avatar_transform_broadcast", payload, Math.min(nowMs, ts));
    if (this.#seats.move(this.#own.userId, this.#own)) this.#tellSeat(this.#own.userId, nowMs);
  }

  #showRoom(roomId: string, own: MemberInfo, nowMs: number): void {
    const members = [...this.#crowd.guests.map((guest) => guest.info()), own];
    this.#tell("room_state", { roomId, serverTimeMs: Math.round(nowMs), members }, nowMs);
  }

  #guestSays(userId: string, text: string, nowMs: number): void {
    if (this.#crowd.has(userId) && !this.#silenced.has(userId)) this.#say(userId, text, nowMs);
  }

  #say(userId: string, text: string, nowMs: number): void {
    this.#messages += 1;
    const time = Math.round(nowMs).toString(16).padStart(12, "0");
    const count = this.#messages.toString(16).padStart(12, "0");
    const messageId = `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${count}`;
    this.#tell("chat_broadcast", { userId, text, messageId }, nowMs);
  }

  #limit(event: string, retryAfterMs: number, nowMs: number): void {
    const refusal = { code: ErrorCode.RATE_LIMITED, message: "Not so fast.", event, retryAfterMs };
    this.#tell("error", refusal, nowMs);
  }

  #refuse(event: string, code: ErrorCode, message: string, nowMs: number): void {
    this.#tell("error", { code, message, event }, nowMs);
  }

  #tell<Name extends ServerEventName>(t: Name, payload: ServerPayloads[Name], nowMs: number): void {
    // Name and payload belong together, which the type of a union cannot say.
    const event = { t, ts: Math.round(nowMs), payload } as unknown as ServerEventEnvelope;
    if (this.#isIn) this.#emit(event);
  }
}

/** As the server rounds them (§5). */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000 + 0; // no negative zero
}
