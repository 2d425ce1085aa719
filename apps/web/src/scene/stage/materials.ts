import {
  DataTexture,
  DataUtils,
  HalfFloatType,
  LinearFilter,
  MeshBasicMaterial,
  MeshLambertMaterial,
  MeshStandardMaterial,
  RGBAFormat,
  Vector4,
  type Material,
  type Texture,
} from "three";
import { COUNTER, HALF_DEPTH_M, HALF_WIDTH_M, PORCH_DEPTH_M, SEATS, TABLES } from "../layout";
import { lightAt, type Light } from "./lamps";
import type { SeeThrough } from "./seeThrough";

/** Texels of the light map to the metre. */
const MAP_PER_M = 10;
const MIN_X = -HALF_WIDTH_M;
const MIN_Z = -HALF_DEPTH_M;
const SIZE_X = 2 * HALF_WIDTH_M;
const SIZE_Z = 2 * HALF_DEPTH_M + PORCH_DEPTH_M;

/** Where the maps lie on the floor: uv = xz * xy + zw. */
export const MAP_FRAME = new Vector4(1 / SIZE_X, 1 / SIZE_Z, -MIN_X / SIZE_X, -MIN_Z / SIZE_Z);

/** How much of the room's light gets to the floor there: less under and beside furniture. */
function openness(x: number, z: number): number {
  let open = 1;
  for (const table of TABLES) open *= shade(Math.hypot(x - table.x, z - table.z), 0.35, 1.15, 0.45);
  for (const seat of SEATS) open *= shade(Math.hypot(x - seat.x, z - seat.z), 0.1, 0.42, 0.35);
  const counter = Math.max(Math.abs(x) - COUNTER.maxX, z < COUNTER.maxZ ? 0 : z - COUNTER.maxZ);
  open *= shade(Math.max(0, counter), 0, 0.7, 0.5);
  const wall = Math.min(HALF_WIDTH_M - Math.abs(x), z + HALF_DEPTH_M);
  return open * shade(Math.max(0, wall), 0, 0.8, 0.45);
}

function shade(awayM: number, nearM: number, farM: number, depth: number): number {
  const part = Math.min(1, Math.max(0, (awayM - nearM) / (farM - nearM)));
  return 1 - depth * (1 - part * part * (3 - 2 * part));
}

/** Light in rgb, openness in alpha; on the floor, or at a body's height for the avatars. */
export function lightMap(heightM: number, isFloor: boolean): DataTexture {
  const width = SIZE_X * (isFloor ? MAP_PER_M : 2);
  const height = Math.round(SIZE_Z * (isFloor ? MAP_PER_M : 2));
  const texels = new Uint16Array(width * height * 4);
  const light: Light = { red: 0, green: 0, blue: 0 };
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const x = MIN_X + ((column + 0.5) / width) * SIZE_X;
      const z = MIN_Z + ((row + 0.5) / height) * SIZE_Z;
      lightAt(x, heightM, z, 0, 1, 0, light);
      const open = isFloor ? openness(x, z) : 1;
      const at = (row * width + column) * 4;
      texels[at] = DataUtils.toHalfFloat(light.red * open);
      texels[at + 1] = DataUtils.toHalfFloat(light.green * open);
      texels[at + 2] = DataUtils.toHalfFloat(light.blue * open);
      texels[at + 3] = DataUtils.toHalfFloat(open);
    }
  }
  const map = new DataTexture(texels, width, height, RGBAFormat, HalfFloatType);
  map.magFilter = map.minFilter = LinearFilter;
  map.needsUpdate = true;
  return map;
}

const LIGHT_END = "#include <lights_fragment_end>";

/** Adds the light that is in the vertices to what the material gets from live lights. */
function addBaked(material: Material): void {
  material.onBeforeCompile = (shader) => {
    shader.vertexShader = shader.vertexShader
      .replace("#include <common>", "#include <common>\nattribute vec3 baked;\nvarying vec3 vBaked;")
      .replace("#include <begin_vertex>", "#include <begin_vertex>\nvBaked = baked;");
    shader.fragmentShader = shader.fragmentShader
      .replace("#include <common>", "#include <common>\nvarying vec3 vBaked;")
      .replace(LIGHT_END, `irradiance += vBaked * PI;\n${LIGHT_END}`);
  };
  material.customProgramCacheKey = () => "baked";
}

/** The floor: light and shade from its map. */
export function addFloorLight(material: Material, map: Texture): void {
  material.onBeforeCompile = (shader) => {
    shader.uniforms["probe"] = { value: map };
    shader.uniforms["probeFrame"] = { value: MAP_FRAME };
    shader.vertexShader = shader.vertexShader
      .replace("#include <common>", "#include <common>\nuniform vec4 probeFrame;\nvarying vec2 vProbe;")
      .replace(
        "#include <begin_vertex>",
        "#include <begin_vertex>\nvProbe = (modelMatrix * vec4(transformed, 1.)).xz * probeFrame.xy + probeFrame.zw;",
      );
    shader.fragmentShader = shader.fragmentShader
      .replace("#include <common>", "#include <common>\nuniform sampler2D probe;\nvarying vec2 vProbe;")
      .replace(
        LIGHT_END,
        `vec4 probed = texture2D(probe, vProbe);
irradiance = irradiance * probed.a + probed.rgb * PI;
${LIGHT_END}`,
      );
  };
  material.customProgramCacheKey = () => "floor";
}

/** Avatars: the lamps they stand under, and a rim of dusk that lifts them off the floor. */
export function addBodyLight(material: Material, map: Texture): void {
  material.onBeforeCompile = (shader) => {
    shader.uniforms["probe"] = { value: map };
    shader.uniforms["probeFrame"] = { value: MAP_FRAME };
    shader.vertexShader = shader.vertexShader
      .replace(
        "#include <common>",
        "#include <common>\nuniform vec4 probeFrame;\nvarying vec2 vProbe;\nvarying float vUp;",
      )
      .replace(
        "#include <begin_vertex>",
        `#include <begin_vertex>
vProbe = (modelMatrix * instanceMatrix * vec4(transformed, 1.)).xz * probeFrame.xy + probeFrame.zw;
vUp = normalize(mat3(instanceMatrix) * objectNormal).y;`,
      );
    shader.fragmentShader = shader.fragmentShader
      .replace(
        "#include <common>",
        "#include <common>\nuniform sampler2D probe;\nvarying vec2 vProbe;\nvarying float vUp;",
      )
      .replace(
        LIGHT_END,
        `vec3 probed = texture2D(probe, vProbe).rgb;
irradiance += probed * (.48 + .3 * vUp) * PI;
float rim = pow(1. - saturate(dot(normal, geometryViewDir)), 3.);
totalEmissiveRadiance += rim * (vec3(.08, .10, .20) + probed * .14) * (.6 + .4 * vUp);
${LIGHT_END}`,
      );
  };
  material.customProgramCacheKey = () => "body";
}

/** What the bar is built of; one of each, so that all of a kind is one draw call. */
export class Materials {
  readonly matte = new MeshLambertMaterial({ vertexColors: true });
  readonly brass = new MeshStandardMaterial({
    vertexColors: true,
    metalness: 0.85,
    roughness: 0.34,
    envMapIntensity: 0.9,
  });
  readonly gloss = new MeshStandardMaterial({
    vertexColors: true,
    roughness: 0.28,
    envMapIntensity: 0.7,
  });
  readonly glow = new MeshBasicMaterial({ vertexColors: true });
  readonly floorMap = lightMap(0, true);
  readonly bodyMap = lightMap(1.1, false);

  constructor(seeThrough: SeeThrough) {
    addBaked(this.matte);
    addBaked(this.brass);
    addBaked(this.gloss);
    for (const one of [this.matte, this.brass, this.gloss, this.glow]) seeThrough.addTo(one);
  }

  setEnvironment(map: Texture): void {
    this.brass.envMap = map;
    this.gloss.envMap = map;
  }

  dispose(): void {
    for (const one of [this.matte, this.brass, this.gloss, this.glow]) one.dispose();
    this.floorMap.dispose();
    this.bodyMap.dispose();
  }
}
