import { BufferAttribute, Color, Euler, Matrix4, Quaternion, Vector3, type BufferGeometry } from "three";
import { mergeGeometries } from "three/addons/utils/BufferGeometryUtils.js";
import { lightAt, type Light } from "./lamps";

export interface Placement {
  readonly x?: number;
  readonly y?: number;
  readonly z?: number;
  readonly turnX?: number;
  readonly turnY?: number;
  readonly turnZ?: number;
  /** One number for all axes, or one each. */
  readonly scale?: number | readonly [x: number, y: number, z: number];
}

const position = new Vector3();
const scale = new Vector3();
const turn = new Quaternion();
const euler = new Euler();
const colour = new Color();

function matrixOf(place: Placement): Matrix4 {
  position.set(place.x ?? 0, place.y ?? 0, place.z ?? 0);
  turn.setFromEuler(euler.set(place.turnX ?? 0, place.turnY ?? 0, place.turnZ ?? 0, "YXZ"));
  const by = place.scale ?? 1;
  if (typeof by === "number") scale.setScalar(by);
  else scale.set(by[0], by[1], by[2]);
  return new Matrix4().compose(position, turn, scale);
}

/** Geometry of one material, gathered with its colours and merged into one draw call. */
export class Batch {
  readonly #parts: BufferGeometry[] = [];

  /** Takes the geometry over: it is changed, and freed once merged. */
  add(geometry: BufferGeometry, hex: number, place: Placement = {}, brightness = 1): this {
    geometry.applyMatrix4(matrixOf(place));
    const count = geometry.getAttribute("position").count;
    if (geometry.index === null) geometry.setIndex(Array.from({ length: count }, (_, i) => i));
    for (const name of Object.keys(geometry.attributes)) {
      if (name !== "position" && name !== "normal") geometry.deleteAttribute(name);
    }
    colour.setHex(hex).multiplyScalar(brightness);
    const colours = new Float32Array(count * 3);
    for (let at = 0; at < count; at++) colour.toArray(colours, at * 3);
    geometry.setAttribute("color", new BufferAttribute(colours, 3));
    this.#parts.push(geometry);
    return this;
  }

  /** The merged geometry. */
  merge(): BufferGeometry {
    const merged = mergeGeometries(this.#parts);
    for (const part of this.#parts) part.dispose();
    this.#parts.length = 0;
    return merged;
  }

  /** The merged geometry with the lamps' light in its vertices, attribute `baked`. */
  bake(): BufferGeometry {
    const merged = this.merge();
    const places = merged.getAttribute("position");
    const normals = merged.getAttribute("normal");
    const baked = new Float32Array(places.count * 3);
    const light: Light = { red: 0, green: 0, blue: 0 };
    for (let at = 0; at < places.count; at++) {
      const [x, y, z] = [places.getX(at), places.getY(at), places.getZ(at)];
      lightAt(x, y, z, normals.getX(at), normals.getY(at), normals.getZ(at), light);
      // Corners at the floor see less of the room.
      const open = 0.55 + 0.45 * Math.min(1, Math.max(0, y) / 1.1);
      baked[at * 3] = light.red * open;
      baked[at * 3 + 1] = light.green * open;
      baked[at * 3 + 2] = light.blue * open;
    }
    merged.setAttribute("baked", new BufferAttribute(baked, 3));
    return merged;
  }
}
