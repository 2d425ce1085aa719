import { DirectionalLight, HemisphereLight } from "three";

/** The room's one live light, from the front left. */
export function keyLight(): DirectionalLight {
  const light = new DirectionalLight(0xffd9ae, 1.15);
  light.position.set(-6, 11, 7);
  light.target.position.set(0.5, 0, 0);
  return light;
}

/** Dusk from above, warm wood from below. */
export function skyLight(): HemisphereLight {
  return new HemisphereLight(0x9aa8e0, 0x84583a, 0.95);
}
