import { ACESFilmicToneMapping, PerspectiveCamera, Scene, WebGLRenderer, type Texture } from "three";
import { wrapAngle } from "../motion/angles";
import { makePose } from "../motion/Pose";
import type { Avatar } from "./avatar/Avatar";
import { Avatars } from "./Avatars";
import type { Eye } from "./Detail";
import { SeeThrough } from "./stage/seeThrough";
import { lightMap } from "./stage/materials";
import { keyLight, skyLight } from "./stage/lights";

const USER_ID = "turntable";
/** Before the counter, under a lamp. */
const PLACE = { x: 0, z: -3.7 } as const;
/** From where the whole body is seen, hats and all. */
const EYE = { up: 1.15, away: 5.25, aim: 0.82, fovDeg: 25 } as const;
/** As one stands for a portrait. */
const PORTRAIT_RAD = -0.4;
const TURN_RAD_PER_S = 0.55;
const DRAG_RAD_PER_PX = 0.014;
const HELLO_S = 1.8;
const FRAME_MAX_S = 0.1;
/** One body alone is drawn in full, wherever it is seen from. */
const EYE_HERE: Eye = { x: 0, z: 0, aheadX: 0, aheadZ: 0 };

/** An avatar that turns under the room's light, drawn as it is in the room. */
export class Turntable {
  readonly #renderer: WebGLRenderer;
  readonly #isCalm: boolean;
  readonly #canvas: HTMLCanvasElement;
  readonly #scene = new Scene();
  readonly #camera = new PerspectiveCamera(EYE.fovDeg, 1, 0.5, 12);
  readonly #lamps: Texture = lightMap(1.1, false);
  readonly #avatars = new Avatars(this.#lamps, new SeeThrough());
  readonly #pose = makePose();
  readonly #ending = new AbortController();
  #avatar: Avatar | null = null;
  #timeS = 0;
  #helloS = 0;
  #lastMs = 0;
  #isHeld = false;

  private constructor(canvas: HTMLCanvasElement, context: WebGL2RenderingContext, isCalm: boolean) {
    this.#canvas = canvas;
    this.#isCalm = isCalm;
    this.#renderer = new WebGLRenderer({ canvas, context, alpha: true });
    this.#renderer.toneMapping = ACESFilmicToneMapping;
    this.#renderer.toneMappingExposure = 1.05;
    this.#renderer.setClearAlpha(0);
    Object.assign(this.#pose, PLACE, { rotY: PORTRAIT_RAD });
    const key = keyLight();
    this.#scene.add(this.#avatars.group, key, key.target, skyLight());
    this.#camera.position.set(PLACE.x, EYE.up, PLACE.z + EYE.away);
    this.#camera.lookAt(PLACE.x, EYE.aim, PLACE.z);
    const { signal } = this.#ending;
    canvas.addEventListener("pointerdown", this.#hold, { signal });
    canvas.addEventListener("pointermove", this.#drag, { signal });
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      canvas.addEventListener(end, () => (this.#isHeld = false), { signal });
    }
  }

  /**
   * Resolves once it can be looked at; to null where there are no graphics worth the name, since
   * drawing in software would make the whole page slow.
   *
   * @param isCalm it stands still, and is drawn only when something changes.
   */
  static async open(canvas: HTMLCanvasElement, avatarId: string, isCalm: boolean): Promise<Turntable | null> {
    const wish: WebGLContextAttributes = { alpha: true, antialias: true, failIfMajorPerformanceCaveat: true };
    const context = canvas.getContext("webgl2", wish);
    if (context === null) return null;
    const turntable = new Turntable(canvas, context, isCalm);
    turntable.#put(avatarId);
    await turntable.#renderer.compileAsync(turntable.#scene, turntable.#camera);
    if (turntable.#ending.signal.aborted) return null;
    turntable.#draw(0);
    if (!isCalm) turntable.#renderer.setAnimationLoop(turntable.#tick);
    return turntable;
  }

  /** Another look; it waves, for it has just come. */
  show(avatarId: string): void {
    this.#put(avatarId);
    this.#helloS = this.#isCalm ? 0 : HELLO_S;
    if (this.#isCalm) this.#draw(0);
  }

  dispose(): void {
    this.#ending.abort();
    this.#renderer.setAnimationLoop(null);
    this.#avatars.dispose();
    this.#lamps.dispose();
    this.#renderer.dispose();
    // Browsers have few contexts, and the room is about to want one.
    this.#renderer.forceContextLoss();
  }

  #put(avatarId: string): void {
    this.#avatar = this.#avatars.add(USER_ID, avatarId, false, this.#pose);
    if (this.#isCalm) this.#avatar.appeared = 1;
  }

  readonly #tick = (timeMs: number): void => {
    const dtS = Math.min(FRAME_MAX_S, this.#lastMs === 0 ? 0 : (timeMs - this.#lastMs) / 1000);
    this.#lastMs = timeMs;
    if (!this.#isHeld) this.#pose.rotY = wrapAngle(this.#pose.rotY + TURN_RAD_PER_S * dtS);
    this.#draw(dtS);
  };

  #draw(dtS: number): void {
    const avatar = this.#avatar;
    if (avatar === null) return;
    this.#fit();
    this.#timeS += dtS;
    this.#helloS -= dtS;
    this.#pose.anim = this.#helloS > 0 ? "wave" : "idle";
    this.#avatars.begin(EYE_HERE, this.#lastMs);
    if (avatar.advance(this.#pose, this.#timeS, dtS, 0)) this.#avatars.draw(avatar);
    this.#avatars.end();
    this.#renderer.render(this.#scene, this.#camera);
  }

  #fit(): void {
    const { clientWidth, clientHeight, width, height } = this.#canvas;
    const ratio = Math.min(2, devicePixelRatio);
    if (width === Math.floor(clientWidth * ratio) && height === Math.floor(clientHeight * ratio)) return;
    this.#renderer.setPixelRatio(ratio);
    this.#renderer.setSize(clientWidth, clientHeight, false);
    this.#camera.aspect = clientWidth / Math.max(1, clientHeight);
    this.#camera.updateProjectionMatrix();
  }

  readonly #hold = (event: PointerEvent): void => {
    this.#isHeld = true;
    this.#canvas.setPointerCapture(event.pointerId);
  };

  readonly #drag = (event: PointerEvent): void => {
    if (!this.#isHeld) return;
    this.#pose.rotY = wrapAngle(this.#pose.rotY + event.movementX * DRAG_RAD_PER_PX);
    if (this.#isCalm) this.#draw(0);
  };
}
