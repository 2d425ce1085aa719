/** Moves in binary messages (§12). Nothing is kept between calls. */
import { ANIMS } from "./constants";
import type { AvatarTransformBroadcastPayload } from "./types";

/** The first byte of a message with moves. */
const KIND_MOVES = 1;
const HEAD_BYTES = 7;

/** Bits of a record's flags, beside the two of `anim`. */
const Flag = { SPEAKING: 4, INDEX_16: 8, TIME_16: 16, SEQ_32: 32, FAR: 64, HIGH: 128 } as const;

/** One move, as JSON would have carried it. */
export interface Move {
  readonly ts: number;
  readonly payload: AvatarTransformBroadcastPayload;
}

/**
 * The moves in one binary message.
 *
 * @param users whose index is whose, as `member_indices` has told.
 * @returns null where it is of another kind or cut off, or names an index that nobody has.
 */
export function readMoves(message: ArrayBuffer, users: ReadonlyMap<number, string>): Move[] | null {
  const view = new DataView(message);
  if (view.byteLength < HEAD_BYTES || view.getUint8(0) !== KIND_MOVES) return null;
  const baseMs = view.getUint32(1, true) + view.getUint16(5, true) * 2 ** 32;
  const moves: Move[] = [];
  let at = HEAD_BYTES;
  while (at < view.byteLength) {
    const flags = view.getUint8(at);
    const size = recordBytes(flags);
    if (at + size > view.byteLength) return null;
    const move = readRecord(view, at + 1, flags, users);
    if (move === null) return null;
    moves.push({ ts: baseMs + move.lateMs, payload: move.payload });
    at += size;
  }
  return moves;
}

function recordBytes(flags: number): number {
  return (
    11 +
    (flags & Flag.INDEX_16 ? 1 : 0) +
    (flags & Flag.TIME_16 ? 1 : 0) +
    (flags & Flag.SEQ_32 ? 2 : 0) +
    (flags & Flag.FAR ? 4 : 0) +
    (flags & Flag.HIGH ? 4 : 0)
  );
}

/** What follows the flags of a record that is whole; null where nobody has its index. */
function readRecord(
  view: DataView,
  start: number,
  flags: number,
  users: ReadonlyMap<number, string>,
): { lateMs: number; payload: AvatarTransformBroadcastPayload } | null {
  let at = start;
  const index = flags & Flag.INDEX_16 ? view.getUint16(at, true) : view.getUint8(at);
  const userId = users.get(index);
  if (userId === undefined) return null;
  at += flags & Flag.INDEX_16 ? 2 : 1;
  const lateMs = flags & Flag.TIME_16 ? view.getUint16(at, true) : view.getUint8(at);
  at += flags & Flag.TIME_16 ? 2 : 1;
  const seq = flags & Flag.SEQ_32 ? view.getUint32(at, true) : view.getUint16(at, true);
  at += flags & Flag.SEQ_32 ? 4 : 2;
  const isFar = (flags & Flag.FAR) !== 0;
  const width = isFar ? 4 : 2;
  const x = isFar ? view.getInt32(at, true) : view.getInt16(at, true);
  const z = isFar ? view.getInt32(at + width, true) : view.getInt16(at + width, true);
  at += 2 * width;
  const rotY = view.getInt16(at, true);
  const y = flags & Flag.HIGH ? view.getInt32(at + 2, true) : 0;
  const payload = {
    userId,
    seq,
    x: x / 1000,
    y: y / 1000,
    z: z / 1000,
    rotY: rotY / 1000,
    anim: ANIMS[flags & 3] ?? "idle",
    speaking: (flags & Flag.SPEAKING) !== 0,
  };
  return { lateMs, payload };
}
