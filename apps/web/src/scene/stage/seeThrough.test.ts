import {
  MeshBasicMaterial,
  MeshLambertMaterial,
  MeshStandardMaterial,
  ShaderLib,
  type IUniform,
  type Material,
  type Vector4,
  type WebGLProgramParametersWithUniforms,
  type WebGLRenderer,
} from "three";
import { describe, expect, it } from "vitest";
import { makePose } from "../../motion/Pose";
import { CameraRig } from "../CameraRig";
import { SeeThrough } from "./seeThrough";

/** What three.js compiles of a material. */
function compiled(material: Material, lib: "basic" | "lambert" | "standard") {
  const { vertexShader, fragmentShader } = ShaderLib[lib];
  const uniforms: Record<string, IUniform> = {};
  const shader = { vertexShader, fragmentShader, uniforms };
  material.onBeforeCompile(shader as WebGLProgramParametersWithUniforms, null as unknown as WebGLRenderer);
  return shader;
}

/** A camera behind somebody at (x, z), up to 1.2 rad over them. */
function behind(x: number, z: number, pitch = 0.25) {
  const rig = new CameraRig();
  rig.isCalm = true;
  rig.pitch = pitch;
  rig.jump(x, 0, z);
  rig.update(x, 0, z, 1);
  return rig.camera;
}

function body(x: number, z: number, isHidden = false) {
  return { pose: { ...makePose(), x, z }, y: 0, isSitting: false, isHidden };
}

describe("SeeThrough", () => {
  it.each([
    ["basic", new MeshBasicMaterial()],
    ["lambert", new MeshLambertMaterial()],
    ["standard", new MeshStandardMaterial()],
  ] as const)("finds its places in the %s shader, and keeps what was changed before", (lib, material) => {
    material.onBeforeCompile = (shader) => {
      shader.fragmentShader = `// before\n${shader.fragmentShader}`;
    };
    new SeeThrough().addTo(material);
    const { vertexShader, fragmentShader } = compiled(material, lib);
    expect(vertexShader).toContain("vSeen = mvPosition.xyz;");
    expect(fragmentShader).toContain("// before");
    expect(fragmentShader).toContain("uniform vec4 ownView;");
    expect(fragmentShader).toContain("discard;");
  });

  it("fades bodies as wholes, in a shader of their own", () => {
    const [things, bodies] = [new MeshLambertMaterial(), new MeshLambertMaterial()];
    const seeThrough = new SeeThrough();
    seeThrough.addTo(things);
    seeThrough.addToBodies(bodies);
    const { vertexShader, fragmentShader } = compiled(bodies, "lambert");
    expect(vertexShader).toContain("instanceMatrix[3]");
    expect(fragmentShader).toContain("discard;");
    expect(bodies.customProgramCacheKey()).not.toBe(things.customProgramCacheKey());
  });

  it("follows the own body in the camera's axes, and a low one seen from above", () => {
    const seeThrough = new SeeThrough();
    const material = new MeshLambertMaterial();
    seeThrough.addTo(material);
    const { uniforms } = compiled(material, "lambert");
    const view = uniforms["ownView"]!.value as Vector4;
    seeThrough.follow(behind(1, 3), body(1, 3));
    expect(view.x).toBeCloseTo(0);
    expect(view.z).toBeGreaterThan(4);
    const upright = view.w;
    seeThrough.follow(behind(1, 3, 1.2), body(1, 3));
    expect(view.w).toBeLessThan(upright);
    expect(view.w).toBeGreaterThan(0);
  });

  it.each([
    ["nobody", null],
    ["a body that the camera is in", body(1, 3, true)],
  ])("fades nothing for %s", (_whom, own) => {
    const seeThrough = new SeeThrough();
    const material = new MeshLambertMaterial();
    seeThrough.addTo(material);
    const { uniforms } = compiled(material, "lambert");
    seeThrough.follow(behind(1, 3), body(1, 3));
    seeThrough.follow(behind(1, 3), own);
    expect((uniforms["ownView"]!.value as Vector4).w).toBe(0);
  });
});
