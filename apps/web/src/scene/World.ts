import { ACESFilmicToneMapping, Color, PCFShadowMap, Scene, WebGLRenderer } from "three";
import type { Pose } from "../motion/Pose";
import { Avatars } from "./Avatars";
import { BodyMover } from "./BodyMover";
import { Bubbles } from "./Bubbles";
import { CameraRig, TOO_NEAR_M } from "./CameraRig";
import { Emotes } from "./Emotes";
import { FrameBudget } from "./FrameBudget";
import { FrameCost } from "./FrameCost";
import { Hover } from "./Hover";
import { LaterCalls } from "./LaterCalls";
import { LEVELS } from "./levels";
import { Marks } from "./Marks";
import { Names } from "./Names";
import type { TagChange } from "./nameTags";
import { pick } from "./pick";
import { Pointer } from "./Pointer";
import { runFrames } from "./runFrames";
import { Stage, STAGE_BACKGROUND } from "./Stage";
import { SeeThrough } from "./stage/seeThrough";
import type { PickHit, PoseSource, Quality, SceneMember, WorldOptions, WorldStats } from "./types";

/** Seconds of one frame at most: after a pause the bar goes on, it does not catch up. */
const FRAME_MAX_S = 0.1;

/** The drawn bar, and the page's only loop. */
export class World {
  onPick: (hit: PickHit) => void = () => undefined;
  readonly #canvas: HTMLCanvasElement;
  readonly #options: WorldOptions;
  readonly #renderer: WebGLRenderer;
  readonly #scene = new Scene();
  readonly #rig = new CameraRig();
  readonly #seeThrough = new SeeThrough();
  readonly #stage: Stage;
  readonly #avatars: Avatars;
  readonly #names = new Names();
  readonly #marks = new Marks();
  readonly #emotes = new Emotes();
  readonly #mover: BodyMover;
  readonly #bubbles: Bubbles;
  readonly #pointer: Pointer;
  readonly #hover: Hover;
  readonly #later = new LaterCalls();
  readonly #cost = new FrameCost();
  readonly #budget = new FrameBudget(LEVELS.high.pixelRatio);
  readonly #resizing: ResizeObserver;
  readonly #ending = new AbortController();
  #quality: Quality = "auto";
  #isCalm = false;
  #showS = 0;
  #lastMs = 0;
  #isDisposed = false;

  constructor(canvas: HTMLCanvasElement, options: WorldOptions) {
    this.#canvas = canvas;
    this.#options = options;
    const renderer = new WebGLRenderer({ canvas, antialias: options.quality !== "low" });
    this.#renderer = renderer;
    renderer.toneMapping = ACESFilmicToneMapping;
    renderer.toneMappingExposure = 1.05;
    renderer.shadowMap.enabled = true;
    renderer.shadowMap.type = PCFShadowMap;
    // Counted over the whole frame, shadows too.
    renderer.info.autoReset = false;
    this.#scene.background = new Color(STAGE_BACKGROUND);
    this.#stage = new Stage(renderer, this.#seeThrough);
    this.#avatars = new Avatars(this.#stage.bodyMap, this.#seeThrough);
    this.#mover = new BodyMover(this.#avatars, this.#rig);
    this.#bubbles = new Bubbles(options.overlay);
    const drawn = [this.#marks.mesh, this.#names.mesh, this.#emotes.mesh];
    this.#scene.add(this.#stage.group, this.#avatars.group, ...drawn);
    this.#pointer = new Pointer(canvas, this.#rig, this.#tap.bind(this));
    this.#hover = new Hover(canvas, this.#marks);
    const { signal } = this.#ending;
    canvas.addEventListener("webglcontextlost", this.#contextLost, { signal });
    canvas.addEventListener("webglcontextrestored", this.#contextRestored, { signal });
    this.#resizing = new ResizeObserver(() => this.#resize());
    this.#resizing.observe(canvas);
    this.setReducedMotion(options.reducedMotion ?? false);
    this.setShowNames(options.showNames ?? true);
    this.setQuality(options.quality ?? "auto");
  }

  /** Done once the first frame has been drawn, its shaders compiled: before, there is no view to click in. */
  async start(): Promise<void> {
    this.#later.run();
    await this.#renderer.compileAsync(this.#scene, this.#rig.camera);
    if (this.#isDisposed) return;
    this.#lastMs = performance.now();
    await runFrames(this.#renderer, this.#tick);
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#renderer.setAnimationLoop(null);
    this.#ending.abort();
    this.#resizing.disconnect();
    this.#pointer.dispose();
    for (const part of [this.#bubbles, this.#emotes, this.#marks, this.#names, this.#avatars]) part.dispose();
    this.#stage.dispose();
    this.#renderer.dispose();
  }

  addMember(member: SceneMember, pose: Pose): void {
    const { userId, displayName, avatarId, badges, local } = member;
    const at = { ...pose };
    this.#later.add(() => {
      this.#avatars.add(userId, avatarId, local, at);
      this.#names.add(userId, displayName, badges, local);
      if (local) this.#rig.arrive(at);
    });
  }

  removeMember(userId: string): void {
    this.#later.add(() => {
      this.#avatars.remove(userId);
      this.#names.remove(userId);
      this.#bubbles.forget(userId);
    });
  }

  setPoseSource(source: PoseSource): void {
    this.#mover.source = source;
  }

  showBubble(userId: string, text: string): void {
    this.#later.add(() => this.#bubbles.say(userId, text, performance.now()));
  }

  showEmote(userId: string, emoteId: string): void {
    this.#later.add(() => this.#emotes.show(userId, emoteId));
  }

  setSpeaking(userId: string, on: boolean): void {
    this.#later.add(() => this.#avatars.change(userId, { isSpeaking: on }));
  }

  setSeat(userId: string, seatId: string | null): void {
    this.#later.add(() => this.#avatars.change(userId, { seatId }));
  }

  changeTag(userId: string, change: TagChange): void {
    this.#later.add(() => this.#names.change(userId, change));
  }

  /** Where a click sent the own avatar; null once it is there. */
  setWalkTarget(target: { x: number; z: number } | null): void {
    this.#marks.setTarget(target);
  }

  /** How far around the own avatar one is heard, metres; null shows nothing. */
  setHearing(radiusM: number | null): void {
    this.#marks.setHearing(radiusM);
  }

  /** Where the view goes: radians about +y, forward is (sin, 0, cos). */
  get cameraYaw(): number {
    return this.#rig.yaw;
  }

  set cameraYaw(yawRad: number) {
    this.#rig.yaw = yawRad;
  }

  /** Turn the view: left and up by positive angles. */
  orbit(yawRad: number, pitchRad: number): void {
    this.#rig.orbit(yawRad, pitchRad);
  }

  zoom(factor: number): void {
    this.#rig.zoom(factor);
  }

  setQuality(quality: Quality): void {
    this.#quality = quality;
    const level = LEVELS[quality];
    this.#stage.setLevel(level);
    this.#budget.reset(Math.min(devicePixelRatio, level.pixelRatio));
    this.#resize();
  }

  setReducedMotion(on: boolean): void {
    this.#isCalm = on;
    this.#rig.isCalm = on;
  }

  setShowNames(on: boolean): void {
    this.#names.setShown(on);
  }

  stats(): WorldStats {
    const { render, memory } = this.#renderer.info;
    return {
      drawCalls: render.calls,
      triangles: render.triangles,
      cpuMs: this.#cost.cpuMs,
      fps: 1000 / this.#cost.frameMs,
      pixelRatio: this.#budget.ratio,
      members: this.#avatars.list.length,
      detailed: this.#avatars.detailedCount,
      names: this.#names.count,
      isOwnNamed: this.#names.isOwnDrawn,
      geometries: memory.geometries,
      textures: memory.textures,
    };
  }

  /** Input and own motion, bodies, camera, what hangs on bodies, and the picture. */
  readonly #tick = (): void => {
    const nowMs = performance.now();
    const frameMs = nowMs - this.#lastMs;
    this.#lastMs = nowMs;
    const dtS = Math.min(FRAME_MAX_S, frameMs / 1000);
    this.#renderer.info.reset();
    this.#later.run();
    this.#options.onStep?.(nowMs, dtS);
    this.#showS += dtS;
    this.#mover.move(nowMs, dtS, this.#showS);
    this.#moveCamera(dtS);
    const { list } = this.#avatars;
    const { camera } = this.#rig;
    const showS = this.#isCalm ? 0 : this.#showS;
    this.#stage.update(showS);
    this.#hover.update(nowMs, this.#pointer.over, camera, list, this.#names);
    this.#marks.update(list, showS);
    this.#names.update(list, camera, this.#canvas.clientHeight, this.#isCalm ? 0 : dtS);
    this.#names.upload(this.#renderer);
    this.#emotes.update(this.#avatars, dtS, this.#isCalm);
    this.#renderer.render(this.#scene, camera);
    this.#bubbles.update(this.#avatars, camera, nowMs);
    this.#measure(frameMs, performance.now() - nowMs);
  };

  #moveCamera(dtS: number): void {
    const { own } = this.#avatars;
    if (own === null) this.#rig.update(0, 0, 7, dtS);
    else {
      this.#rig.update(own.pose.x, own.isSitting ? -0.2 : own.y, own.pose.z, dtS);
      own.isHidden = this.#rig.actualM < TOO_NEAR_M;
    }
    this.#seeThrough.follow(this.#rig.camera, own);
  }

  #measure(frameMs: number, cpuMs: number): void {
    this.#cost.add(frameMs, cpuMs);
    if (this.#quality !== "auto" || !this.#budget.add(frameMs)) return;
    // Pixels first; shadows and what hangs in the air once there are none to spare.
    if (this.#budget.isLeast) this.#stage.setLevel(LEVELS.low);
    this.#resize();
  }

  #resize(): void {
    const { clientWidth, clientHeight } = this.#canvas;
    if (clientWidth === 0 || clientHeight === 0) return;
    this.#renderer.setPixelRatio(this.#budget.ratio);
    this.#renderer.setSize(clientWidth, clientHeight, false);
    this.#rig.resize(clientWidth, clientHeight);
  }

  #tap(x: number, y: number): void {
    const hit = pick(x, y, this.#rig.camera, this.#avatars.list, this.#names);
    if (hit !== null) this.onPick(hit);
  }

  readonly #contextLost = (event: Event): void => {
    event.preventDefault(); // or it never comes back
    this.#options.onContextLost?.(true);
  };

  readonly #contextRestored = (): void => {
    this.#stage.restore(this.#renderer);
    this.#options.onContextLost?.(false);
  };
}
