/** Answers of the HTTP API for those who keep order (§7). Times are epoch ms, places metres. */
import type { Role } from "../net/realtime/constants";
import type { ModerationScope } from "../net/realtime/types";

/** One page of a list; `nextCursor` is null at its end. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** Who the caller is. */
export interface Me {
  readonly userId: string;
  readonly role: Role;
  readonly displayName: string | null;
  /** Whether an identity provider vouches for them. */
  readonly external: boolean;
}

/** A live room in figures; rates are those of the last 10 s. */
export interface RoomOverview {
  readonly roomId: string;
  readonly name: string;
  readonly ownerId: string | null;
  readonly capacity: number;
  readonly locked: boolean;
  /** People and bots. */
  readonly members: number;
  readonly bots: number;
  readonly connected: number;
  readonly movesPerSecond: number;
  readonly messagesPerMinute: number;
  readonly emotesPerMinute: number;
}

export interface Overview {
  readonly serverTimeMs: number;
  readonly rooms: readonly RoomOverview[];
}

/** A member as those see them who keep order. */
export interface MemberView {
  readonly userId: string;
  readonly displayName: string;
  readonly avatarId: string;
  readonly role: string;
  readonly device: string;
  readonly x: number;
  readonly z: number;
  readonly rotY: number;
  readonly anim: string;
  /** False in the grace after a lost connection. */
  readonly connected: boolean;
  /** False while their page is hidden. */
  readonly visible: boolean;
  readonly muted: boolean;
  readonly mutedUntilMs: number | null;
  /** Whether the one who looks may moderate this member. */
  readonly mayModerate: boolean;
  readonly isBot: boolean;
}

export interface HeardLine {
  readonly messageId: string;
  readonly userId: string;
  readonly displayName: string;
  readonly text: string;
  readonly saidMs: number;
}

/** What goes on in a room now; `chat` is oldest first. */
export interface RoomLook {
  readonly serverTimeMs: number;
  readonly room: RoomOverview;
  readonly members: readonly MemberView[];
  readonly chat: readonly HeardLine[];
}

/**
 * A ban or a mute that holds; `untilMs` null for good. Names, here and below, are those of the time
 * it was made, null where nobody knew one.
 */
export interface Sanction {
  readonly sanctionId: string;
  readonly kind: string;
  readonly scope: ModerationScope;
  readonly roomId: string | null;
  readonly userId: string;
  readonly actorId: string;
  readonly actorRole: string;
  readonly reason: string;
  readonly madeMs: number;
  readonly untilMs: number | null;
  readonly userName: string | null;
  readonly actorName: string | null;
}

export interface AuditLine {
  readonly auditId: number;
  readonly atMs: number;
  readonly actorId: string;
  readonly actorRole: string;
  readonly action: string;
  readonly roomId: string | null;
  readonly userId: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly actorName: string | null;
  readonly userName: string | null;
}

export type ReportStatus = "open" | "closed";

export interface Report {
  readonly reportId: string;
  readonly roomId: string;
  readonly reporterId: string;
  readonly reportedId: string;
  readonly reason: string;
  readonly madeMs: number;
  readonly status: ReportStatus;
  readonly closedMs: number | null;
  readonly closedBy: string | null;
  readonly note: string;
  readonly reporterName: string | null;
  readonly reportedName: string | null;
  readonly closedByName: string | null;
}

export interface EvidenceEvent {
  readonly atMs: number;
  readonly kind: "joined" | "left" | "chat" | "emote";
  readonly userId: string;
  readonly text?: string;
  readonly emoteId?: string;
  readonly messageId?: string;
}

/** Where people were at one time: x and z in whole metres, by user id. */
export interface EvidencePlaces {
  readonly atMs: number;
  readonly places: Readonly<Record<string, readonly [number, number]>>;
}

/** What a reporter could have seen and heard in the last 5 minutes. */
export interface Evidence {
  readonly fromMs: number;
  readonly toMs: number;
  /** Names by user id. */
  readonly people: Readonly<Record<string, string>>;
  readonly events: readonly EvidenceEvent[];
  readonly positions: readonly EvidencePlaces[];
}

export interface FullReport extends Report {
  readonly evidence: Evidence;
}

export type Guard = "off" | "gentle" | "strict";

export interface RoomSettings {
  readonly roomId: string;
  readonly name: string;
  readonly capacity: number;
  readonly ownerId: string | null;
  readonly hearingRadiusM: number | null;
  readonly emotes: readonly string[];
  readonly public: boolean;
  readonly locked: boolean;
  /** Who may come in beside those who may moderate; null is everybody. */
  readonly allowedRoles: readonly string[] | null;
  readonly slowModeSeconds: number;
  readonly words: readonly string[];
  readonly guard: Guard;
  /** 0 not at all, null as the server does. */
  readonly chatRetentionDays: number | null;
  /** Members above which those far away are seen less often; null as the server does. */
  readonly crowdThreshold: number | null;
}
