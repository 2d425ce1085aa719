import type { Anim, MemberInfo } from "../types";
import { BAR } from "../../../venue/bar";
import { distance } from "../../../venue/geometry";
import { heading } from "../../../venue/obstacles";
import type { Point } from "../../../venue/Venue";
import { FLOOR, SPOTS, type Spot } from "./floor";
import type { Chance } from "./Chance";

const TURN_RAD_PER_S = 6;
const STAY_S = [6, 25] as const;
const WAVE_S = 2;
/** How often who stands somewhere waves rather than stays still. */
const WAVE_SHARE = 0.12;

/** One simulated guest: walks from spot to spot, stays a while, dances, waves. Pure. */
export class Guest {
  readonly userId: string;
  readonly displayName: string;
  readonly avatarId: string;
  x: number;
  z: number;
  rotY: number;
  anim: Anim = "idle";
  speaking = false;
  readonly #chance: Chance;
  readonly #speedMps: number;
  /** Spots that somebody is at, or on the way to; shared by all guests. */
  readonly #taken: Set<Spot>;
  readonly #isSeatTaken: (seatId: string) => boolean;
  #spot: Spot | null = null;
  #way: Point[] = [];
  #staysS: number;

  constructor(
    who: Pick<MemberInfo, "userId" | "displayName" | "avatarId">,
    chance: Chance,
    taken: Set<Spot>,
    isSeatTaken: (seatId: string) => boolean,
  ) {
    this.userId = who.userId;
    this.displayName = who.displayName;
    this.avatarId = who.avatarId;
    this.#chance = chance;
    this.#taken = taken;
    this.#isSeatTaken = isSeatTaken;
    this.#speedMps = chance.between(1.1, 1.7);
    const spot = this.#choose();
    const at = spot?.at ?? BAR.door;
    this.x = at.x;
    this.z = at.z;
    this.rotY = spot?.headingRad ?? Math.PI;
    this.#staysS = chance.between(0, STAY_S[1]);
    this.#settle();
  }

  /** Live on for a while, in seconds. */
  step(dtS: number): void {
    if (this.#way.length > 0) {
      this.#walk(dtS);
      return;
    }
    this.#turn(this.#spot?.headingRad ?? this.rotY, dtS);
    this.#staysS -= dtS;
    if (this.anim === "wave" && this.#staysS <= 0) this.#settle();
    else if (this.#staysS <= 0 && !this.#waves()) this.moveOn();
  }

  /** The seat that it would sit on now, null for none. */
  get seatWanted(): string | null {
    return this.#way.length > 0 ? null : (this.#spot?.seatId ?? null);
  }

  info(): MemberInfo {
    const { userId, displayName, avatarId, x, z, rotY, anim } = this;
    return { userId, displayName, avatarId, x, y: 0, z, rotY, anim };
  }

  #waves(): boolean {
    if (this.#chance.next() >= WAVE_SHARE) return false;
    this.anim = "wave";
    this.#staysS = WAVE_S;
    return true;
  }

  /** To another spot. */
  moveOn(): void {
    const next = this.#choose();
    if (next !== null) this.#way = FLOOR.path({ x: this.x, z: this.z }, next.at);
    this.#staysS = this.#chance.between(...STAY_S);
  }

  #choose(): Spot | null {
    const free = SPOTS.filter((spot) => !this.#taken.has(spot) && !this.#isHeld(spot.seatId));
    if (free.length === 0) return null;
    if (this.#spot !== null) this.#taken.delete(this.#spot);
    this.#spot = this.#chance.pick(free);
    this.#taken.add(this.#spot);
    return this.#spot;
  }

  #isHeld(seatId: string | null): boolean {
    return seatId !== null && this.#isSeatTaken(seatId);
  }

  #walk(dtS: number): void {
    let leftM = this.#speedMps * dtS;
    this.anim = "walk";
    while (leftM > 0 && this.#way.length > 0) {
      const goal = this.#way[0]!;
      const toGoM = distance(this, goal);
      this.#turn(toGoM > 0.01 ? heading(this, goal) : this.rotY, dtS);
      const part = toGoM <= leftM ? 1 : leftM / toGoM;
      this.x += (goal.x - this.x) * part;
      this.z += (goal.z - this.z) * part;
      leftM -= toGoM;
      if (part === 1) this.#way.shift();
    }
    if (this.#way.length === 0) this.#settle();
  }

  #settle(): void {
    this.anim = this.#spot?.kind === "dance" ? "dance" : "idle";
    this.#staysS = Math.max(this.#staysS, this.#chance.between(...STAY_S));
  }

  /** Turns toward a heading by the shorter way, radians about +y. */
  #turn(goalRad: number, dtS: number): void {
    const toGo = Math.atan2(Math.sin(goalRad - this.rotY), Math.cos(goalRad - this.rotY));
    const most = TURN_RAD_PER_S * dtS;
    this.rotY += Math.min(most, Math.max(-most, toGo));
  }
}
