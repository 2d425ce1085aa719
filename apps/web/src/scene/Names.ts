import {
  DynamicDrawUsage,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  Mesh,
  PlaneGeometry,
  ShaderMaterial,
  type PerspectiveCamera,
  type WebGLRenderer,
} from "three";
import type { Avatar } from "./avatar/Avatar";
import { NameAtlas, TILES, type Tile } from "./NameAtlas";
import {
  fadedBy,
  OVER_HEAD_M,
  project,
  sortNearest,
  TILE_H,
  TILE_W,
  UNPLACED,
  wishedPart,
  type NameTag,
  type TagChange,
} from "./nameTags";
import type { Vector } from "./occlusion";
import { layOutTags, TAGS_MAX } from "./tagLayout";
import { TagSlots } from "./TagSlots";

/** Names painted in one frame at most: letters cost a page more than anything else on a tag. */
const PAINTED_MAX = 6;
const FOLLOW_TAU_S = 0.11;
/** Less of a tag is not drawn. */
const FAINT = 0.02;
/** Of a tag so much must be there for it to be clicked. */
const READ_FROM = 0.5;

const VERTEX = `
attribute vec4 place;
attribute vec4 tile;
attribute vec3 look;
uniform float aspect;
varying vec2 vUv;
varying float vOpacity;
void main() {
  vUv = tile.xy + uv * tile.zw;
  vOpacity = look.x;
  vec4 middle = viewMatrix * vec4(place.xyz, 1.);
  middle.xy += position.xy * vec2(aspect * tile.z / tile.w, 1.) * place.w;
  middle.y += look.y;
  gl_Position = projectionMatrix * middle;
  // The own name is over everything, whatever stands before it.
  if (look.z > .5) gl_Position.z = -.999 * gl_Position.w;
}`;

const FRAGMENT = `
uniform sampler2D atlas;
varying vec2 vUv;
varying float vOpacity;
void main() {
  gl_FragColor = texture2D(atlas, vUv);
  gl_FragColor.a *= vOpacity;
  if (gl_FragColor.a < .02) discard;
  #include <colorspace_fragment>
}`;

const tile: Tile = { left: 0, low: 0, wide: 0, tall: 0 };

/** A name as it hangs in the room. */
export interface Tag {
  readonly middle: Vector;
  awayM: number;
  widthM: number;
  heightM: number;
  /** How far up it was moved in the picture, to be apart from others. */
  liftM: number;
}

/** Names over the nearest heads: drawn once into an atlas, shown in one draw call. */
export class Names {
  readonly mesh: Mesh<InstancedBufferGeometry, ShaderMaterial>;
  readonly #names = new Map<string, NameTag>();
  readonly #slots = new TagSlots(TILES);
  readonly #atlas = new NameAtlas(() => this.#paintAll());
  readonly #places = new InstancedBufferAttribute(new Float32Array(TILES * 4), 4);
  readonly #tiles = new InstancedBufferAttribute(new Float32Array(TILES * 4), 4);
  readonly #looks = new InstancedBufferAttribute(new Float32Array(TILES * 3), 3);
  /** The own first, then the nearest. */
  readonly #order: NameTag[] = [];
  /** Of those, who is in the picture. */
  readonly #seen: NameTag[] = [];
  /** Got a tile in this frame. */
  readonly #painted: NameTag[] = [];
  #isShown = true;

  constructor() {
    const plane = new PlaneGeometry(1, 1);
    const geometry = new InstancedBufferGeometry();
    geometry.setIndex(plane.index);
    geometry.setAttribute("position", plane.getAttribute("position"));
    geometry.setAttribute("uv", plane.getAttribute("uv"));
    geometry.setAttribute("place", this.#places);
    geometry.setAttribute("tile", this.#tiles);
    geometry.setAttribute("look", this.#looks);
    for (const one of [this.#places, this.#tiles, this.#looks]) one.setUsage(DynamicDrawUsage);
    const material = new ShaderMaterial({
      uniforms: { atlas: { value: this.#atlas.texture }, aspect: { value: this.#atlas.aspect } },
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
      transparent: true,
      depthWrite: false,
    });
    this.mesh = new Mesh(geometry, material);
    this.mesh.frustumCulled = false;
    this.mesh.renderOrder = 10;
  }

  /** So many names are drawn. */
  get count(): number {
    return this.mesh.geometry.instanceCount;
  }

  /** Whether the own name is drawn. */
  get isOwnDrawn(): boolean {
    const [first] = this.#order;
    return first !== undefined && first.isOwn && first.part > READ_FROM && first.pxPerM > 0;
  }

  setShown(isShown: boolean): void {
    this.#isShown = isShown;
  }

  add(userId: string, text: string, badges: NameTag["badges"], isOwn: boolean): void {
    this.remove(userId);
    const name: NameTag = { ...UNPLACED, text, badges, isOwn };
    this.#names.set(userId, name);
    this.#order.push(name);
  }

  remove(userId: string): void {
    const name = this.#names.get(userId);
    if (name === undefined) return;
    this.#names.delete(userId);
    this.#order.splice(this.#order.indexOf(name), 1);
    this.#slots.release(name);
  }

  /** Nothing for who is not there. */
  change(userId: string, change: TagChange): void {
    const name = this.#names.get(userId);
    if (name === undefined) return;
    Object.assign(name, change);
    if (name.slot >= 0) this.#atlas.paint(name);
  }

  /** Where somebody's name is drawn, and how large, goes into `out`; false where none is. */
  tagOf(avatar: Avatar, out: Tag): boolean {
    const name = this.#names.get(avatar.userId);
    if (!this.#isShown || name === undefined || avatar.size === 0 || name.part < READ_FROM) return false;
    out.middle.x = avatar.pose.x;
    out.middle.y = avatar.headY + OVER_HEAD_M;
    out.middle.z = avatar.pose.z;
    out.awayM = name.awayM;
    out.heightM = name.heightM;
    out.widthM = ((name.heightM * TILE_W) / TILE_H) * name.width;
    out.liftM = name.drawnLift / Math.max(1, name.pxPerM);
    return true;
  }

  /** @param dtS seconds since the last frame; 0 moves tags apart at once. */
  update(avatars: readonly Avatar[], camera: PerspectiveCamera, heightPx: number, dtS: number): void {
    let next = 0;
    if (this.#isShown) {
      this.#measure(avatars, camera, heightPx);
      const seen = this.#seen;
      this.#slots.assign(seen, Math.min(TAGS_MAX, seen.length), this.#order, PAINTED_MAX, this.#painted);
      for (const name of this.#painted) this.#atlas.paint(name);
      layOutTags(seen, seen.length);
      const follow = dtS === 0 ? 1 : -Math.expm1(-dtS / FOLLOW_TAU_S);
      // The farthest first, so that whoever is nearer is on top, and the own name on top of all.
      for (let at = seen.length - 1; at >= 0; at--) next = this.#place(seen[at]!, follow, next);
    }
    this.mesh.geometry.instanceCount = next;
    this.mesh.visible = next > 0;
    this.#places.needsUpdate = this.#tiles.needsUpdate = this.#looks.needsUpdate = true;
  }

  /** Hand new names to the graphics card; after `update`. */
  upload(renderer: Pick<WebGLRenderer, "copyTextureToTexture">): void {
    this.#atlas.upload(renderer);
  }

  dispose(): void {
    this.#atlas.dispose();
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
  }

  /** Where every tag would be in the picture, in the order of its right to be there. */
  #measure(avatars: readonly Avatar[], camera: PerspectiveCamera, heightPx: number): void {
    for (const name of this.#order) name.body = null;
    for (const avatar of avatars) {
      const name = this.#names.get(avatar.userId);
      if (name !== undefined && avatar.size > 0) name.body = avatar;
    }
    for (const name of this.#order) project(name, camera, heightPx);
    sortNearest(this.#order);
    const seen = this.#seen;
    seen.length = 0;
    for (const name of this.#order) if (name.pxPerM > 0) seen.push(name);
  }

  #place(name: NameTag, follow: number, next: number): number {
    const { body, awayM } = name;
    if (body === null || name.slot < 0) return next;
    name.drawnLift += (name.lift - name.drawnLift) * follow;
    name.part += (wishedPart(name, this.#seen[0]) - name.part) * follow;
    const opacity = name.part * fadedBy(awayM);
    if (opacity < FAINT) return next;
    const { x, z } = body.pose;
    this.#atlas.find(name, tile);
    this.#places.setXYZW(next, x, body.headY + OVER_HEAD_M, z, name.heightM);
    this.#tiles.setXYZW(next, tile.left, tile.low, tile.wide, tile.tall);
    this.#looks.setXYZ(next, opacity, name.drawnLift / name.pxPerM, name.isOwn ? 1 : 0);
    return next + 1;
  }

  #paintAll(): void {
    for (const name of this.#order) if (name.slot >= 0) this.#atlas.paint(name);
  }
}
