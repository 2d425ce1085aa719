import { BufferAttribute, CapsuleGeometry, SphereGeometry, type BufferGeometry } from "three";
import { mergeGeometries } from "three/addons/utils/BufferGeometryUtils.js";
import { ball, turned } from "../stage/shapes";
import { LOOKS, type Extra } from "./looks";
import { NECK_Y_M } from "./Skeleton";

/** What a figure's parts hang on: the shader turns limbs by this number. */
const Limb = { BODY: 0, ARM: 1, THIGH: 3, SHIN: 5 } as const;
/** Which of a look's colours, in the order of the palette; after them comes that of eyes. */
export const TINTS = ["skin", "hair", "top", "trim", "legs"] as const;
const EYES = TINTS.length;
type Tint = (typeof TINTS)[number];

const EVERYBODY = 2 ** LOOKS.length - 1;

/** Bit by bit, whose look has one of these. */
function wearers(...extras: readonly Extra[]): number {
  return LOOKS.reduce((mask, look, at) => {
    return look.extras.some((extra) => extras.includes(extra)) ? mask | (1 << at) : mask;
  }, 0);
}

/** For the shader: colour, limb and wearers of every vertex. */
function piece(
  geometry: BufferGeometry,
  tint: Tint | typeof EYES,
  limb: number,
  mask = EVERYBODY,
): BufferGeometry {
  const { count } = geometry.getAttribute("position");
  const told = new Float32Array(count * 3);
  for (let at = 0; at < count; at++)
    told.set([typeof tint === "number" ? tint : TINTS.indexOf(tint), limb, mask], at * 3);
  geometry.setAttribute("piece", new BufferAttribute(told, 3));
  geometry.deleteAttribute("uv");
  return geometry;
}

function onHead(geometry: BufferGeometry): BufferGeometry {
  return geometry.translate(0, NECK_Y_M, 0);
}

function scalp(): BufferGeometry {
  const dome = new SphereGeometry(0.243, 8, 4, 0, 2 * Math.PI, 0, Math.PI * 0.5);
  return onHead(dome.rotateX(-0.32).translate(0, 0.205, -0.008));
}

function heads(): BufferGeometry[] {
  const tuft = ball(0.15, 6).scale(1.05, 0.62, 0.95).rotateX(-0.3).translate(0, 0.405, 0.09);
  const beard = ball(0.17, 6).scale(1.05, 0.72, 0.82).translate(0, 0.045, 0.075);
  const dome = new SphereGeometry(0.262, 8, 4, 0, 2 * Math.PI, 0, Math.PI * 0.5);
  return [
    piece(onHead(new SphereGeometry(0.225, 9, 6).translate(0, 0.2, 0)), "skin", Limb.BODY),
    ...[-1, 1].map((side) => {
      const eye = ball(0.033, 4)
        .scale(0.85, 1.15, 0.6)
        .translate(side * 0.083, 0.215, 0.195);
      return piece(onHead(eye), EYES, Limb.BODY);
    }),
    piece(scalp(), "hair", Limb.BODY),
    piece(onHead(tuft), "hair", Limb.BODY, wearers("quiff")),
    piece(onHead(ball(0.24, 6).translate(0, 0.14, -0.09)), "hair", Limb.BODY, wearers("bob")),
    piece(
      onHead(ball(0.2, 6).scale(1.1, 2, 0.5).translate(0, 0.02, -0.14)),
      "hair",
      Limb.BODY,
      wearers("long"),
    ),
    piece(onHead(ball(0.29, 7).translate(0, 0.26, -0.04)), "hair", Limb.BODY, wearers("curls")),
    piece(onHead(ball(0.105, 6).translate(0, 0.46, -0.07)), "hair", Limb.BODY, wearers("bun")),
    piece(onHead(beard), "hair", Limb.BODY, wearers("beard")),
    piece(onHead(dome.rotateX(-0.22).translate(0, 0.22, -0.01)), "trim", Limb.BODY, wearers("beanie")),
  ];
}

function limbs(): BufferGeometry[] {
  return [0, 1].flatMap((side) => [
    piece(new CapsuleGeometry(0.06, 0.2, 1, 5).translate(0, -0.1, 0), "top", Limb.ARM + side),
    piece(new CapsuleGeometry(0.052, 0.2, 1, 5).translate(0, -0.34, 0), "skin", Limb.ARM + side),
    piece(new CapsuleGeometry(0.086, 0.26, 1, 5).translate(0, -0.15, 0), "legs", Limb.THIGH + side),
    piece(new CapsuleGeometry(0.076, 0.26, 1, 5).translate(0, -0.17, 0.01), "legs", Limb.SHIN + side),
  ]);
}

/** A whole body of few triangles in one geometry, from the hips: for those who are far away. */
export function figureShape(): BufferGeometry {
  const torso = turned([0.15, -0.1, 0.19, 0.06, 0.215, 0.34, 0.15, 0.485, 0, 0.52], 7).scale(1, 1, 0.74);
  const skirt = turned([0.285, -0.24, 0.2, 0, 0.17, 0.08], 8).scale(1, 1, 0.85);
  const parts = [
    piece(torso, "top", Limb.BODY),
    piece(skirt, "legs", Limb.BODY, wearers("skirt")),
    ...heads(),
    ...limbs(),
  ];
  const merged = mergeGeometries(parts);
  for (const part of parts) part.dispose();
  return merged;
}
