import { Vector4, type Camera, type Material, type WebGLProgramParametersWithUniforms } from "three";
import type { Avatar } from "../avatar/Avatar";

/** Half of what is kept clear around the own body, metres across. */
const CLEARED_HALF_M = 0.62;
/** Half a body, standing upright before the camera, and seen from right above. */
const HALF_TALL_M = 1.15;
const HALF_FLAT_M = 0.6;
/** Half of a body's height over what it stands or sits on. */
const STANDING_MIDDLE_M = 0.95;
const SITTING_MIDDLE_M = 0.75;
/** Where nothing has to be seen through to. */
const NOBODY = 0;

const PARS = `
uniform vec4 ownView;
uniform vec4 ownPlace;
`;

/** Interleaved gradient noise (Jimenez 2014): even at every density, and still where nothing moves. */
const DITHER = `
float seenNoise = fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(.06711056, .00583715))));
if (seenKept < .01 + .98 * seenNoise) discard;
`;

/** What of the own avatar is looked at. */
export type OwnBody = Pick<Avatar, "pose" | "y" | "isSitting" | "isHidden">;

/**
 * Lets one's own avatar be seen past whatever stands between it and the camera: that fades, dither by
 * dither, in the shader. Nothing is sorted, drawn twice or allocated for it, and shadows stay.
 */
export class SeeThrough {
  /** In the camera's axes: where the own middle is, how deep; then half the height to keep clear. */
  readonly #view = { value: new Vector4() };
  /** In the room: where the own body stands. */
  readonly #place = { value: new Vector4() };

  /** What furniture and lamps are made of: a hole with a soft edge, before the own body only. */
  addTo(material: Material): void {
    this.#extend(material, "seen", (shader) => {
      shader.vertexShader = shader.vertexShader
        .replace("#include <common>", "#include <common>\nvarying vec3 vSeen;")
        .replace("#include <project_vertex>", "#include <project_vertex>\nvSeen = mvPosition.xyz;");
      shader.fragmentShader = shader.fragmentShader
        .replace("#include <common>", `#include <common>\nvarying vec3 vSeen;${PARS}`)
        .replace(
          "#include <clipping_planes_fragment>",
          `#include <clipping_planes_fragment>
if (ownView.w > 0. && vSeen.z > -ownView.z) {
  float seenScale = -ownView.z / min(vSeen.z, -.01);
  vec2 seenAside = (vSeen.xy * seenScale - ownView.xy) / vec2(${glsl(CLEARED_HALF_M)}, ownView.w);
  float seenBefore = smoothstep(.35, .8, ownView.z + vSeen.z);
  float seenKept = 1. - seenBefore * (1. - smoothstep(.72, 1.12, length(seenAside)));
  ${DITHER}
}`,
        );
    });
  }

  /** What people are made of, in instances: who stands before the own body fades as a whole. */
  addToBodies(material: Material): void {
    this.#extend(material, "seen-body", (shader) => {
      shader.vertexShader = shader.vertexShader
        .replace("#include <common>", `#include <common>\nvarying float vKept;${PARS}`)
        .replace(
          "#include <project_vertex>",
          `#include <project_vertex>
vKept = 1.;
if (ownView.w > 0.) {
  vec4 seenAt = modelMatrix * instanceMatrix[3];
  vec3 seenEye = (viewMatrix * seenAt).xyz;
  float seenScale = -ownView.z / min(seenEye.z, -.01);
  vec2 seenReach = vec2(.45, ownView.w) + vec2(.45, .8) * seenScale;
  vec2 seenAside = abs(seenEye.xy * seenScale - ownView.xy) / seenReach;
  float seenBefore = smoothstep(.3, .6, ownView.z + seenEye.z) *
    smoothstep(.45, .7, distance(seenAt.xz, ownPlace.xz));
  vKept = 1. - .86 * seenBefore * (1. - smoothstep(.7, 1.1, max(seenAside.x, seenAside.y)));
}`,
        );
      shader.fragmentShader = shader.fragmentShader
        .replace("#include <common>", "#include <common>\nvarying float vKept;")
        .replace(
          "#include <clipping_planes_fragment>",
          `#include <clipping_planes_fragment>
if (vKept < .999) {
  float seenKept = vKept;
  ${DITHER}
}`,
        );
    });
  }

  /** See this body, or nobody in particular; the camera's matrices are up to date. */
  follow(camera: Camera, own: OwnBody | null): void {
    if (own === null || own.isHidden) {
      this.#view.value.w = NOBODY;
      return;
    }
    const { x, z } = own.pose;
    const y = own.y + (own.isSitting ? SITTING_MIDDLE_M : STANDING_MIDDLE_M);
    const view = camera.matrixWorldInverse.elements;
    const right = view[0] * x + view[4] * y + view[8] * z + view[12];
    const up = view[1] * x + view[5] * y + view[9] * z + view[13];
    const depth = -(view[2] * x + view[6] * y + view[10] * z + view[14]);
    // How upright a body is in the picture: the camera's up against the room's.
    const upright = Math.abs(view[5]);
    this.#view.value.set(right, up, depth, HALF_FLAT_M + (HALF_TALL_M - HALF_FLAT_M) * upright);
    this.#place.value.set(x, y, z, 0);
  }

  /** On top of what the material's shader has already. */
  #extend(
    material: Material,
    name: string,
    change: (shader: WebGLProgramParametersWithUniforms) => void,
  ): void {
    const before = material.onBeforeCompile.bind(material);
    const key = material.customProgramCacheKey();
    material.onBeforeCompile = (shader, renderer) => {
      before(shader, renderer);
      shader.uniforms["ownView"] = this.#view;
      shader.uniforms["ownPlace"] = this.#place;
      change(shader);
    };
    material.customProgramCacheKey = () => `${key} ${name}`;
  }
}

/** A number as a shader wants it: never without a point. */
function glsl(value: number): string {
  return Number.isInteger(value) ? `${value}.` : String(value);
}
