import { PathFinder } from "../input/PathFinder";
import type { Steering } from "../input/Steering";
import { makePose, type Pose } from "../motion/Pose";
import { TransformSender } from "../motion/TransformSender";
import type { RealtimeProvider, ServerEventEnvelope } from "../net/realtime/types";
import { badgesOf } from "../room/badges";
import type { Member, RoomState } from "../room/RoomState";
import { collide, WALKER_RADIUS_M } from "../scene/collision";
import type { PickHit } from "../scene/types";
import { BAR } from "../venue/bar";
import { obstaclesOf } from "../venue/obstacles";
import { Walkable } from "../venue/Walkable";
import type { BarWorld } from "./BarWorld";
import { OwnAvatar } from "./OwnAvatar";
import { RemoteMotion } from "./RemoteMotion";
import { Seats } from "./Seats";

/** Slower pages than this fall behind; up to it, one gets as far on a slow one as on a fast one. */
const FRAME_MAX_S = 0.25;
/** Longer frames are walked in several steps, or one would walk past where one wants to be. */
const STEP_MAX_S = 1 / 30;
/** What was said longer ago than this is not hung over anybody's head. */
const BUBBLE_AGE_MAX_MS = 15_000;

export interface PlayParts {
  readonly provider: Pick<RealtimeProvider, "userId" | "rateHz" | "status" | "sendTransform" | "sendSeat">;
  readonly steering: Steering;
  readonly isSpeaking: () => boolean;
  readonly notify: (text: string) => void;
  /** Somebody else was clicked. */
  readonly onPerson: (userId: string) => void;
}

/** Somebody as they are drawn. */
interface Drawn {
  readonly member: Member;
  readonly pose: Pose;
  /** When it was sampled last; -Infinity before. In a crowd those far away are not in every frame. */
  sampledMs: number;
}

/** Everybody's motion in one visit, and its drawing: between the provider's events and the world. */
export class Play {
  readonly own: OwnAvatar;
  readonly #parts: PlayParts;
  readonly #remote = new RemoteMotion();
  readonly #sender: TransformSender;
  readonly #seats: Seats;
  readonly #drawn = new Map<string, Drawn>();
  #me: string | null = null;
  #isPlaced = false;
  #isMuted = false;
  #hearingM: number | null = null;
  #world: BarWorld | null = null;
  #lastMs = -Infinity;
  /** How long this frame really is. */
  #frameS = 0;

  constructor(parts: PlayParts) {
    this.#parts = parts;
    this.#sender = new TransformSender(parts.provider.rateHz);
    const ways = new PathFinder(new Walkable(obstaclesOf(BAR), WALKER_RADIUS_M));
    this.own = new OwnAvatar(parts.steering, collide, ways, (userId, out) => {
      const pose = this.#drawn.get(userId)?.pose;
      if (pose === undefined) return false;
      out.x = pose.x;
      out.z = pose.z;
      return true;
    });
    this.#seats = new Seats({
      own: this.own,
      provider: parts.provider,
      notify: parts.notify,
      nameOf: (userId) => this.#drawn.get(userId)?.member.displayName,
    });
  }

  /** Where everybody is drawn, for tests and the curious. */
  get drawn(): ReadonlyMap<string, Drawn> {
    return this.#drawn;
  }

  /** Where the view goes, radians about +y; as at first where nothing is drawn. */
  get viewYaw(): number {
    return this.#world?.cameraYaw ?? Math.PI;
  }

  /** The server has said where one stands. */
  get isPlaced(): boolean {
    return this.#isPlaced;
  }

  /** One event of the server; motion only, the store has the rest. */
  handle(event: ServerEventEnvelope, arrivalMs: number): void {
    switch (event.t) {
      case "room_state":
        this.#me = this.#parts.provider.userId;
        this.#remote.enter(event.payload);
        this.#enter(event.payload.members);
        break;
      case "session":
        this.#sender.setRate(event.payload.rateHz);
        break;
      case "member_joined":
        this.#remote.join(event.payload.member);
        break;
      case "member_left":
        this.#remote.leave(event.payload.userId);
        break;
      case "avatar_transform_broadcast": {
        const { userId, seq, x, y, z, rotY } = event.payload;
        if (userId === this.#me) this.own.motion.echo(seq, x, y, z, rotY);
        this.#remote.push(event.payload, event.ts, arrivalMs);
        break;
      }
      case "chat_broadcast":
        this.#speak(event.payload.userId, event.payload.text, event.ts, arrivalMs);
        break;
      case "emote_broadcast":
        this.#world?.showEmote(event.payload.userId, event.payload.emoteId);
        break;
      case "seats":
      case "seat_changed":
      case "error":
        this.#seats.handle(event, this.#me);
        break;
      default:
        break; // nothing that moves
    }
  }

  /** Draw whom the store knows now. */
  follow(state: RoomState): void {
    for (const [userId, { member }] of this.#drawn) {
      const now = state.members.get(userId);
      if (now?.displayName !== member.displayName || now.avatarId !== member.avatarId) {
        this.#remove(userId);
      }
    }
    for (const member of state.members.values()) this.#update(member);
    this.#seats.follow(state.seats, this.#world);
    const isMuted = state.mute !== null;
    if (isMuted === this.#isMuted) return;
    this.#isMuted = isMuted;
    if (this.#me !== null) this.#world?.changeTag(this.#me, { isMuted });
  }

  /** Draw into this world from now on. */
  show(world: BarWorld): void {
    this.#world = world;
    world.setPoseSource((userId, target, nowMs) => this.#sample(userId, target, nowMs));
    world.onPick = (hit) => this.#pick(hit);
    world.setHearing(this.#hearingM);
    for (const { member, pose } of this.#drawn.values()) this.#add(world, member, pose);
    if (this.#isMuted && this.#me !== null) world.changeTag(this.#me, { isMuted: true });
  }

  /** Show around the own avatar how far one is heard, metres; null for no circle. */
  showHearing(radiusM: number | null): void {
    this.#hearingM = radiusM;
    this.#world?.setHearing(radiusM);
  }

  hide(): void {
    this.#world = null;
  }

  /** One frame of the own avatar. */
  step(nowMs: number): void {
    const { provider, isSpeaking } = this.#parts;
    this.#frameS = Math.min(FRAME_MAX_S, (nowMs - this.#lastMs) / 1000);
    this.#lastMs = nowMs;
    if (!this.#isPlaced) return;
    this.#move(this.#frameS);
    if (this.#world === null) this.#sampleAll(nowMs);
    const transform = this.#sender.update(nowMs, this.own.pose, isSpeaking());
    if (transform !== null) {
      const seq = provider.sendTransform(transform);
      if (seq === null) this.#sender.resend();
      else this.own.motion.sent(seq, this.own.pose);
    }
    // After the place that one asks from: the server frees what is too far from it.
    this.#seats.step();
  }

  #move(frameS: number): void {
    const world = this.#world;
    const steps = Math.ceil(frameS / STEP_MAX_S);
    const dtS = frameS / Math.max(1, steps);
    if (world !== null) world.cameraYaw += this.#parts.steering.lookRad(frameS);
    const yaw = world?.cameraYaw ?? Math.PI;
    for (let step = 0; step < steps; step++) this.own.step(yaw, dtS);
    world?.setWalkTarget(this.own.target);
  }

  /** Nobody looks any more: stand still for the others, before the silence. */
  rest(): void {
    this.own.halt();
    this.#parts.steering.clear();
    const { x, y, z, rotY } = this.own.pose;
    this.#parts.provider.sendTransform({ x, y, z, rotY, anim: "idle", speaking: false });
    this.#sender.resend();
  }

  walkTo(userId: string): void {
    const name = this.#drawn.get(userId)?.member.displayName;
    if (name === undefined || !this.own.walkToMember(userId)) return;
    this.#parts.notify(`Walking over to ${name}.`);
  }

  /** Down on the nearest free seat within reach; who sits gets up. Says so where there is none. */
  sitOrStand(): void {
    this.#seats.sitOrStand();
  }

  /** The first time where the server says; after a lost connection the place is kept (§4). */
  #enter(members: Extract<ServerEventEnvelope, { t: "room_state" }>["payload"]["members"]): void {
    this.own.motion.forget();
    this.#sender.resend();
    const own = members.find((member) => member.userId === this.#me);
    if (this.#isPlaced || own === undefined) return;
    this.own.arrive(own.x, own.y, own.z, own.rotY);
    this.#isPlaced = true;
  }

  #update(member: Member): void {
    const drawn = this.#drawn.get(member.userId);
    if (drawn?.member === member) return;
    const pose = drawn?.pose ?? makePose();
    this.#drawn.set(member.userId, { member, pose, sampledMs: drawn?.sampledMs ?? -Infinity });
    if (drawn === undefined) {
      this.#remote.sample(member.userId, pose, performance.now(), 0);
      if (this.#world !== null) this.#add(this.#world, member, pose);
    }
    if (drawn?.member.speaking !== member.speaking) {
      this.#world?.setSpeaking(member.userId, member.speaking);
    }
    if (drawn === undefined) return;
    if (drawn.member.role !== member.role || drawn.member.isBot !== member.isBot) {
      this.#world?.changeTag(member.userId, { badges: badgesOf(member.role, member.isBot) });
    }
  }

  #add(world: BarWorld, member: Member, pose: Pose): void {
    const { userId, displayName, avatarId, speaking, role, isBot } = member;
    const badges = badgesOf(role, isBot);
    world.addMember({ userId, displayName, avatarId, badges, local: userId === this.#me }, pose);
    if (speaking) world.setSpeaking(userId, true);
    world.setSeat(userId, this.#seats.of(userId));
  }

  #remove(userId: string): void {
    this.#drawn.delete(userId);
    this.#world?.removeMember(userId);
  }

  #sample(userId: string, target: Pose, nowMs: number): boolean {
    const drawn = this.#drawn.get(userId);
    if (userId === this.#me && this.#isPlaced) copy(this.own.pose, target);
    else if (!this.#remote.sample(userId, target, nowMs, this.#sinceS(drawn, nowMs))) return false;
    if (drawn === undefined) return true;
    drawn.sampledMs = nowMs;
    if (drawn.pose !== target) copy(target, drawn.pose);
    return true;
  }

  /** How long ago somebody was sampled; the first time, and where the page was slow, this frame's time. */
  #sinceS(drawn: Drawn | undefined, nowMs: number): number {
    if (drawn === undefined || drawn.sampledMs === -Infinity) return this.#frameS;
    return Math.min(FRAME_MAX_S, (nowMs - drawn.sampledMs) / 1000);
  }

  /** Without a picture, for those who walk to somebody all the same. */
  #sampleAll(nowMs: number): void {
    for (const [userId, { pose }] of this.#drawn) this.#sample(userId, pose, nowMs);
  }

  #speak(userId: string, text: string, ts: number, arrivalMs: number): void {
    const { clockOffsetMs } = this.#parts.provider.status;
    const isOld = clockOffsetMs !== undefined && arrivalMs + clockOffsetMs - ts > BUBBLE_AGE_MAX_MS;
    if (!isOld) this.#world?.showBubble(userId, text);
  }

  #pick(hit: PickHit): void {
    if (hit.kind === "floor") this.own.walkTo(hit.x, hit.z);
    else if (hit.kind === "seat") this.#seats.sit(hit.seatId);
    else if (hit.userId !== this.#me) this.#parts.onPerson(hit.userId);
  }
}

function copy(from: Pose, to: Pose): void {
  to.x = from.x;
  to.y = from.y;
  to.z = from.z;
  to.rotY = from.rotY;
  to.anim = from.anim;
  to.speedMps = from.speedMps;
  to.snapped = from.snapped;
}
