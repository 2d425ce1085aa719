import {
  CustomBlending,
  DynamicDrawUsage,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  Mesh,
  OneFactor,
  OneMinusSrcAlphaFactor,
  PlaneGeometry,
  ShaderMaterial,
} from "three";
import type { Avatar } from "./avatar/Avatar";
import { SEATS } from "./layout";
import type { PickHit, Seat } from "./types";

const CAPACITY = 1024;

const VERTEX = `
attribute vec4 mark;
attribute float kind;
uniform float time;
varying vec2 vUv;
varying float vKind;
void main() {
  vUv = uv * 2. - 1.;
  vKind = kind;
  vec3 place = vec3(mark.x + position.x * mark.w, mark.y, mark.z - position.y * mark.w);
  gl_Position = projectionMatrix * viewMatrix * vec4(place, 1.);
}`;

const FRAGMENT = `
uniform float time;
varying vec2 vUv;
varying float vKind;
float band(float away, float at, float wide) { return smoothstep(wide, 0., abs(away - at)); }
void main() {
  float away = length(vUv);
  if (vKind < .5) {
    gl_FragColor = vec4(0., 0., 0., .5 * smoothstep(1., .15, away));
  } else if (vKind < 1.5) {
    float wave = fract(time * 1.1);
    float light = band(away, .5, .06) + band(away, .5 + .45 * wave, .07) * (1. - wave);
    gl_FragColor = vec4(vec3(1., .72, .3) * light * .5, light * .35);
  } else if (vKind < 2.5) {
    float light = band(away, .8, .06) * .3;
    gl_FragColor = vec4(vec3(.45, .88, .88) * light, light * .3);
  } else if (vKind > 4.5) {
    float light = band(away, .98, .02) * .5 + .04 * step(away, .98);
    gl_FragColor = vec4(vec3(1., .8, .46) * light, light * .4);
  } else if (vKind > 3.5) {
    float light = band(away, .82, .09) + .28 * smoothstep(.86, .2, away);
    gl_FragColor = vec4(vec3(1., .8, .46) * light, light * .4);
  } else {
    float wave = .5 + .5 * sin(time * 5.);
    float light = band(away, .55 + .25 * wave, .09) + smoothstep(.25, .1, away);
    gl_FragColor = vec4(vec3(.45, .88, .88) * light, light * .5);
  }
  #include <colorspace_fragment>
}`;

const SHADOW = 0;
const SPEAKING = 1;
const OWN = 2;
const TARGET = 3;
const HOVERED = 4;
const HEARING = 5;
/** Of one avatar and of what is marked once, at most. */
const MARKS_LEFT = 8;

/** What lies on the floor: shadows under feet, speaking rings, the own ring, how far one is heard, the walk's target, what the pointer is over. */
export class Marks {
  readonly mesh: Mesh<InstancedBufferGeometry, ShaderMaterial>;
  readonly #marks = new InstancedBufferAttribute(new Float32Array(CAPACITY * 4), 4);
  readonly #kinds = new InstancedBufferAttribute(new Float32Array(CAPACITY), 1);
  readonly #time = { value: 0 };
  #target: { x: number; z: number } | null = null;
  #hearingM: number | null = null;
  #hoveredSeat: Seat | null = null;
  #hoveredId: string | null = null;

  constructor() {
    const plane = new PlaneGeometry(2, 2);
    const geometry = new InstancedBufferGeometry();
    geometry.setIndex(plane.index);
    geometry.setAttribute("position", plane.getAttribute("position"));
    geometry.setAttribute("uv", plane.getAttribute("uv"));
    geometry.setAttribute("mark", this.#marks.setUsage(DynamicDrawUsage));
    geometry.setAttribute("kind", this.#kinds.setUsage(DynamicDrawUsage));
    const material = new ShaderMaterial({
      uniforms: { time: this.#time },
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
      transparent: true,
      depthWrite: false,
      blending: CustomBlending,
      blendSrc: OneFactor,
      blendDst: OneMinusSrcAlphaFactor,
    });
    this.mesh = new Mesh(geometry, material);
    this.mesh.frustumCulled = false;
    this.mesh.renderOrder = 1;
  }

  setTarget(target: { x: number; z: number } | null): void {
    this.#target = target;
  }

  /** How far around the own avatar one is heard, metres; null for no circle. */
  setHearing(radiusM: number | null): void {
    this.#hearingM = radiusM;
  }

  /** What the pointer is over; null for nothing that one would click. */
  setHovered(hit: PickHit | null): void {
    this.#hoveredId = hit?.kind === "member" ? hit.userId : null;
    this.#hoveredSeat = hit?.kind === "seat" ? (SEATS.find(({ id }) => id === hit.seatId) ?? null) : null;
  }

  update(avatars: readonly Avatar[], timeS: number): void {
    this.#time.value = timeS;
    let next = 0;
    // Oneself first: where there are more than marks, one's own must not be among those left out.
    for (const avatar of avatars) if (avatar.isLocal) next = this.#putUnder(avatar, next);
    for (const avatar of avatars) {
      if (next + MARKS_LEFT > CAPACITY) break;
      if (!avatar.isLocal) next = this.#putUnder(avatar, next);
    }
    if (this.#target !== null) this.#put(next++, TARGET, this.#target.x, 0.03, this.#target.z, 0.4);
    const seat = this.#hoveredSeat;
    if (seat !== null) {
      this.#put(next++, HOVERED, seat.x, seat.heightM + 0.025, seat.z, 0.3);
      this.#put(next++, HOVERED, seat.x, 0.03, seat.z, 0.5);
    }
    this.mesh.geometry.instanceCount = next;
    this.mesh.visible = next > 0;
    this.#marks.needsUpdate = this.#kinds.needsUpdate = true;
  }

  dispose(): void {
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
  }

  /** What lies under one avatar, from this mark on; which one is the next. */
  #putUnder(avatar: Avatar, first: number): number {
    const { size, pose } = avatar;
    if (size === 0) return first;
    const { x, z } = pose;
    const low = avatar.isSitting ? 0 : pose.y;
    let next = first;
    this.#put(next++, SHADOW, x, low + 0.02, z, 0.42 * size);
    if (avatar.isLocal) {
      if (this.#hearingM !== null) this.#put(next++, HEARING, x, low + 0.022, z, this.#hearingM);
      this.#put(next++, OWN, x, low + 0.024, z, 0.46 * size);
    }
    if (avatar.userId === this.#hoveredId) this.#put(next++, HOVERED, x, low + 0.026, z, 0.6 * size);
    if (avatar.isSpeaking) this.#put(next++, SPEAKING, x, low + 0.028, z, 0.72 * size);
    return next;
  }

  #put(at: number, kind: number, x: number, y: number, z: number, size: number): void {
    this.#marks.setXYZW(at, x, y, z, size);
    this.#kinds.setX(at, kind);
  }
}
