import {
  AdditiveBlending,
  CircleGeometry,
  Group,
  IcosahedronGeometry,
  InstancedBufferAttribute,
  InstancedMesh,
  Matrix4,
  Mesh,
  MeshStandardMaterial,
  PlaneGeometry,
  ShaderMaterial,
  type Texture,
} from "three";
import { DANCE_FLOOR } from "../layout";
import { chance } from "./paint";

const SPECKS = 56;
const BALL_Y_M = 3.35;
const OUTPUT = "#include <tonemapping_fragment>\n#include <colorspace_fragment>";

const TILES_VERTEX = `
varying vec2 vPlace;
void main() {
  vPlace = position.xz;
  gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.);
}`;

/** Tiles of light that fade from one colour to the next, each in its own time. */
const TILES_FRAGMENT = `
uniform float time;
varying vec2 vPlace;
float chance(vec2 at) { return fract(sin(dot(at, vec2(127.1, 311.7))) * 43758.5453); }
vec3 hue(float at) {
  vec3 coral = vec3(1., .18, .13), amber = vec3(1., .5, .1), violet = vec3(.42, .12, .95), aqua = vec3(.06, .55, .7);
  at = fract(at) * 4.;
  vec3 one = mix(coral, amber, smoothstep(.2, .8, at));
  one = mix(one, violet, smoothstep(1.2, 1.8, at));
  one = mix(one, aqua, smoothstep(2.2, 2.8, at));
  return mix(one, coral, smoothstep(3.2, 3.8, at));
}
void main() {
  vec2 grid = vPlace / .75;
  vec2 tile = floor(grid);
  vec2 inside = abs(fract(grid) - .5);
  float wave = sin(length(tile + .5) * 1.1 - time * 2.1) * .5 + .5;
  float beat = pow(max(0., sin(time * 3.04 + chance(tile) * 6.28)), 3.);
  float glow = .1 + .3 * wave + .35 * beat * chance(tile + 7.);
  float edge = smoothstep(.5, .42, max(inside.x, inside.y));
  float middle = 1. - .45 * smoothstep(0., .5, length(inside));
  vec3 light = hue(chance(tile) * .6 + time * .03 + tile.x * .05) * glow * middle;
  gl_FragColor = vec4(mix(vec3(.012, .01, .014), light, edge), 1.);
  ${OUTPUT}
}`;

const SPECKS_VERTEX = `
attribute vec4 speck;
uniform float time;
varying vec2 vUv;
varying float vWarm;
void main() {
  vUv = uv;
  vWarm = speck.w;
  float angle = speck.x + time * .22;
  vec3 place = vec3(cos(angle) * speck.y, 0., sin(angle) * speck.y);
  place += vec3(position.x, 0., position.y) * speck.z;
  gl_Position = projectionMatrix * modelViewMatrix * vec4(place, 1.);
}`;

const SPECKS_FRAGMENT = `
varying vec2 vUv;
varying float vWarm;
void main() {
  float away = length(vUv - .5) * 2.;
  float light = smoothstep(1., .45, away) * .34;
  gl_FragColor = vec4(mix(vec3(.8, .85, 1.), vec3(1., .75, .5), vWarm) * light, 1.);
  ${OUTPUT}
}`;

/** The dance floor's tiles, its mirror ball and the specks that it throws. */
export class DanceFloor {
  readonly group = new Group();
  readonly #time = { value: 0 };
  readonly #ball: Mesh<IcosahedronGeometry, MeshStandardMaterial>;
  readonly #tiles: Mesh<CircleGeometry, ShaderMaterial>;
  readonly #specks: InstancedMesh<PlaneGeometry, ShaderMaterial>;

  constructor(environment: Texture) {
    this.group.position.set(DANCE_FLOOR.x, 0, DANCE_FLOOR.z);
    const time = this.#time;
    this.#tiles = new Mesh(
      new CircleGeometry(DANCE_FLOOR.radiusM, 64).rotateX(-Math.PI / 2),
      new ShaderMaterial({
        uniforms: { time },
        vertexShader: TILES_VERTEX,
        fragmentShader: TILES_FRAGMENT,
      }),
    );
    this.#tiles.position.y = 0.014;
    this.#ball = new Mesh(
      new IcosahedronGeometry(0.42, 4),
      new MeshStandardMaterial({
        color: 0xe6e8f2,
        metalness: 1,
        roughness: 0.16,
        flatShading: true,
        envMap: environment,
        envMapIntensity: 2,
      }),
    );
    this.#ball.position.y = BALL_Y_M;
    this.#specks = makeSpecks(time);
    this.group.add(this.#tiles, this.#ball, this.#specks);
  }

  /** Still under reduced motion: the clock then stands. */
  update(timeS: number): void {
    this.#time.value = timeS;
    this.#ball.rotation.y = timeS * 0.35;
  }

  setEnvironment(map: Texture): void {
    this.#ball.material.envMap = map;
  }

  dispose(): void {
    for (const mesh of [this.#tiles, this.#ball, this.#specks]) {
      mesh.geometry.dispose();
      mesh.material.dispose();
    }
    this.#specks.dispose();
  }
}

function makeSpecks(time: { value: number }): InstancedMesh<PlaneGeometry, ShaderMaterial> {
  const geometry = new PlaneGeometry(1, 1);
  const specks = new Float32Array(SPECKS * 4);
  for (let at = 0; at < SPECKS; at++) {
    specks[at * 4] = chance(at) * 2 * Math.PI;
    specks[at * 4 + 1] = 1 + chance(at + 100) * 3.8;
    specks[at * 4 + 2] = 0.14 + chance(at + 200) * 0.16;
    specks[at * 4 + 3] = chance(at + 300);
  }
  geometry.setAttribute("speck", new InstancedBufferAttribute(specks, 4));
  const material = new ShaderMaterial({
    uniforms: { time },
    vertexShader: SPECKS_VERTEX,
    fragmentShader: SPECKS_FRAGMENT,
    blending: AdditiveBlending,
    depthWrite: false,
    transparent: true,
    side: 2,
  });
  const mesh = new InstancedMesh(geometry, material, SPECKS);
  for (let at = 0; at < SPECKS; at++) mesh.setMatrixAt(at, new Matrix4());
  mesh.frustumCulled = false;
  mesh.position.y = 0.03;
  return mesh;
}
