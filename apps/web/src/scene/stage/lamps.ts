/**
 * Where the bar's light comes from, and how much of it reaches a point: baked once, when the bar is
 * built, into vertices, the floor's light map and the avatars' probe. Colours are linear. Pure.
 */
import { COUNTER, DANCE_FLOOR, TABLE_HEIGHT_M, TABLES } from "../layout";

export interface Lamp {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  /** Beyond it nothing of the lamp is seen, metres. */
  readonly reachM: number;
}

export interface Light {
  red: number;
  green: number;
  blue: number;
}

type Colour = readonly [red: number, green: number, blue: number];

const WARM: Colour = [1, 0.58, 0.24];
const SOFT: Colour = [1, 0.68, 0.36];
const DUSK: Colour = [0.28, 0.42, 0.95];
const CORAL: Colour = [1, 0.24, 0.18];
const PARTY: Colour = [0.75, 0.3, 1];

function lamp(x: number, y: number, z: number, colour: Colour, power: number, reachM: number): Lamp {
  const [red, green, blue] = colour;
  return { x, y, z, red: red * power, green: green * power, blue: blue * power, reachM };
}

export const PENDANT_Y_M = 2.55;
/** Over the counter. */
export const COUNTER_PENDANTS_X: readonly number[] = [-5.6, -2.8, 0, 2.8, 5.6];
export const COUNTER_PENDANT_Z = -5.75;
/** Big shades over the floor between the tables. */
export const SHADES: readonly { x: number; z: number }[] = [
  { x: -7, z: 1.2 },
  { x: -7.2, z: 5 },
  { x: -3, z: 1.6 },
  { x: 1.4, z: 1.2 },
  { x: 1.2, z: 5.2 },
  { x: 7, z: -3.2 },
];
export const SHADE_Y_M = 2.95;
/** Small lamps on the walls: where, and which way they face. */
export const SCONCES: readonly { x: number; z: number; turnY: number }[] = [
  ...[-9.4, -5.6, 5.6, 9.4].map((x) => ({ x, z: 7.95, turnY: Math.PI })),
  ...[-2.3, 2.3, 6.9].flatMap((z) => [
    { x: -11.95, z, turnY: Math.PI / 2 },
    { x: 11.95, z, turnY: -Math.PI / 2 },
  ]),
  ...[-2.55, 2.55].map((x) => ({ x, z: 9.6, turnY: x < 0 ? Math.PI / 2 : -Math.PI / 2 })),
];
export const SCONCE_Y_M = 2.15;
export const WINDOWS_Z: readonly number[] = [-4.6, 0, 4.6];

export const LAMPS: readonly Lamp[] = [
  ...COUNTER_PENDANTS_X.map((x) => lamp(x, PENDANT_Y_M - 0.1, COUNTER_PENDANT_Z, WARM, 3.4, 6)),
  ...SHADES.map(({ x, z }) => lamp(x, SHADE_Y_M - 0.1, z, WARM, 5.2, 8)),
  ...TABLES.map(({ x, z }) => lamp(x, TABLE_HEIGHT_M + 0.32, z, SOFT, 0.95, 3.2)),
  ...[-5, -2.5, 0, 2.5, 5].map((x) => lamp(x, 1.75, -7.25, SOFT, 1.5, 3.6)),
  ...WINDOWS_Z.flatMap((z) => [lamp(-11.6, 2.1, z, DUSK, 2, 5), lamp(11.6, 2.1, z, DUSK, 1.6, 4.5)]),
  ...SCONCES.map(({ x, z, turnY }) => {
    return lamp(x + 0.3 * Math.sin(turnY), SCONCE_Y_M, z + 0.3 * Math.cos(turnY), WARM, 1.15, 3.4);
  }),
  lamp(0, 3.45, -7.1, CORAL, 2.6, 6.5),
  lamp(DANCE_FLOOR.x, 2.6, DANCE_FLOOR.z, PARTY, 2.4, 6),
  lamp(DANCE_FLOOR.x, 0.4, DANCE_FLOOR.z, PARTY, 0.8, 5),
  lamp(0, 2.9, 9.4, WARM, 3, 6),
  lamp(11.2, 1.3, -4.3, CORAL, 1, 3),
  lamp(COUNTER.maxX, 0.5, -5.3, WARM, 0.6, 2.5),
];

/**
 * What reaches (x, y, z) on a surface that looks along (nx, ny, nz); added up into `out`.
 *
 * Light wraps a little around edges, as a room's walls give some of it back.
 */
export function lightAt(
  x: number,
  y: number,
  z: number,
  nx: number,
  ny: number,
  nz: number,
  out: Light,
): Light {
  out.red = out.green = out.blue = 0;
  for (const one of LAMPS) {
    const dx = one.x - x;
    const dy = one.y - y;
    const dz = one.z - z;
    const away = Math.hypot(dx, dy, dz);
    if (away >= one.reachM) continue;
    const facing = away < 1e-6 ? 1 : (dx * nx + dy * ny + dz * nz) / away;
    const wrapped = Math.max(0, 0.25 + 0.75 * facing);
    const window = (1 - (away / one.reachM) ** 2) ** 2;
    const part = (wrapped * window) / (0.6 + away * away * 0.35);
    out.red += one.red * part;
    out.green += one.green * part;
    out.blue += one.blue * part;
  }
  return out;
}
