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
  type Vector3,
} from "three";
import { Lettering, SANS } from "../type/Lettering";
import { AtlasSlots } from "./AtlasSlots";
import type { Avatar } from "./avatar/Avatar";
import type { Vector } from "./occlusion";

const TILE_W = 384;
const TILE_H = 56;
const COLUMNS = 5;
const ATLAS_W = 2048;
/** As high as the atlas may be: room for 365 names. */
const ROWS_STEPS = [18, 36, 73] as const;
const FONT = `600 30px ${SANS}`;
const MUTED = "\u{1F507}";
/** A tile's height in the room, nearer than `NEAR_M`; from there on names shrink more slowly. */
const HEIGHT_M = 0.2;
const NEAR_M = 7;
const FADE_FROM_M = 22;
const FADE_TO_M = 28;
const OVER_HEAD_M = 0.62;
const CAPACITY = COLUMNS * ROWS_STEPS[2];

const VERTEX = `
attribute vec4 place;
attribute vec4 tile;
attribute float opacity;
uniform float aspect;
varying vec2 vUv;
varying float vOpacity;
void main() {
  vUv = tile.xy + uv * tile.zw;
  vOpacity = opacity;
  vec4 middle = viewMatrix * vec4(place.xyz, 1.);
  middle.xy += position.xy * vec2(aspect * tile.z / tile.w, 1.) * place.w;
  gl_Position = projectionMatrix * middle;
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
  readonly awayM: number;
  readonly widthM: number;
  readonly heightM: number;
}

interface Name {
  readonly text: string;
  readonly isOwn: boolean;
  isMuted: boolean;
  readonly slot: number;
  /** Of the tile, how much the name takes. */
  width: number;
}

/** Names over heads: drawn once into an atlas, shown in one draw call. */
export class Names {
  readonly mesh: Mesh<InstancedBufferGeometry, ShaderMaterial>;
  readonly #names = new Map<string, Name>();
  readonly #slots = new AtlasSlots(COLUMNS, ROWS_STEPS[0]);
  readonly #canvas = document.createElement("canvas");
  readonly #ctx: CanvasRenderingContext2D;
  readonly #places = new InstancedBufferAttribute(new Float32Array(CAPACITY * 4), 4);
  readonly #tiles = new InstancedBufferAttribute(new Float32Array(CAPACITY * 4), 4);
  readonly #opacities = new InstancedBufferAttribute(new Float32Array(CAPACITY), 1);
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
    geometry.setAttribute("opacity", this.#opacities);
    for (const one of [this.#places, this.#tiles, this.#opacities]) one.setUsage(DynamicDrawUsage);
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

  add(userId: string, text: string, isOwn: boolean): void {
    this.remove(userId);
    let slot = this.#slots.acquire();
    if (slot < 0 && this.#grow()) slot = this.#slots.acquire();
    if (slot < 0) return; // a fuller house than any atlas: the last ones go without
    const name: Name = { text, isOwn, isMuted: false, slot, width: 1 };
    this.#names.set(userId, name);
    this.#paint(name);
  }

  remove(userId: string): void {
    const name = this.#names.get(userId);
    if (name === undefined) return;
    this.#names.delete(userId);
    this.#slots.release(name.slot);
  }

  setMuted(userId: string, isMuted: boolean): void {
    const name = this.#names.get(userId);
    if (name === undefined || name.isMuted === isMuted) return;
    name.isMuted = isMuted;
    this.#paint(name);
  }

  /** Where somebody's name is drawn, and how large, in metres; null where none is. */
  tagOf(avatar: Avatar, eye: Vector3): Tag | null {
    const name = this.#names.get(avatar.userId);
    if (!this.#isShown || name === undefined || avatar.size === 0) return null;
    const { x, z } = avatar.pose;
    const y = avatar.headY + OVER_HEAD_M;
    const awayM = Math.hypot(x - eye.x, y - eye.y, z - eye.z);
    const heightM = heightAt(awayM);
    return { middle: { x, y, z }, awayM, heightM, widthM: ((heightM * TILE_W) / TILE_H) * name.width };
  }

  update(avatars: readonly Avatar[], eye: Vector3): void {
    let next = 0;
    if (this.#isShown) {
      for (const avatar of avatars) next = this.#place(avatar, eye, next);
    }
    this.mesh.geometry.instanceCount = next;
    this.mesh.visible = next > 0;
    this.#places.needsUpdate = this.#tiles.needsUpdate = this.#opacities.needsUpdate = true;
    if (this.#isStale) this.#atlas.value.needsUpdate = true;
    this.#isStale = false;
  }

  dispose(): void {
    this.#lettering.dispose();
    this.#atlas.value.dispose();
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
  }

  #place(avatar: Avatar, eye: Vector3, next: number): number {
    const name = this.#names.get(avatar.userId);
    if (name === undefined || avatar.size === 0) return next;
    const { x, z } = avatar.pose;
    const y = avatar.headY + OVER_HEAD_M;
    const awayM = Math.hypot(x - eye.x, y - eye.y, z - eye.z);
    const opacity = Math.min(1, (FADE_TO_M - awayM) / (FADE_TO_M - FADE_FROM_M));
    if (opacity <= 0) return next;
    const size = heightAt(awayM);
    const column = name.slot % COLUMNS;
    const row = Math.floor(name.slot / COLUMNS);
    const left = (column * TILE_W + (TILE_W * (1 - name.width)) / 2) / ATLAS_W;
    const tall = this.#canvas.height;
    this.#places.setXYZW(next, x, y, z, size);
    const wide = (TILE_W * name.width) / ATLAS_W;
    this.#tiles.setXYZW(next, left, 1 - ((row + 1) * TILE_H) / tall, wide, TILE_H / tall);
    this.#opacities.setX(next, opacity);
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

  /** A pill with the name in it, in the middle of its tile. */
  #paint(name: Name): void {
    const ctx = this.#ctx;
    const x = (name.slot % COLUMNS) * TILE_W;
    const y = Math.floor(name.slot / COLUMNS) * TILE_H;
    ctx.clearRect(x, y, TILE_W, TILE_H);
    ctx.font = FONT;
    ctx.textBaseline = "middle";
    ctx.textAlign = "center";
    const text = fitted(ctx, name.isMuted ? `${MUTED} ${name.text}` : name.text, TILE_W - 48);
    const wide = Math.min(TILE_W - 4, ctx.measureText(text).width + 40);
    ctx.fillStyle = name.isOwn ? "rgba(255, 200, 120, 0.96)" : "rgba(20, 18, 34, 0.7)";
    ctx.beginPath();
    ctx.roundRect(x + (TILE_W - wide) / 2, y + 5, wide, TILE_H - 10, (TILE_H - 10) / 2);
    ctx.fill();
    ctx.fillStyle = name.isOwn ? "#241a1c" : "#fff3dc";
    ctx.save();
    ctx.clip();
    ctx.fillText(text, x + TILE_W / 2, y + TILE_H / 2 + 1);
    ctx.restore();
    this.#lettering.want(FONT, text);
    name.width = Math.min(1, (wide + 4) / TILE_W);
    this.#isStale = true;
  }
}

function heightAt(awayM: number): number {
  return HEIGHT_M * (awayM < NEAR_M ? 0.55 + (0.45 * awayM) / NEAR_M : (awayM / NEAR_M) ** 0.6);
}

/** The text, cut at a character that people would call one, so that it fits. */
function fitted(ctx: CanvasRenderingContext2D, text: string, widthPx: number): string {
  if (ctx.measureText(text).width <= widthPx) return text;
  const letters = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
  while (letters.length > 1 && ctx.measureText(`${letters.join("")}…`).width > widthPx) letters.pop();
  return `${letters.join("")}…`;
}
