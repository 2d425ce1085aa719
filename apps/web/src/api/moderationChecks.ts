/** What answers of the HTTP API must have for the pages to go by them. */
import { isBoolean, isInteger, isListOf, isNumber, isObject, isText } from "../net/realtime/checking";
import type {
  AuditLine,
  Evidence,
  EvidenceEvent,
  EvidencePlaces,
  FullReport,
  HeardLine,
  Me,
  MemberView,
  Overview,
  Report,
  RoomLook,
  RoomOverview,
  RoomSettings,
  Sanction,
} from "./moderationTypes";

type Check = (value: unknown) => boolean;

const text: Check = (value) => isText(value);
const integer: Check = (value) => isInteger(value);
const number: Check = (value) => isNumber(value);
const flag: Check = (value) => isBoolean(value);
const texts: Check = (value) => isListOf(value, (one): one is string => isText(one));

function orNull(check: Check): Check {
  return (value) => value === null || check(value);
}

function oneOf(...known: readonly string[]): Check {
  return (value) => known.some((one) => one === value);
}

function listOf(check: Check): Check {
  return (value) => Array.isArray(value) && value.every(check);
}

function mapOf(check: Check): Check {
  return (value) => isObject(value) && Object.values(value).every(check);
}

/** An object in which each of these fields is as it should be; it may have others. */
function shape<Shape>(checks: { readonly [Field in keyof Required<Shape>]: Check }) {
  const fields = Object.entries<Check>(checks);
  return (value: unknown): value is Shape =>
    isObject(value) && fields.every(([field, check]) => check(value[field]));
}

function orAbsent(check: Check): Check {
  return (value) => value === undefined || check(value);
}

export const isMe = shape<Me>({
  userId: text,
  role: text,
  displayName: orNull(text),
  external: flag,
});

const isRoomOverview = shape<RoomOverview>({
  roomId: text,
  name: text,
  ownerId: orNull(text),
  capacity: integer,
  locked: flag,
  members: integer,
  bots: integer,
  connected: integer,
  movesPerSecond: number,
  messagesPerMinute: number,
  emotesPerMinute: number,
});

export const isOverview = shape<Overview>({ serverTimeMs: integer, rooms: listOf(isRoomOverview) });

const isMemberView = shape<MemberView>({
  userId: text,
  displayName: text,
  avatarId: text,
  role: text,
  device: text,
  x: number,
  z: number,
  rotY: number,
  anim: text,
  connected: flag,
  visible: flag,
  muted: flag,
  mutedUntilMs: orNull(integer),
  mayModerate: flag,
  isBot: flag,
});

export const isHeardLine = shape<HeardLine>({
  messageId: text,
  userId: text,
  displayName: text,
  text,
  saidMs: integer,
});

export const isLook = shape<RoomLook>({
  serverTimeMs: integer,
  room: isRoomOverview,
  members: listOf(isMemberView),
  chat: listOf(isHeardLine),
});

export const isSanction = shape<Sanction>({
  sanctionId: text,
  kind: text,
  scope: oneOf("room", "server"),
  roomId: orNull(text),
  userId: text,
  actorId: text,
  actorRole: text,
  reason: text,
  madeMs: integer,
  untilMs: orNull(integer),
  userName: orNull(text),
  actorName: orNull(text),
});

export const isAuditLine = shape<AuditLine>({
  auditId: integer,
  atMs: integer,
  actorId: text,
  actorRole: text,
  action: text,
  roomId: orNull(text),
  userId: orNull(text),
  detail: isObject,
  actorName: orNull(text),
  userName: orNull(text),
});

const REPORT = {
  reportId: text,
  roomId: text,
  reporterId: text,
  reportedId: text,
  reason: text,
  madeMs: integer,
  status: oneOf("open", "closed"),
  closedMs: orNull(integer),
  closedBy: orNull(text),
  note: text,
  reporterName: orNull(text),
  reportedName: orNull(text),
  closedByName: orNull(text),
};

export const isReport = shape<Report>(REPORT);

const isEvidenceEvent = shape<EvidenceEvent>({
  atMs: integer,
  kind: oneOf("joined", "left", "chat", "emote"),
  userId: text,
  text: orAbsent(text),
  emoteId: orAbsent(text),
  messageId: orAbsent(text),
});

const isEvidencePlaces = shape<EvidencePlaces>({
  atMs: integer,
  places: mapOf((place) => Array.isArray(place) && place.length === 2 && place.every(number)),
});

const isEvidence = shape<Evidence>({
  fromMs: integer,
  toMs: integer,
  people: mapOf(text),
  events: listOf(isEvidenceEvent),
  positions: listOf(isEvidencePlaces),
});

export const isFullReport = shape<FullReport>({ ...REPORT, evidence: isEvidence });

export const isRoomSettings = shape<RoomSettings>({
  roomId: text,
  name: text,
  capacity: integer,
  ownerId: orNull(text),
  hearingRadiusM: orNull(number),
  emotes: texts,
  public: flag,
  locked: flag,
  allowedRoles: orNull(texts),
  slowModeSeconds: integer,
  words: texts,
  guard: oneOf("off", "gentle", "strict"),
  chatRetentionDays: orNull(integer),
  crowdThreshold: orNull(integer),
});
