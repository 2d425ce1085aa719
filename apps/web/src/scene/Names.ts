import {
  CanvasTexture,
  DynamicDrawUsage,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  LinearFilter,
  LinearMipmapLinearFilter,
  Mesh,
  PlaneGeometry,
  ShaderMaterial,
  SRGBColorSpace,
  type PerspectiveCamera,
} from "three";
import { Lettering } from "../type/Lettering";
import { AtlasSlots } from "./AtlasSlots";
import type { Avatar } from "./avatar/Avatar";
import type { Vector } from "./occlusion";
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
import { BADGE_FONT, paintTag, TAG_FONT } from "./paintTag";
import { layOutTags } from "./tagLayout";

const COLUMNS = 5;
const ATLAS_W = 2048;
/** As high as the atlas may be: room for 365 names. */
const ROWS_STEPS = [18, 36, 73] as const;
const MUTED = "\u{1F507}";
const CAPACITY = COLUMNS * ROWS_STEPS[2];
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

/** A name as it hangs in the room. */
export interface Tag {
  readonly middle: Vector;
  awayM: number;
  widthM: number;
  heightM: number;
  /** How far up it was moved in the picture, to be apart from others. */
  liftM: number;
}

/** Names over heads: drawn once into an atlas, shown in one draw call. */
export class Names {
  readonly mesh: Mesh<InstancedBufferGeometry, ShaderMaterial>;
  readonly #names = new Map<string, NameTag>();
  readonly #slots = new AtlasSlots(COLUMNS, ROWS_STEPS[0]);
  readonly #canvas = document.createElement("canvas");
  readonly #ctx: CanvasRenderingContext2D;
  readonly #places = new InstancedBufferAttribute(new Float32Array(CAPACITY * 4), 4);
  readonly #tiles = new InstancedBufferAttribute(new Float32Array(CAPACITY * 4), 4);
  readonly #looks = new InstancedBufferAttribute(new Float32Array(CAPACITY * 3), 3);
  /** The own first, then the nearest. */
  readonly #order: NameTag[] = [];
  /** Of those, who is in the picture. */
  readonly #seen: NameTag[] = [];
  readonly #atlas: { value: CanvasTexture };
  /** The atlas's width over its height. */
  readonly #aspect = { value: 1 };
  readonly #lettering = new Lettering(document.fonts, () => this.#paintAll());
  #isShown = true;
  #isStale = false;

  constructor() {
    const ctx = this.#canvas.getContext("2d");
    if (ctx === null) throw new Error("This browser gives no 2D canvas.");
    this.#ctx = ctx;
    this.#resize();
    this.#atlas = { value: this.#makeTexture() };
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
      uniforms: { atlas: this.#atlas, aspect: this.#aspect },
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
      transparent: true,
      depthWrite: false,
    });
    this.mesh = new Mesh(geometry, material);
    this.mesh.frustumCulled = false;
    this.mesh.renderOrder = 10;
  }

  setShown(isShown: boolean): void {
    this.#isShown = isShown;
  }

  add(userId: string, text: string, badges: NameTag["badges"], isOwn: boolean): void {
    this.remove(userId);
    let slot = this.#slots.acquire();
    if (slot < 0 && this.#grow()) slot = this.#slots.acquire();
    if (slot < 0) return; // a fuller house than any atlas: the last ones go without
    const name: NameTag = { ...UNPLACED, text, badges, isOwn, slot };
    this.#names.set(userId, name);
    this.#order.push(name);
    this.#paint(name);
  }

  remove(userId: string): void {
    const name = this.#names.get(userId);
    if (name === undefined) return;
    this.#names.delete(userId);
    this.#order.splice(this.#order.indexOf(name), 1);
    this.#slots.release(name.slot);
  }

  /** Nothing for who is not there. */
  change(userId: string, change: TagChange): void {
    const name = this.#names.get(userId);
    if (name === undefined) return;
    Object.assign(name, change);
    this.#paint(name);
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
      layOutTags(seen, seen.length);
      const follow = dtS === 0 ? 1 : -Math.expm1(-dtS / FOLLOW_TAU_S);
      // The farthest first, so that whoever is nearer is on top, and the own name on top of all.
      for (let at = seen.length - 1; at >= 0; at--) next = this.#place(seen[at]!, follow, next);
    }
    this.mesh.geometry.instanceCount = next;
    this.mesh.visible = next > 0;
    this.#places.needsUpdate = this.#tiles.needsUpdate = this.#looks.needsUpdate = true;
    if (this.#isStale) this.#atlas.value.needsUpdate = true;
    this.#isStale = false;
  }

  dispose(): void {
    this.#lettering.dispose();
    this.#atlas.value.dispose();
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
    if (body === null) return next;
    name.drawnLift += (name.lift - name.drawnLift) * follow;
    name.part += (wishedPart(name, this.#seen[0]) - name.part) * follow;
    const opacity = name.part * fadedBy(awayM);
    if (opacity < FAINT) return next;
    const { x, z } = body.pose;
    const column = name.slot % COLUMNS;
    const row = Math.floor(name.slot / COLUMNS);
    const left = (column * TILE_W + (TILE_W * (1 - name.width)) / 2) / ATLAS_W;
    const tall = this.#canvas.height;
    this.#places.setXYZW(next, x, body.headY + OVER_HEAD_M, z, name.heightM);
    const wide = (TILE_W * name.width) / ATLAS_W;
    this.#tiles.setXYZW(next, left, 1 - ((row + 1) * TILE_H) / tall, wide, TILE_H / tall);
    this.#looks.setXYZ(next, opacity, name.drawnLift / name.pxPerM, name.isOwn ? 1 : 0);
    return next + 1;
  }

  #grow(): boolean {
    const rows = ROWS_STEPS.find((one) => one > this.#slots.rows);
    if (rows === undefined) return false;
    this.#slots.grow(rows);
    this.#resize();
    this.#paintAll();
    // A texture's size is fixed once it is on the GPU.
    this.#atlas.value.dispose();
    this.#atlas.value = this.#makeTexture();
    return true;
  }

  #resize(): void {
    this.#canvas.width = ATLAS_W;
    this.#canvas.height = 2 ** Math.ceil(Math.log2(this.#slots.rows * TILE_H));
    this.#aspect.value = ATLAS_W / this.#canvas.height;
  }

  #makeTexture(): CanvasTexture {
    const texture = new CanvasTexture(this.#canvas);
    texture.colorSpace = SRGBColorSpace;
    texture.minFilter = LinearMipmapLinearFilter;
    texture.magFilter = LinearFilter;
    texture.anisotropy = 4;
    return texture;
  }

  #paintAll(): void {
    for (const name of this.#names.values()) this.#paint(name);
  }

  #paint(name: NameTag): void {
    const x = (name.slot % COLUMNS) * TILE_W;
    const y = Math.floor(name.slot / COLUMNS) * TILE_H;
    const text = name.isMuted ? `${MUTED} ${name.text}` : name.text;
    name.width = paintTag(this.#ctx, x, y, { ...name, text });
    this.#lettering.want(TAG_FONT, text);
    for (const badge of name.badges) this.#lettering.want(BADGE_FONT, badge.text);
    this.#isStale = true;
  }
}
