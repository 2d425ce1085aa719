import {
  BufferAttribute,
  CapsuleGeometry,
  Color,
  SphereGeometry,
  TorusGeometry,
  type BufferGeometry,
} from "three";
import { mergeGeometries } from "three/addons/utils/BufferGeometryUtils.js";
import { ball, post, ring, turned } from "../stage/shapes";
import type { Extra } from "./looks";

/** Which of a look's colours a part has; `own` for what has its colours in its vertices. */
export type Tint = "skin" | "hair" | "top" | "trim" | "legs" | "own";
/** What a part hangs on; limbs are there twice, left and right. */
export type Bone = "hips" | "chest" | "head" | "upperArm" | "foreArm" | "thigh" | "shin";

export interface Part {
  readonly name: Extra | "torso" | "collar" | "seat" | "skull" | "face" | "arm" | "hand" | "leg" | "foot";
  readonly bone: Bone;
  readonly tint: Tint;
  readonly casts: boolean;
  readonly make: () => BufferGeometry;
}

const WHITE = 0xffffff;
/** Eyes. */
export const INKY = 0x241a1c;

/** With a colour in every vertex, which the instance's colour multiplies. */
function tinted(geometry: BufferGeometry, hex = WHITE): BufferGeometry {
  const count = geometry.getAttribute("position").count;
  const colours = new Float32Array(count * 3);
  const colour = new Color(hex);
  for (let at = 0; at < count; at++) colour.toArray(colours, at * 3);
  geometry.setAttribute("color", new BufferAttribute(colours, 3));
  geometry.deleteAttribute("uv");
  if (geometry.index === null) geometry.setIndex(Array.from({ length: count }, (_, i) => i));
  return geometry;
}

function joined(...parts: BufferGeometry[]): BufferGeometry {
  const merged = mergeGeometries(parts);
  for (const part of parts) part.dispose();
  return merged;
}

function limb(radius: number, length: number): BufferGeometry {
  return new CapsuleGeometry(radius, length, 2, 7).translate(0, -length / 2, 0);
}

function torso(): BufferGeometry {
  const outline = [0.02, -0.1, 0.15, -0.1, 0.185, -0.05, 0.19, 0.06, 0.2, 0.2] as const;
  const top = [0.215, 0.34, 0.205, 0.42, 0.15, 0.485, 0.08, 0.515, 0, 0.52] as const;
  return tinted(turned([...outline, ...top], 12).scale(1, 1, 0.74));
}

function collar(): BufferGeometry {
  const neck = ring(0.1, 0.035, 10).scale(1, 1, 0.85).translate(0, 0.5, 0.005);
  const hem = ring(0.183, 0.02, 12).scale(1, 1, 0.76).translate(0, -0.05, 0);
  return joined(tinted(neck), tinted(hem));
}

function skull(): BufferGeometry {
  const round = new SphereGeometry(0.225, 14, 9).scale(1, 0.98, 0.93).translate(0, 0.2, 0);
  const ears = [-1, 1].map((side) =>
    ball(0.05, 5)
      .scale(0.6, 1, 0.8)
      .translate(side * 0.22, 0.18, 0),
  );
  const nose = ball(0.03, 5).scale(0.9, 0.9, 1.1).translate(0, 0.17, 0.212);
  const neck = post(0.068, 0.12, 7).translate(0, -0.01, 0);
  return joined(...[round, ...ears, nose, neck].map((part) => tinted(part)));
}

function face(): BufferGeometry {
  const parts: BufferGeometry[] = [];
  for (const side of [-1, 1]) {
    const eye = ball(0.03, 6)
      .scale(0.85, 1.15, 0.5)
      .translate(side * 0.083, 0.215, 0.187);
    const spark = ball(0.009, 4).translate(side * 0.083 + 0.009, 0.229, 0.2);
    const brow = new CapsuleGeometry(0.009, 0.045, 1, 4).rotateZ(Math.PI / 2 + side * 0.14);
    const cheek = ball(0.034, 5)
      .scale(1.1, 0.75, 0.3)
      .translate(side * 0.125, 0.145, 0.164);
    parts.push(tinted(eye, INKY), tinted(spark), tinted(cheek, 0xe07a62));
    parts.push(tinted(brow.translate(side * 0.085, 0.272, 0.182), 0x4a2e24));
  }
  const smile = new TorusGeometry(0.042, 0.0085, 4, 7, Math.PI * 0.72);
  smile.rotateZ(Math.PI * 1.14).translate(0, 0.135, 0.2);
  return joined(...parts, tinted(smile, 0x5d2425));
}

function hand(): BufferGeometry {
  const palm = ball(0.062, 7).scale(0.85, 1.1, 1).translate(0, -0.225, 0);
  return joined(tinted(limb(0.046, 0.15)), tinted(palm));
}

function foot(): BufferGeometry {
  const shoe = ball(0.1, 7).scale(0.8, 0.62, 1.45).translate(0, -0.3, 0.045);
  const sole = post(0.08, 0.03, 8).scale(1, 1, 1.75).translate(0, -0.345, 0.045);
  return joined(tinted(limb(0.072, 0.24)), tinted(shoe, 0x6b5a58), tinted(sole, 0xd8cfc4));
}

/** The upper part of a sphere around the head. */
function scalp(radius: number, part: number): BufferGeometry {
  return new SphereGeometry(radius, 13, 6, 0, 2 * Math.PI, 0, Math.PI * part)
    .rotateX(-0.32)
    .translate(0, 0.205, -0.008);
}

function bob(): BufferGeometry {
  const back = ball(0.24, 9).scale(1, 1, 0.68).translate(0, 0.14, -0.09);
  const locks = [-1, 1].map((side) => limb(0.055, 0.16).translate(side * 0.205, 0.24, 0.04));
  return joined(...[scalp(0.248, 0.5), back, ...locks].map((part) => tinted(part)));
}

function long(): BufferGeometry {
  const back = ball(0.2, 9).scale(1.1, 2, 0.5).translate(0, 0.02, -0.14);
  const locks = [-1, 1].map((side) => limb(0.055, 0.34).translate(side * 0.2, 0.24, 0));
  return joined(...[scalp(0.248, 0.5), back, ...locks].map((part) => tinted(part)));
}

function quiff(): BufferGeometry {
  const tuft = ball(0.15, 8).scale(1.05, 0.62, 0.95).rotateX(-0.3).translate(0, 0.405, 0.09);
  return joined(tinted(scalp(0.236, 0.46)), tinted(tuft));
}

function curls(): BufferGeometry {
  const parts: BufferGeometry[] = [tinted(scalp(0.236, 0.5))];
  for (let curl = 0; curl < 14; curl++) {
    const angle = curl * 2.4;
    const up = 1 - (curl + 0.5) / 17;
    const out = Math.sqrt(1 - up * up) * 0.225;
    const z = Math.cos(angle) * out - 0.05;
    if (up < 0.45 && z > 0.06) continue;
    const lump = ball(0.09, 6);
    parts.push(tinted(lump.translate(Math.sin(angle) * out, 0.21 + up * 0.22, z)));
  }
  return joined(...parts);
}

function bun(): BufferGeometry {
  return joined(tinted(scalp(0.237, 0.5)), tinted(ball(0.105, 8).translate(0, 0.46, -0.07)));
}

function beard(): BufferGeometry {
  const chin = ball(0.17, 9).scale(1.05, 0.72, 0.82).translate(0, 0.045, 0.075);
  const lip = new CapsuleGeometry(0.018, 0.09, 2, 6).rotateZ(Math.PI / 2).translate(0, 0.142, 0.205);
  return joined(tinted(chin), tinted(lip));
}

function beanie(): BufferGeometry {
  const dome = new SphereGeometry(0.25, 12, 6, 0, 2 * Math.PI, 0, Math.PI * 0.44);
  const brim = ring(0.24, 0.04, 14);
  const parts = [dome.scale(1, 1.12, 1), brim.translate(0, 0.05, 0), ball(0.07, 6).translate(0, 0.3, 0)];
  return joined(...parts.map((part) => tinted(part.rotateX(-0.22).translate(0, 0.24, -0.01))));
}

function glasses(): BufferGeometry {
  const parts = [-1, 1].flatMap((side) => [
    new TorusGeometry(0.056, 0.009, 4, 12).translate(side * 0.083, 0.21, 0.213),
    post(0.008, 0.2, 4)
      .rotateX(Math.PI / 2)
      .translate(side * 0.17, 0.22, 0.11),
  ]);
  return joined(
    ...[
      ...parts,
      post(0.008, 0.06, 4)
        .rotateZ(Math.PI / 2)
        .translate(0, 0.215, 0.222),
    ].map((part) => tinted(part, 0x3a2a22)),
  );
}

function headphones(): BufferGeometry {
  const band = new TorusGeometry(0.255, 0.02, 5, 12, Math.PI).translate(0, 0.2, 0);
  const cups = [-1, 1].map((side) => {
    return post(0.085, 0.06, 12)
      .rotateZ(Math.PI / 2)
      .translate(side * 0.245, 0.19, 0);
  });
  return joined(...[band, ...cups].map((part) => tinted(part)));
}

function skirt(): BufferGeometry {
  return tinted(turned([0.25, -0.23, 0.285, -0.24, 0.27, -0.2, 0.2, 0, 0.17, 0.08], 16).scale(1, 1, 0.85));
}

export const PARTS: readonly Part[] = [
  { name: "torso", bone: "chest", tint: "top", casts: true, make: torso },
  { name: "collar", bone: "chest", tint: "trim", casts: false, make: collar },
  {
    name: "seat",
    bone: "hips",
    tint: "legs",
    casts: false,
    make: () => tinted(ball(0.165, 9).scale(1, 0.75, 0.72).translate(0, -0.03, 0)),
  },
  { name: "skull", bone: "head", tint: "skin", casts: true, make: skull },
  { name: "face", bone: "head", tint: "own", casts: false, make: face },
  { name: "arm", bone: "upperArm", tint: "top", casts: true, make: () => tinted(limb(0.064, 0.2)) },
  { name: "hand", bone: "foreArm", tint: "skin", casts: false, make: hand },
  { name: "leg", bone: "thigh", tint: "legs", casts: true, make: () => tinted(limb(0.086, 0.3)) },
  { name: "foot", bone: "shin", tint: "legs", casts: true, make: foot },
  { name: "crop", bone: "head", tint: "hair", casts: false, make: () => tinted(scalp(0.237, 0.5)) },
  { name: "bob", bone: "head", tint: "hair", casts: false, make: bob },
  { name: "long", bone: "head", tint: "hair", casts: false, make: long },
  { name: "quiff", bone: "head", tint: "hair", casts: false, make: quiff },
  { name: "curls", bone: "head", tint: "hair", casts: false, make: curls },
  { name: "bun", bone: "head", tint: "hair", casts: false, make: bun },
  { name: "beard", bone: "head", tint: "hair", casts: false, make: beard },
  { name: "beanie", bone: "head", tint: "trim", casts: false, make: beanie },
  { name: "glasses", bone: "head", tint: "own", casts: false, make: glasses },
  { name: "headphones", bone: "head", tint: "trim", casts: false, make: headphones },
  { name: "skirt", bone: "hips", tint: "legs", casts: false, make: skirt },
];
