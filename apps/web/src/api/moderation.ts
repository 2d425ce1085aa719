import { isInteger, isListOf, isObject, isText } from "../net/realtime/checking";
import type { ModerationScope, ModerationVerb } from "../net/realtime/types";
import { ask, type Fetch } from "./http";
import {
  isAuditLine,
  isFullReport,
  isHeardLine,
  isLook,
  isMe,
  isOverview,
  isReport,
  isRoomSettings,
  isSanction,
} from "./moderationChecks";
import type {
  AuditLine,
  FullReport,
  HeardLine,
  Me,
  Overview,
  Page,
  Report,
  ReportStatus,
  RoomLook,
  RoomSettings,
  Sanction,
} from "./moderationTypes";

export type * from "./moderationTypes";

/** One act on one person (§7). */
export interface ActRequest {
  readonly action: ModerationVerb;
  readonly userId: string;
  readonly reason: string;
  /** Null for good; only bans and mutes have one. */
  readonly durationSeconds: number | null;
  readonly scope: ModerationScope;
}

/** What an act did: it is stored, and felt. */
export interface ActDone {
  readonly action: ModerationVerb;
  readonly userId: string;
  readonly scope: ModerationScope;
  /** Epoch ms; null for good, and for what lifts an act. */
  readonly untilMs: number | null;
}

/** Which lines of the audit; absent fields do not matter. Times are epoch ms. */
export interface AuditFilter {
  readonly actorId?: string;
  readonly userId?: string;
  readonly action?: string;
  readonly fromMs?: number;
  readonly toMs?: number;
}

/** What of a room can be changed; what is left out stays as it is. */
export type SettingsChange = Partial<Omit<RoomSettings, "roomId" | "ownerId">>;

/** Messages at a time: some screens full. */
const CHAT_PAGE = 100;
const PATIENCE_MS = 15_000;
const JSON_TYPE = { "Content-Type": "application/json" };

/**
 * The HTTP API for those who keep order, and for those who report (§7).
 *
 * Every method rejects with an `ApiError`; the token is sent in a header, and never in an address.
 */
export class ModerationApi {
  readonly #fetch: Fetch;
  readonly #token: () => string | null;

  /** @param token the caller's identity token, asked for at every request. */
  constructor(fetch: Fetch, token: () => string | null) {
    this.#fetch = fetch;
    this.#token = token;
  }

  me(): Promise<Me> {
    return this.#get("/moderation/me", isMe);
  }

  overview(signal?: AbortSignal): Promise<Overview> {
    return this.#get("/moderation/overview", isOverview, signal);
  }

  /** @param after the newest message that is known: only later ones come. */
  look(roomId: string, after: string | null, signal?: AbortSignal): Promise<RoomLook> {
    return this.#get(`${room(roomId)}/live${query({ after: after ?? undefined })}`, isLook, signal);
  }

  /** What was said in the room and is stored, newest first. */
  storedChat(roomId: string, cursor: string | null): Promise<Page<HeardLine>> {
    return this.#get(
      `${room(roomId)}/chat${query({ limit: CHAT_PAGE, ...at(cursor) })}`,
      isPageOf(isHeardLine),
    );
  }

  act(roomId: string, request: ActRequest): Promise<ActDone> {
    const { action, userId, reason, durationSeconds, scope } = request;
    const duration = durationSeconds === null ? {} : { durationSeconds };
    return this.#post(
      `${room(roomId)}/moderation`,
      { action, userId, reason, scope, ...duration },
      isActDone,
    );
  }

  bans(roomId: string, scope: ModerationScope, cursor: string | null): Promise<Page<Sanction>> {
    return this.#get(
      `${room(roomId)}/bans${query({ ...scopeOf(scope), ...at(cursor) })}`,
      isPageOf(isSanction),
    );
  }

  mutes(roomId: string, scope: ModerationScope, cursor: string | null): Promise<Page<Sanction>> {
    return this.#get(
      `${room(roomId)}/mutes${query({ ...scopeOf(scope), ...at(cursor) })}`,
      isPageOf(isSanction),
    );
  }

  /** @param roomId null for everything, which is for admins. */
  audit(roomId: string | null, filter: AuditFilter, cursor: string | null): Promise<Page<AuditLine>> {
    const path = roomId === null ? "/moderation/audit" : `${room(roomId)}/audit`;
    return this.#get(`${path}${query({ ...filter, ...at(cursor) })}`, isPageOf(isAuditLine));
  }

  /** Report somebody, with what one saw and heard. Answers the report's id. */
  async report(roomId: string, userId: string, reason: string): Promise<string> {
    const { reportId } = await this.#post(`${room(roomId)}/reports`, { userId, reason }, isReceipt);
    return reportId;
  }

  reports(status: ReportStatus, cursor: string | null): Promise<Page<Report>> {
    return this.#get(`/moderation/reports${query({ status, ...at(cursor) })}`, isPageOf(isReport));
  }

  fullReport(reportId: string): Promise<FullReport> {
    return this.#get(`/moderation/reports/${encodeURIComponent(reportId)}`, isFullReport);
  }

  closeReport(reportId: string, note: string): Promise<Report> {
    return this.#post(`/moderation/reports/${encodeURIComponent(reportId)}/close`, { note }, isReport);
  }

  settings(roomId: string): Promise<RoomSettings> {
    return this.#get(`${room(roomId)}/settings`, isRoomSettings);
  }

  change(roomId: string, change: SettingsChange): Promise<RoomSettings> {
    return this.#send("PATCH", room(roomId), change, isRoomSettings);
  }

  #get<Answer>(
    url: string,
    isAnswer: (value: unknown) => value is Answer,
    signal?: AbortSignal,
  ): Promise<Answer> {
    return ask(this.#fetch, url, { headers: this.#headers(), signal: patient(signal) }, isAnswer);
  }

  #post<Answer>(url: string, body: object, isAnswer: (value: unknown) => value is Answer): Promise<Answer> {
    return this.#send("POST", url, body, isAnswer);
  }

  #send<Answer>(
    method: "POST" | "PATCH",
    url: string,
    body: object,
    isAnswer: (value: unknown) => value is Answer,
  ): Promise<Answer> {
    const headers = { ...this.#headers(), ...JSON_TYPE };
    return ask(
      this.#fetch,
      url,
      { method, headers, body: JSON.stringify(body), signal: patient() },
      isAnswer,
    );
  }

  #headers(): Record<string, string> {
    const token = this.#token();
    return token === null ? {} : { Authorization: `Bearer ${token}` };
  }
}

function room(roomId: string): string {
  return `/rooms/${encodeURIComponent(roomId)}`;
}

/** A server that accepts a request and says nothing is as good as away. */
function patient(signal?: AbortSignal): AbortSignal {
  const timeout = AbortSignal.timeout(PATIENCE_MS);
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
}

function at(cursor: string | null): { cursor?: string } {
  return cursor === null ? {} : { cursor };
}

function scopeOf(scope: ModerationScope): { scope?: string } {
  return scope === "server" ? { scope } : {};
}

/** `?a=1&b=2`, without what is absent; empty for nothing. */
export function query(fields: Readonly<Record<string, string | number | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}

function isPageOf<Item>(isItem: (value: unknown) => value is Item) {
  return (value: unknown): value is Page<Item> =>
    isObject(value) &&
    isListOf(value["items"], isItem) &&
    (value["nextCursor"] === null || isText(value["nextCursor"]));
}

function isReceipt(value: unknown): value is { readonly reportId: string } {
  return isObject(value) && isText(value["reportId"]);
}

function isActDone(value: unknown): value is ActDone {
  return (
    isObject(value) &&
    isText(value["action"]) &&
    isText(value["userId"]) &&
    (value["scope"] === "room" || value["scope"] === "server") &&
    (value["untilMs"] === null || isInteger(value["untilMs"]))
  );
}
