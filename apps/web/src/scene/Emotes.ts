import {
  DynamicDrawUsage,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  Mesh,
  PlaneGeometry,
  ShaderMaterial,
  type CanvasTexture,
} from "three";
import type { Avatars } from "./Avatars";
import { EMOTE_GLYPHS, emoteTile } from "./emoteFaces";
import { painted } from "./stage/paint";

const COLUMNS = 3;
const ROWS = Math.ceil(EMOTE_GLYPHS.length / COLUMNS);
const TILE_PX = 128;
/** Bursts at once; the oldest makes room. A burst is one large emoji and some small ones. */
const BURSTS = 32;
const SPARKS = 5;
const LIFE_S = 2.4;
const CAPACITY = BURSTS * (SPARKS + 1);

const VERTEX = `
attribute vec4 place;
attribute vec3 look;
varying vec2 vUv;
varying float vOpacity;
void main() {
  float column = mod(look.x, ${COLUMNS}.);
  float row = floor(look.x / ${COLUMNS}.);
  vUv = (vec2(column, ${ROWS - 1}. - row) + uv) / vec2(${COLUMNS}., ${ROWS}.);
  vOpacity = look.y;
  float c = cos(look.z), s = sin(look.z);
  vec4 middle = viewMatrix * vec4(place.xyz, 1.);
  middle.xy += mat2(c, s, -s, c) * position.xy * place.w;
  gl_Position = projectionMatrix * middle;
}`;

const FRAGMENT = `
uniform sampler2D atlas;
varying vec2 vUv;
varying float vOpacity;
void main() {
  gl_FragColor = texture2D(atlas, vUv);
  gl_FragColor.a *= vOpacity;
  #include <colorspace_fragment>
}`;

interface Burst {
  userId: string;
  tile: number;
  ageS: number;
}

/** Feelings over heads: emoji from one atlas, in one draw call. */
export class Emotes {
  readonly mesh: Mesh<InstancedBufferGeometry, ShaderMaterial>;
  readonly #bursts: Burst[] = Array.from({ length: BURSTS }, () => ({ userId: "", tile: 0, ageS: LIFE_S }));
  readonly #places = new InstancedBufferAttribute(new Float32Array(CAPACITY * 4), 4);
  readonly #looks = new InstancedBufferAttribute(new Float32Array(CAPACITY * 3), 3);
  readonly #atlas: CanvasTexture;
  #next = 0;

  constructor() {
    this.#atlas = painted(COLUMNS * TILE_PX, ROWS * TILE_PX, (ctx) => {
      ctx.font = `${TILE_PX * 0.76}px "Apple Color Emoji", "Segoe UI Emoji", "Noto Color Emoji", sans-serif`;
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      EMOTE_GLYPHS.forEach((glyph, tile) => {
        const x = ((tile % COLUMNS) + 0.5) * TILE_PX;
        const y = (Math.floor(tile / COLUMNS) + 0.54) * TILE_PX;
        ctx.fillText(glyph, x, y);
      });
    });
    const plane = new PlaneGeometry(1, 1);
    const geometry = new InstancedBufferGeometry();
    geometry.setIndex(plane.index);
    geometry.setAttribute("position", plane.getAttribute("position"));
    geometry.setAttribute("uv", plane.getAttribute("uv"));
    geometry.setAttribute("place", this.#places);
    geometry.setAttribute("look", this.#looks);
    this.#places.setUsage(DynamicDrawUsage);
    this.#looks.setUsage(DynamicDrawUsage);
    const material = new ShaderMaterial({
      uniforms: { atlas: { value: this.#atlas } },
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
      transparent: true,
      depthWrite: false,
    });
    this.mesh = new Mesh(geometry, material);
    this.mesh.frustumCulled = false;
    this.mesh.renderOrder = 11;
  }

  show(userId: string, emoteId: string): void {
    const burst = this.#bursts[this.#next]!;
    this.#next = (this.#next + 1) % BURSTS;
    burst.userId = userId;
    burst.tile = emoteTile(emoteId);
    burst.ageS = 0;
  }

  /** `isCalm`: it comes and goes in its place, and nothing flies. */
  update(avatars: Avatars, dtS: number, isCalm: boolean): void {
    let next = 0;
    for (const burst of this.#bursts) {
      if (burst.ageS >= LIFE_S) continue;
      burst.ageS += dtS;
      const avatar = avatars.get(burst.userId);
      if (avatar === undefined || avatar.size === 0) continue;
      const { x, z } = avatar.pose;
      const y = avatar.headY + 1;
      const fade = Math.min(1, (LIFE_S - burst.ageS) * 2);
      const pop = Math.min(1, burst.ageS * 6);
      const rise = isCalm ? 0 : 0.28 * burst.ageS;
      const sway = isCalm ? 0 : 0.12 * Math.sin(burst.ageS * 5);
      const size = 0.5 * (isCalm ? 1 : pop * (1 + 0.25 * Math.sin(Math.min(Math.PI, burst.ageS * 7))));
      this.#put(next++, x, y + rise, z, size, burst.tile, fade * pop, sway);
      if (!isCalm) next = this.#sparks(burst, x, y, z, next);
    }
    this.mesh.geometry.instanceCount = next;
    this.mesh.visible = next > 0;
    this.#places.needsUpdate = this.#looks.needsUpdate = true;
  }

  dispose(): void {
    this.#atlas.dispose();
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
  }

  #sparks(burst: Burst, x: number, y: number, z: number, from: number): number {
    let next = from;
    const age = burst.ageS;
    const fade = Math.max(0, 1 - age / 1.4);
    if (fade === 0) return next;
    for (let spark = 0; spark < SPARKS; spark++) {
      const angle = (spark / SPARKS) * 2 * Math.PI + burst.tile;
      const out = 0.55 * (1 - Math.exp(-3 * age));
      const up = 0.3 * Math.sin(spark * 2.1) + 0.9 * age - 0.75 * age * age;
      const size = 0.15 * Math.min(1, age * 8);
      this.#put(
        next++,
        x + Math.cos(angle) * out,
        y + up,
        z + Math.sin(angle) * out,
        size,
        burst.tile,
        fade,
        angle + age,
      );
    }
    return next;
  }

  #put(
    at: number,
    x: number,
    y: number,
    z: number,
    size: number,
    tile: number,
    opacity: number,
    turn: number,
  ): void {
    this.#places.setXYZW(at, x, y, z, size);
    this.#looks.setXYZ(at, tile, opacity, turn);
  }
}
