import {
  AdditiveBlending,
  BufferAttribute,
  BufferGeometry,
  Color,
  CylinderGeometry,
  Group,
  Mesh,
  Points,
  PointsMaterial,
  ShaderMaterial,
} from "three";
import { mergeGeometries } from "three/addons/utils/BufferGeometryUtils.js";
import { DANCE_FLOOR, TABLE_HEIGHT_M, TABLES } from "../layout";
import {
  COUNTER_PENDANT_Z,
  COUNTER_PENDANTS_X,
  PENDANT_Y_M,
  SCONCE_Y_M,
  SCONCES,
  SHADE_Y_M,
  SHADES,
} from "./lamps";
import { haloTexture } from "./paint";

const VERTEX = `
varying float vHeight;
varying float vFacing;
void main() {
  vHeight = uv.y;
  vec4 place = modelViewMatrix * vec4(position, 1.);
  vFacing = abs(dot(normalize(normalMatrix * normal), normalize(-place.xyz)));
  gl_Position = projectionMatrix * place;
}`;

const FRAGMENT = `
varying float vHeight;
varying float vFacing;
void main() {
  float light = pow(vHeight, 2.2) * pow(vFacing, 2.5) * .085;
  gl_FragColor = vec4(vec3(1., .66, .32) * light, 1.);
  #include <colorspace_fragment>
}`;

function cone(x: number, y: number, z: number, top: number, bottom: number, height: number) {
  return new CylinderGeometry(top, bottom, height, 24, 1, true).translate(x, y - height / 2, z);
}

/** What hangs in the air around lamps: soft cones below, halos around. */
export class Beams {
  readonly group = new Group();
  readonly #cones: Mesh<BufferGeometry, ShaderMaterial>;
  readonly #halos: Points<BufferGeometry, PointsMaterial>;

  constructor() {
    const parts = [
      ...SHADES.map(({ x, z }) => cone(x, SHADE_Y_M, z, 0.46, 1.5, 2.7)),
      ...COUNTER_PENDANTS_X.map((x) => cone(x, PENDANT_Y_M, COUNTER_PENDANT_Z, 0.2, 0.75, 1.4)),
    ];
    const material = new ShaderMaterial({
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
      blending: AdditiveBlending,
      depthWrite: false,
      transparent: true,
    });
    this.#cones = new Mesh(mergeGeometries(parts), material);
    for (const part of parts) part.dispose();
    this.#halos = makeHalos();
    this.group.add(this.#cones, this.#halos);
  }

  setVisible(isVisible: boolean): void {
    this.#cones.visible = isVisible;
  }

  dispose(): void {
    this.#cones.geometry.dispose();
    this.#cones.material.dispose();
    this.#halos.geometry.dispose();
    this.#halos.material.map?.dispose();
    this.#halos.material.dispose();
  }
}

function makeHalos(): Points<BufferGeometry, PointsMaterial> {
  const places: number[] = [];
  const colours: number[] = [];
  const halo = (x: number, y: number, z: number, hex: number, power: number) => {
    places.push(x, y, z);
    new Color(hex).multiplyScalar(power).toArray(colours, colours.length);
  };
  for (const { x, z } of SHADES) halo(x, SHADE_Y_M, z, 0xffb060, 0.42);
  for (const x of COUNTER_PENDANTS_X) halo(x, PENDANT_Y_M, COUNTER_PENDANT_Z, 0xffb060, 0.4);
  for (const { x, z } of TABLES) halo(x, TABLE_HEIGHT_M + 0.28, z, 0xffa850, 0.3);
  for (const { x, z, turnY } of SCONCES) {
    halo(x + 0.16 * Math.sin(turnY), SCONCE_Y_M, z + 0.16 * Math.cos(turnY), 0xffa850, 0.26);
  }
  halo(DANCE_FLOOR.x, 3.35, DANCE_FLOOR.z, 0xb8a8ff, 0.35);
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(new Float32Array(places), 3));
  geometry.setAttribute("color", new BufferAttribute(new Float32Array(colours), 3));
  const material = new PointsMaterial({
    map: haloTexture(),
    size: 1.7,
    vertexColors: true,
    blending: AdditiveBlending,
    depthWrite: false,
    transparent: true,
  });
  return new Points(geometry, material);
}
