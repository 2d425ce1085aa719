import { WALK_SPEED_MPS } from "../src/motion/OwnMotion";
import type { Figures } from "./figures";

/** One way of drawing under one network. */
export interface Row {
  readonly name: string;
  readonly figures: Figures;
}

/** Every way of drawing over the same traces; ours is the last row. */
export interface Table {
  readonly title: string;
  readonly rows: readonly Row[];
}

interface Column {
  readonly title: string;
  readonly of: (figures: Figures) => number;
  readonly decimals: number;
}

const COLUMNS: readonly Column[] = [
  { title: "lag ms", of: (one) => one.lagMs, decimals: 0 },
  { title: "RMS error m", of: (one) => one.rmsErrorM, decimals: 3 },
  { title: "p99.9 speed m/s", of: (one) => one.speedP999Mps, decimals: 1 },
  { title: "stalled %", of: (one) => one.stalledPercent, decimals: 2 },
  { title: "velocity change m/s", of: (one) => one.velocityChangeMps, decimals: 3 },
  { title: "frames mid-teleport", of: (one) => one.framesOnTheWay, decimals: 1 },
];
/** A smaller difference is a tie: another seed may turn it round. */
const TIE = 0.1;

/** What has to hold of ours under network B, in the order of the figures. */
export const GATES = {
  lagMs: 340,
  rmsErrorM: 0.05,
  speedP999Mps: 1.5 * WALK_SPEED_MPS,
  stalledPercent: 0.1,
  velocityChangeMps: 0.13,
} as const;

/** The longest lag of ours on a line without jitter, 60 ms of it the way. */
export const CLEAN_LAG_MS = 175;

/** As Markdown. */
export function print({ title, rows }: Table): string {
  const head = ["", ...COLUMNS.map((column) => column.title)];
  const body = rows.map(({ name, figures }) => [
    name,
    ...COLUMNS.map(({ of, decimals }) => of(figures).toFixed(decimals)),
  ]);
  const rule = head.map((_, index) => (index === 0 ? "---" : "---:"));
  const width = Math.max(...body.map(([name]) => name!.length));
  const lines = [head, rule, ...body].map(
    ([name, ...cells]) =>
      `| ${[name!.padEnd(width), ...cells.map((cell, at) => cell.padStart(head[at + 1]!.length))].join(" | ")} |`,
  );
  return [`### ${title}`, "", ...lines].join("\n");
}

/** What does not hold of ours, a sentence each; empty where every gate is met. */
export function failures({ rows }: Table): string[] {
  const ours = rows.at(-1)!.figures;
  const bounds = (Object.keys(GATES) as (keyof typeof GATES)[])
    .filter((key) => !(ours[key] <= GATES[key]))
    .map((key) => `${key} is ${ours[key]}, over ${GATES[key]}`);
  const rivals = rows
    .slice(0, -1)
    .flatMap(({ name, figures }) =>
      (["stalledPercent", "velocityChangeMps"] as const)
        .filter((key) => !(ours[key] < figures[key]))
        .map((key) => `${key} is ${ours[key]}, not below the ${figures[key]} of ${name}`),
    );
  return [...bounds, ...rivals];
}

/** That ours is later than it may be on a clean line; empty where it is not. */
export function lateness({ title, rows }: Table): string[] {
  const { lagMs } = rows.at(-1)!.figures;
  return lagMs <= CLEAN_LAG_MS ? [] : [`${title}: lagMs is ${lagMs}, over ${CLEAN_LAG_MS}`];
}

/** Who, at our lag, stalls less or changes velocity no more than ours, a sentence each. */
export function losses({ title, rows }: Table): string[] {
  const ours = rows.at(-1)!.figures;
  return rows
    .slice(0, -1)
    .flatMap(({ name, figures }) => [
      ...(ours.stalledPercent <= figures.stalledPercent
        ? []
        : [
            `${title}: stalledPercent is ${ours.stalledPercent}, over the ${figures.stalledPercent} of ${name}`,
          ]),
      ...(ours.velocityChangeMps < figures.velocityChangeMps
        ? []
        : [`${title}: velocityChangeMps is ${ours.velocityChangeMps}, not below ${name}'s`]),
    ]);
}

/** Where somebody else is better than ours by more than a tie, a sentence a figure. */
export function shortcomings({ title, rows }: Table): string[] {
  const ours = rows.at(-1)!.figures;
  return COLUMNS.flatMap(({ title: figure, of, decimals }) => {
    const better = rows.slice(0, -1).filter((row) => of(row.figures) < of(ours) * (1 - TIE));
    if (better.length === 0) return [];
    const list = better.map((row) => `${row.name} ${of(row.figures).toFixed(decimals)}`);
    return [`${title}, ${figure}: ours ${of(ours).toFixed(decimals)}; ${list.join(", ")}`];
  });
}
