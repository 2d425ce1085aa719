import { SnapshotInterpolation, type Types } from "@geckos.io/snapshot-interpolation";
import type { Arrival } from "../trace";
import type { Adapter, Player, Point } from "./Adapter";

const BUFFER_MS = 150;
/** The library reads the wall clock itself; here it is the trace's. */
let nowOfTraceMs = 0;
SnapshotInterpolation.Now = () => nowOfTraceMs;

class Geckos implements Player {
  readonly #library = new SnapshotInterpolation();

  constructor() {
    this.#library.interpolationBuffer.set(BUFFER_MS);
  }

  receive({ ts, x, z, arrivalMs }: Arrival): void {
    nowOfTraceMs = arrivalMs;
    this.#library.snapshot.add({ id: String(ts), time: ts, state: [{ id: "member", x, z }] });
  }

  draw(nowMs: number, _dtS: number, target: Point): boolean {
    nowOfTraceMs = nowMs;
    // Where it has nothing newer, which is most of the time while somebody stands, it gives nothing:
    // the newest snapshot is the best that a page can show then.
    const member = this.#library.calcInterpolation("x z")?.state[0] ?? this.#newest();
    if (member === undefined) return false;
    target.x = Number(member["x"]);
    target.z = Number(member["z"]);
    return true;
  }

  #newest(): Types.Entity | undefined {
    const state = this.#library.vault.get()?.state;
    return Array.isArray(state) ? state[0] : undefined;
  }
}

export const geckos: Adapter = {
  name: "@geckos.io/snapshot-interpolation",
  start: () => new Geckos(),
};
