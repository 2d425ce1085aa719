import {
  BackSide,
  BoxGeometry,
  Color,
  Group,
  Mesh,
  MeshBasicMaterial,
  MeshStandardMaterial,
  PlaneGeometry,
  PMREMGenerator,
  Scene,
  type BufferGeometry,
  type Material,
  type Texture,
  type WebGLRenderer,
  type WebGLRenderTarget,
} from "three";
import { HALF_DEPTH_M, HALF_WIDTH_M, PORCH_DEPTH_M } from "./layout";
import type { Level } from "./levels";
import { Batch } from "./stage/Batch";
import { Beams } from "./stage/beams";
import { buildCounter } from "./stage/counter";
import { DanceFloor } from "./stage/dance";
import { buildFurniture } from "./stage/furniture";
import { keyLight, skyLight } from "./stage/lights";
import { addFloorLight, Materials } from "./stage/materials";
import { buildNeon } from "./stage/neon";
import { mirrorTexture, woodTexture } from "./stage/paint";
import { INK } from "./stage/palette";
import type { SeeThrough } from "./stage/seeThrough";
import { buildShell } from "./stage/shell";
import { pavementTexture, skylineTexture } from "./stage/street";

const SHADOW_REACH_M = 15;
/** Boards of the floor texture to the metre: a tile of ten boards is 2 m wide. */
const FLOOR_TILE_M = 2.2;

/** The room and its light. Everything static is merged by material, its lamps baked in. */
export class Stage {
  readonly group = new Group();
  readonly bodyMap: Texture;
  readonly #materials: Materials;
  #environment: WebGLRenderTarget;
  readonly #dance: DanceFloor;
  readonly #beams = new Beams();
  readonly #key = keyLight();
  readonly #own: Mesh<BufferGeometry, MeshBasicMaterial | MeshStandardMaterial>[] = [];

  constructor(renderer: WebGLRenderer, seeThrough: SeeThrough) {
    this.#materials = new Materials(seeThrough);
    this.bodyMap = this.#materials.bodyMap;
    this.#environment = makeEnvironment(renderer);
    this.#materials.setEnvironment(this.#environment.texture);
    this.#dance = new DanceFloor(this.#environment.texture);
    this.#build();
    this.#light();
    this.group.add(this.#dance.group, this.#beams.group);
  }

  /** What was rendered once is gone with the context that it was rendered in. */
  restore(renderer: WebGLRenderer): void {
    this.#environment.dispose();
    this.#environment = makeEnvironment(renderer);
    const { texture } = this.#environment;
    this.#materials.setEnvironment(texture);
    this.#dance.setEnvironment(texture);
    for (const { material } of this.#own) {
      if (material instanceof MeshStandardMaterial) material.envMap = texture;
    }
  }

  /** `timeS` is the show's own time: it stands still under reduced motion. */
  update(timeS: number): void {
    this.#dance.update(timeS);
  }

  setLevel({ shadow: size, beams }: Level): void {
    this.#beams.setVisible(beams);
    const { shadow } = this.#key;
    this.#key.castShadow = size > 0;
    if (size === 0 || shadow.mapSize.x === size) return;
    shadow.mapSize.set(size, size);
    shadow.map?.dispose();
    shadow.map = null;
  }

  dispose(): void {
    this.group.traverse((one) => {
      if (one instanceof Mesh) (one as Mesh).geometry.dispose();
    });
    for (const { material } of this.#own) {
      material.map?.dispose();
      material.dispose();
    }
    this.#dance.dispose();
    this.#beams.dispose();
    this.#materials.dispose();
    this.#environment.dispose();
    this.#key.shadow.map?.dispose();
    this.#key.dispose();
  }

  #build(): void {
    const { matte, brass, gloss, glow } = this.#materials;
    const shell = new Batch();
    const things = { matte: new Batch(), brass: new Batch(), gloss: new Batch(), glow: new Batch() };
    buildShell(shell, things.brass);
    buildCounter(things);
    buildFurniture(things);
    const haze = buildNeon(things.glow);
    this.#own.push(haze as Mesh<BufferGeometry, MeshBasicMaterial>);
    this.#add(shell.bake(), matte, false);
    this.#add(things.matte.bake(), matte, true);
    this.#add(things.brass.bake(), brass, true);
    this.#add(things.gloss.bake(), gloss, true);
    this.#add(things.glow.merge(), glow, false).receiveShadow = false;
    this.group.add(haze);
    this.#floor();
    this.#mirror();
    this.#street();
  }

  #add(geometry: BufferGeometry, material: Material, casts: boolean): Mesh {
    const mesh = new Mesh(geometry, material);
    mesh.castShadow = casts;
    mesh.receiveShadow = true;
    mesh.matrixAutoUpdate = false;
    this.group.add(mesh);
    return mesh;
  }

  #picture(geometry: BufferGeometry, material: MeshBasicMaterial | MeshStandardMaterial) {
    const mesh = new Mesh(geometry, material);
    this.#own.push(mesh);
    this.group.add(mesh);
    return mesh;
  }

  #floor(): void {
    const map = woodTexture();
    const material = new MeshStandardMaterial({ map, roughness: 0.5, envMapIntensity: 0.28 });
    material.envMap = this.#environment.texture;
    addFloorLight(material, this.#materials.floorMap);
    const width = 2 * HALF_WIDTH_M;
    const depth = 2 * HALF_DEPTH_M + PORCH_DEPTH_M;
    map.repeat.set(width / FLOOR_TILE_M, depth / FLOOR_TILE_M);
    const floor = this.#picture(new PlaneGeometry(width, depth).rotateX(-Math.PI / 2), material);
    floor.position.z = PORCH_DEPTH_M / 2;
    floor.receiveShadow = true;
  }

  #mirror(): void {
    const material = new MeshBasicMaterial({ map: mirrorTexture(), color: 0xcfc4b8 });
    const mirror = this.#picture(new PlaneGeometry(12, 2), material);
    mirror.position.set(0, 1.95, -HALF_DEPTH_M + 0.05);
  }

  /** The same street on both sides, in two depths. */
  #street(): void {
    const far = new MeshBasicMaterial({ map: skylineTexture(), color: 0xb8b8c8 });
    const near = new MeshBasicMaterial({ map: pavementTexture(), transparent: true });
    for (const side of [-1, 1]) {
      const sky = this.#picture(new PlaneGeometry(36, 9), far);
      sky.position.set(side * (HALF_WIDTH_M + 7), 2.9, 0);
      const walk = this.#picture(new PlaneGeometry(26, 4.6), near);
      walk.position.set(side * (HALF_WIDTH_M + 2.6), 2.1, 0);
      sky.rotation.y = walk.rotation.y = -side * (Math.PI / 2);
    }
  }

  #light(): void {
    const { shadow } = this.#key;
    shadow.camera.left = shadow.camera.bottom = -SHADOW_REACH_M;
    shadow.camera.right = shadow.camera.top = SHADOW_REACH_M;
    shadow.camera.near = 1;
    shadow.camera.far = 30;
    shadow.bias = -0.0006;
    shadow.normalBias = 0.03;
    shadow.radius = 3;
    shadow.intensity = 0.8;
    this.group.add(this.#key, this.#key.target);
    this.group.add(skyLight());
  }
}

/** What brass and glass reflect: a dark warm room with lamps, a cool window on each side. */
function makeEnvironment(renderer: WebGLRenderer): WebGLRenderTarget {
  const room = new Scene();
  const made: Mesh<BoxGeometry, MeshBasicMaterial>[] = [];
  const put = (hex: number, power: number, size: [number, number, number], at: [number, number, number]) => {
    const material = new MeshBasicMaterial({ color: new Color(hex).multiplyScalar(power), side: BackSide });
    if (at[1] !== 0) material.side = 2;
    const mesh = new Mesh(new BoxGeometry(...size), material);
    mesh.position.set(...at);
    made.push(mesh);
    room.add(mesh);
  };
  put(INK.walnutDeep, 1, [24, 10, 16], [0, 0, 0]);
  for (const x of [-8, -3, 3, 8]) put(INK.lampGlow, 9, [1.6, 0.3, 1.6], [x, 4, 2]);
  put(INK.lampGlow, 3, [14, 0.5, 0.2], [0, 1.5, -7]);
  for (const side of [-1, 1]) put(0x6f86e0, 1.6, [0.2, 3, 9], [side * 11.5, 1, 0]);
  const generator = new PMREMGenerator(renderer);
  const target = generator.fromScene(room, 0.03);
  generator.dispose();
  for (const mesh of made) {
    mesh.geometry.dispose();
    mesh.material.dispose();
  }
  return target;
}

export const STAGE_BACKGROUND = INK.duskDeep;
