import { Color, MeshLambertMaterial, type Texture } from "three";
import { addBodyLight } from "../stage/materials";
import type { SeeThrough } from "../stage/seeThrough";
import { TINTS } from "./figureShape";
import { LOOKS } from "./looks";
import { INKY } from "./parts";
import { HIP_X_M, SHOULDER_X_M, SHOULDER_Y_M, THIGH_M } from "./Skeleton";

/** Every look's colours, in the order of `TINTS`, and that of eyes. */
const PALETTE = LOOKS.flatMap((look) =>
  [...TINTS.map((tint) => look[tint]), INKY].map((hex) => new Color(hex)),
);
const PER_LOOK = TINTS.length + 1;

/** As `Skeleton` does it, without elbows, and without what a body does from the hips up. */
const PARS = `
attribute vec3 piece;
attribute vec4 limbs;
attribute vec4 bends;
attribute float look;
uniform vec3 palette[${PALETTE.length}];
varying vec3 vFigure;
vec3 figureAboutX(vec3 p, float a) {
  float c = cos(a), s = sin(a);
  return vec3(p.x, c * p.y - s * p.z, s * p.y + c * p.z);
}
vec3 figureAboutZ(vec3 p, float a) {
  float c = cos(a), s = sin(a);
  return vec3(c * p.x - s * p.y, s * p.x + c * p.y, p.z);
}
vec3 figureTurned(vec3 p, float isPlace) {
  float limb = piece.y;
  if (limb < .5) return p;
  float right = mod(limb + 1., 2.);
  float side = 1. - 2. * right;
  if (limb < 2.5) {
    p = figureAboutX(p, -mix(limbs.x, limbs.y, right));
    p = figureAboutZ(p, side * mix(bends.x, bends.y, right));
    return p + isPlace * vec3(side * ${SHOULDER_X_M}, ${SHOULDER_Y_M}, 0.);
  }
  if (limb > 4.5) {
    p = figureAboutX(p, mix(bends.z, bends.w, right)) + isPlace * vec3(0., -${THIGH_M}, 0.);
  }
  p = figureAboutX(p, -mix(limbs.z, limbs.w, right));
  return p + isPlace * vec3(side * ${HIP_X_M}, 0., 0.);
}`;

/** What far figures are made of: lit and seen through as bodies are, their limbs turned by the shader. */
export function figureMaterial(bodyMap: Texture, seeThrough: SeeThrough): MeshLambertMaterial {
  const material = new MeshLambertMaterial();
  addBodyLight(material, bodyMap);
  seeThrough.addToBodies(material);
  const before = material.onBeforeCompile.bind(material);
  const key = material.customProgramCacheKey();
  material.onBeforeCompile = (shader, renderer) => {
    before(shader, renderer);
    shader.uniforms["palette"] = { value: PALETTE };
    shader.vertexShader = shader.vertexShader
      .replace("#include <common>", `#include <common>${PARS}`)
      .replace(
        "#include <beginnormal_vertex>",
        "#include <beginnormal_vertex>\nobjectNormal = figureTurned(objectNormal, 0.);",
      )
      .replace(
        "#include <begin_vertex>",
        `#include <begin_vertex>
// What this look does not wear is nowhere.
float isWorn = float((int(piece.z) >> int(look)) & 1);
transformed = figureTurned(transformed, 1.) * isWorn;
vFigure = palette[int(look) * ${PER_LOOK} + int(piece.x)];`,
      );
    shader.fragmentShader = shader.fragmentShader
      .replace("#include <common>", "#include <common>\nvarying vec3 vFigure;")
      .replace("#include <color_fragment>", "#include <color_fragment>\ndiffuseColor.rgb *= vFigure;");
  };
  material.customProgramCacheKey = () => `${key} figure`;
  return material;
}
