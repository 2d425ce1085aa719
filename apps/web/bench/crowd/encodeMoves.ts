import { ANIMS } from "../../src/net/realtime/constants";
import type { Walker } from "./Walkers";

const KIND_MOVES = 1;
const HEAD_BYTES = 7;
/** Flags, a wide index, the time, the seq, x, z and rotY. */
const RECORD_BYTES = 12;
const INDEX_16 = 8;

/** Moves in one binary message, as the server writes them for those who asked (§12). */
export function encodeMoves(walkers: readonly Walker[], baseMs: number): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(HEAD_BYTES + RECORD_BYTES * walkers.length));
  view.setUint8(0, KIND_MOVES);
  view.setUint32(1, baseMs % 2 ** 32, true);
  view.setUint16(5, Math.floor(baseMs / 2 ** 32), true);
  let at = HEAD_BYTES;
  for (const walker of walkers) {
    walker.seq += 1;
    view.setUint8(at, INDEX_16 | ANIMS.indexOf(walker.anim));
    view.setUint16(at + 1, walker.index, true);
    view.setUint8(at + 3, 0);
    view.setUint16(at + 4, walker.seq, true);
    view.setInt16(at + 6, Math.round(walker.x * 1000), true);
    view.setInt16(at + 8, Math.round(walker.z * 1000), true);
    view.setInt16(at + 10, Math.round(walker.rotY * 1000), true);
    at += RECORD_BYTES;
  }
  return view.buffer;
}
