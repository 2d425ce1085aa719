import type {
  ErrorPayload,
  Identity,
  MemberInfo,
  ModerationScope,
  SessionPayload,
} from "../net/realtime/types";
import { Role } from "../net/realtime/constants";

/** A member as lists show them; where they are is the scene's business. */
export interface Member extends Identity {
  readonly speaking: boolean;
  /** What they count as in this room (§7); a guest until the server says otherwise. */
  readonly role: string;
  /** Whether a program is behind them; a person until the server says otherwise. */
  readonly isBot: boolean;
}

export interface ChatMessage {
  readonly messageId: string;
  readonly userId: string;
  /** As it was when the message came: who said it may have left since. */
  readonly displayName: string;
  readonly text: string;
  /** When the server sent it, epoch ms. */
  readonly tsMs: number;
  readonly own: boolean;
  /** How many others heard an own message where the room has a hearing radius (§6), else null. */
  readonly heardBy: number | null;
}

/** A mute that holds (§7). */
export interface Mute {
  /** Epoch ms, null for good, undefined until the server has said it. */
  readonly untilMs: number | null | undefined;
  readonly reason: string;
}

/** Why the evening is over for this person. */
export interface Ended {
  readonly type: "kicked" | "banned" | "replaced";
  readonly reason: string;
  /** Epoch ms, null for good, undefined where the server has not said it. */
  readonly untilMs: number | null | undefined;
  /** How widely it holds, where the server has said it. */
  readonly scope?: ModerationScope;
}

/** The newest refusal of an own event (§2). */
export interface Refusal extends Pick<ErrorPayload, "code" | "message" | "event"> {
  readonly retryAfterMs: number | null;
  /** Counts the refusals, so that the same one twice is seen twice. */
  readonly count: number;
}

/** What is known of a room, but for where everybody is. */
export interface RoomState {
  readonly roomId: string;
  readonly members: ReadonlyMap<string, Member>;
  /** Who has which seat (§11): seatId → userId. */
  readonly seats: ReadonlyMap<string, string>;
  /** Oldest first, at most `CHAT_KEPT_MAX`. */
  readonly chat: readonly ChatMessage[];
  /** The own userId, null before it is known. */
  readonly me: string | null;
  readonly session: SessionPayload | null;
  readonly mute: Mute | null;
  readonly ended: Ended | null;
  readonly lastError: Refusal | null;
}

/** Older messages are forgotten: a list longer than this is slow to lay out, and nobody reads it. */
export const CHAT_KEPT_MAX = 500;

/** An empty room. */
export function emptyRoom(roomId: string, me: string | null = null): RoomState {
  return {
    roomId,
    members: new Map(),
    seats: new Map(),
    chat: [],
    me,
    session: null,
    mute: null,
    ended: null,
    lastError: null,
  };
}

/** The member that the wire shows; what other events tell stays as it was known. */
export function memberOf(info: MemberInfo, known: Member | undefined): Member {
  const { userId, displayName, avatarId } = info;
  const { speaking = false, role = Role.GUEST, isBot = false } = known ?? {};
  return { userId, displayName, avatarId, speaking, role, isBot };
}

/** How many people are here, and how many bots. */
export function headcount(members: ReadonlyMap<string, Member>): { people: number; bots: number } {
  let bots = 0;
  for (const { isBot } of members.values()) bots += Number(isBot);
  return { people: members.size - bots, bots };
}
