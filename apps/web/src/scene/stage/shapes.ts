import {
  BoxGeometry,
  ConeGeometry,
  CylinderGeometry,
  LatheGeometry,
  SphereGeometry,
  TorusGeometry,
  Vector2,
  type BufferGeometry,
} from "three";
import { RoundedBoxGeometry } from "three/addons/geometries/RoundedBoxGeometry.js";

/** A box with soft edges: what most things here are made of. Metres. */
export function softBox(width: number, height: number, depth: number, radius = 0.03, soft = 1) {
  const least = Math.min(width, height, depth) / 2;
  return new RoundedBoxGeometry(width, height, depth, soft, Math.min(radius, least * 0.98));
}

/** A box cut so finely that baked light shows on its faces. */
export function cutBox(width: number, height: number, depth: number, cutM = 0.5): BufferGeometry {
  const cuts = (length: number) => Math.max(1, Math.round(length / cutM));
  return new BoxGeometry(width, height, depth, cuts(width), cuts(height), cuts(depth));
}

export function post(radius: number, height: number, sides = 12, top = radius): BufferGeometry {
  return new CylinderGeometry(top, radius, height, sides, 1);
}

/** A post whose ends are hidden. */
export function rod(radius: number, height: number, sides = 6): BufferGeometry {
  return new CylinderGeometry(radius, radius, height, sides, 1, true);
}

export function ball(radius: number, sides = 14): BufferGeometry {
  return new SphereGeometry(radius, sides, Math.round(sides * 0.7));
}

export function ring(radius: number, thickness: number, sides = 24): BufferGeometry {
  return new TorusGeometry(radius, thickness, 5, sides).rotateX(Math.PI / 2);
}

export function spike(radius: number, height: number, sides = 8): BufferGeometry {
  return new ConeGeometry(radius, height, sides);
}

/** Turned on a lathe: radius, height, radius, height and so on, from the foot up. */
export function turned(profile: readonly number[], sides = 14) {
  const corners = Array.from({ length: profile.length / 2 }, (_, at) => {
    return new Vector2(profile[2 * at], profile[2 * at + 1]);
  });
  return new LatheGeometry(corners, sides);
}
