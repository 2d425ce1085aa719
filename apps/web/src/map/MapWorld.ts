import type { Pose } from "../motion/Pose";
import { FrameCost } from "../scene/FrameCost";
import { SEATS } from "../scene/layout";
import { LEVELS } from "../scene/levels";
import { Pointer } from "../scene/Pointer";
import type { PickHit, PoseSource, Quality, SceneMember, WorldOptions, WorldStats } from "../scene/types";
import type { TagChange } from "../scene/nameTags";
import { Lettering } from "../type/Lettering";
import { drawFeelings, drawSeats, drawTarget, drawHearing } from "./marks";
import { MapBubbles } from "./MapBubbles";
import { MapPeople, type MapPerson } from "./MapPeople";
import { MapView } from "./MapView";
import { drawBodies, drawNames, NAME_FONT } from "./people";
import { drawPlan, HEIGHT_M, LEFT_M, TOP_M, WIDTH_M } from "./plan";

/** As near as a finger gets. */
const NEAR_PX = 20;
const SEAT_REACH_M = 0.45;
/** Under the bar at the top of the page, and over the buttons at its foot. */
const INSETS = { top: 68, right: 8, bottom: 84, left: 8 } as const;
/** Beside the chat, on pages that have room for both. */
const WIDE_PX = 1100;
const BESIDE_CHAT = { ...INSETS, left: 384 } as const;
const MAX_STEP_S = 0.25;

/** The room from above, on a canvas that needs no graphics card: what a visit asks of a drawn room. */
export class MapWorld {
  onPick: (hit: PickHit) => void = () => undefined;
  readonly #canvas: HTMLCanvasElement;
  readonly #options: WorldOptions;
  readonly #plan = document.createElement("canvas");
  readonly #view = new MapView();
  readonly #people = new MapPeople();
  readonly #bubbles: MapBubbles;
  readonly #pointer: Pointer;
  readonly #lettering = new Lettering(document.fonts, () => undefined);
  readonly #resizing = new ResizeObserver(() => this.#resize());
  readonly #cost = new FrameCost();
  /** Who sits where: userId → seatId. */
  readonly #seats = new Map<string, string>();
  #source: PoseSource = () => false;
  #target: { readonly x: number; readonly z: number } | null = null;
  #hearingM: number | null = null;
  #quality: Quality;
  #isCalm: boolean;
  #hasNames: boolean;
  #ratio = 1;
  #frame = 0;
  #lastMs = 0;

  constructor(canvas: HTMLCanvasElement, options: WorldOptions) {
    this.#canvas = canvas;
    this.#options = options;
    this.#quality = options.quality ?? "auto";
    this.#isCalm = options.reducedMotion ?? false;
    this.#hasNames = options.showNames ?? true;
    this.#bubbles = new MapBubbles(options.overlay);
    const still = { orbit: () => undefined, zoom: () => undefined };
    this.#pointer = new Pointer(canvas, still, (x, y) => this.#tap(x, y));
  }

  /** North is up, and stays there: forward is away from the door. */
  get cameraYaw(): number {
    return Math.PI;
  }

  set cameraYaw(_yawRad: number) {
    // keys and drags that look around have nothing to turn on a map
  }

  /** @throws where this browser has no canvas to draw on. */
  start(): Promise<void> {
    if (this.#canvas.getContext("2d") === null) return Promise.reject(new Error("no canvas"));
    this.#resizing.observe(this.#canvas);
    this.#resize();
    this.#lastMs = performance.now();
    this.#frame = requestAnimationFrame(this.#tick);
    return Promise.resolve();
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
    this.#resizing.disconnect();
    this.#pointer.dispose();
    this.#lettering.dispose();
    this.#bubbles.dispose();
  }

  addMember(member: SceneMember, at: Pose): void {
    this.#people.add(member, at);
    this.#lettering.want(NAME_FONT, member.displayName);
  }

  removeMember(userId: string): void {
    this.#people.remove(userId);
    this.#bubbles.forget(userId);
    this.#seats.delete(userId);
  }

  changeTag(userId: string, change: TagChange): void {
    this.#people.changeTag(userId, change);
  }

  setPoseSource(source: PoseSource): void {
    this.#source = source;
  }

  showBubble(userId: string, text: string): void {
    if (this.#people.get(userId) !== undefined) this.#bubbles.say(userId, text, performance.now());
  }

  showEmote(userId: string, emoteId: string): void {
    this.#people.feel(userId, emoteId, performance.now());
  }

  setSpeaking(userId: string, isSpeaking: boolean): void {
    const person = this.#people.get(userId);
    if (person !== undefined) person.dot.isSpeaking = isSpeaking;
  }

  setSeat(userId: string, seatId: string | null): void {
    if (seatId === null) this.#seats.delete(userId);
    else this.#seats.set(userId, seatId);
  }

  setWalkTarget(target: { readonly x: number; readonly z: number } | null): void {
    this.#target = target;
  }

  setHearing(radiusM: number | null): void {
    this.#hearingM = radiusM;
  }

  setQuality(quality: Quality): void {
    this.#quality = quality;
    this.#resize();
  }

  setReducedMotion(isReduced: boolean): void {
    this.#isCalm = isReduced;
  }

  setShowNames(isShown: boolean): void {
    this.#hasNames = isShown;
  }

  stats(): WorldStats {
    const { count } = this.#people;
    const named = {
      names: this.#hasNames ? count : 0,
      isOwnNamed: this.#hasNames && this.#people.local !== null,
    };
    const none = { ...named, detailed: count, drawCalls: 0, triangles: 0, geometries: 0, textures: 0 };
    const { cpuMs, frameMs } = this.#cost;
    return { ...none, cpuMs, fps: 1000 / frameMs, pixelRatio: this.#ratio, members: count };
  }

  readonly #tick = (nowMs: number): void => {
    this.#frame = requestAnimationFrame(this.#tick);
    const frameMs = nowMs - this.#lastMs;
    const dtS = Math.min(MAX_STEP_S, Math.max(0, frameMs / 1000));
    this.#lastMs = nowMs;
    this.#options.onStep?.(nowMs, dtS);
    this.#people.move(this.#source, nowMs, dtS);
    const { local } = this.#people;
    this.#view.follow(local?.dot.x ?? 0, local?.dot.z ?? 0);
    this.#draw(nowMs);
    this.#point();
    this.#bubbles.update(nowMs, (userId) => this.#placeOf(userId));
    this.#cost.add(frameMs, performance.now() - nowMs);
  };

  #draw(nowMs: number): void {
    const ctx = this.#canvas.getContext("2d");
    if (ctx === null || this.#canvas.width === 0) return;
    const { leftPx, topPx } = this.#view;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    ctx.drawImage(this.#plan, leftPx * this.#ratio, topPx * this.#ratio);
    ctx.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    const { dots, local } = this.#people;
    drawSeats(ctx, this.#view, this.#seats.values());
    if (this.#target !== null) drawTarget(ctx, this.#view, this.#target);
    if (this.#hearingM !== null && local !== null) drawHearing(ctx, this.#view, local.dot, this.#hearingM);
    drawBodies(ctx, dots, (x, z) => this.#view.toPx(x, z));
    if (this.#hasNames) {
      drawNames(ctx, dots, this.#canvas.clientWidth, (x, z) => this.#view.toPx(x, z));
    }
    for (const person of this.#people.list) drawFeelings(ctx, this.#view, person, nowMs, this.#isCalm);
  }

  #placeOf(userId: string): readonly [x: number, y: number] | null {
    const person = this.#people.get(userId);
    return person === undefined ? null : this.#view.toPx(person.dot.x, person.dot.z);
  }

  /** A hand over what can be clicked and is not the floor. */
  #point(): void {
    const { over } = this.#pointer;
    const hit = over === null ? null : this.#hit(over.x, over.y);
    if (hit !== null && hit.kind !== "floor") this.#canvas.dataset["over"] = hit.kind;
    else delete this.#canvas.dataset["over"];
  }

  #tap(x: number, y: number): void {
    const hit = this.#hit(x, y);
    if (hit !== null) this.onPick(hit);
  }

  /** @param x from -1 to 1 over the canvas, as `y`, which is up. */
  #hit(x: number, y: number): PickHit | null {
    const { clientWidth, clientHeight } = this.#canvas;
    const [leftPx, topPx] = [((x + 1) / 2) * clientWidth, ((1 - y) / 2) * clientHeight];
    const person = this.#nearest(leftPx, topPx);
    if (person !== null) return { kind: "member", userId: person.userId };
    const place = this.#view.toPlace(leftPx, topPx);
    const isOn = place.x >= LEFT_M && place.x <= LEFT_M + WIDTH_M && place.z >= TOP_M;
    if (!isOn || place.z > TOP_M + HEIGHT_M) return null;
    const seat = SEATS.find((one) => Math.hypot(one.x - place.x, one.z - place.z) < SEAT_REACH_M);
    if (seat === undefined) return { kind: "floor", ...place };
    return { kind: "seat", seatId: seat.id, x: seat.x, z: seat.z, rotY: seat.rotY };
  }

  /** Somebody else than the one at this page. */
  #nearest(leftPx: number, topPx: number): MapPerson | null {
    let best: MapPerson | null = null;
    let bestPx = NEAR_PX;
    for (const person of this.#people.list) {
      const [x, y] = this.#view.toPx(person.dot.x, person.dot.z);
      const awayPx = Math.hypot(leftPx - x, topPx - y);
      if (person.isLocal || awayPx >= bestPx) continue;
      best = person;
      bestPx = awayPx;
    }
    return best;
  }

  #resize(): void {
    const { clientWidth, clientHeight } = this.#canvas;
    if (clientWidth === 0 || clientHeight === 0) return;
    this.#ratio = Math.min(LEVELS[this.#quality].pixelRatio, window.devicePixelRatio);
    this.#canvas.width = Math.round(clientWidth * this.#ratio);
    this.#canvas.height = Math.round(clientHeight * this.#ratio);
    this.#view.resize(clientWidth, clientHeight, clientWidth < WIDE_PX ? INSETS : BESIDE_CHAT);
    const scale = this.#view.pxPerM * this.#ratio;
    this.#plan.width = Math.round(WIDTH_M * scale);
    this.#plan.height = Math.round(HEIGHT_M * scale);
    const ctx = this.#plan.getContext("2d");
    if (ctx === null) return;
    ctx.setTransform(scale, 0, 0, scale, -LEFT_M * scale, -TOP_M * scale);
    drawPlan(ctx);
  }
}
