/**
 * How well remote avatars are drawn, ours beside others: `npm run bench:smoothing`.
 *
 * Exits with 1 where ours does not hold what bench/README.md promises.
 */
import { readdirSync, readFileSync } from "node:fs";
import { DELAYED, OTHERS, ours } from "./adapters";
import { atLag } from "./equalLag";
import { film, measure } from "./figures";
import { generate, TRACE_MS } from "./generate";
import { NETWORKS } from "./network";
import { unpack, type Recording } from "./packing";
import { failures, lateness, losses, print, shortcomings, type Table } from "./report";
import { seldom } from "./seldom";
import type { Trace } from "./trace";

const SEEDS = [1, 2, 3, 4];
const GATED = "B";
const CLEAN = "A";
/** How often a crowd is told of those in the middle distance, and of the far. */
const SELDOM_HZ = [3, 0.5];
/** Whoever is told of every two seconds is drawn later than that over a bad line. */
const SELDOM_LAG_MAX_MS = 4_000;
const RECORDINGS = "bench/traces";

function compare(title: string, traces: readonly Trace[], lagMaxMs?: number): Table {
  const rows = [...OTHERS, ours].map((adapter) => ({
    name: adapter.name,
    figures: measure(
      traces.map((trace) => film(adapter, trace, lagMaxMs)),
      lagMaxMs,
    ),
  }));
  return { title, rows };
}

/** The same beside those who can be set to the lag that ours has. */
function compareAtOurLag({ title, rows }: Table, traces: readonly Trace[]): Table {
  const own = rows.at(-1)!;
  const others = DELAYED.map((make) => atLag(make, traces, own.figures.lagMs));
  return { title: `${title}, at our lag`, rows: [...others, own] };
}

const generated = NETWORKS.map((network) => {
  const { name, delayMs, jitterMs, coalesced, stalls } = network;
  const line = `${delayMs} ms, σ ${jitterMs} ms, ${100 * coalesced} % late, ${100 * stalls} % stalls`;
  const traces = SEEDS.map((seed) => generate(network, seed));
  const table = compare(`Network ${name}: ${line}`, traces);
  return { name, ...table, atOurLag: compareAtOurLag(table, traces) };
});
const rare = SELDOM_HZ.flatMap((hz) =>
  NETWORKS.map((network) => {
    const traces = SEEDS.map((seed) => seldom(generate(network, seed), 1000 / hz));
    return compare(`Network ${network.name}, told of at ${hz} Hz`, traces, SELDOM_LAG_MAX_MS);
  }),
);
const recorded = readdirSync(RECORDINGS)
  .filter((file) => file.endsWith(".json"))
  .map((file) => {
    const recording = JSON.parse(readFileSync(`${RECORDINGS}/${file}`, "utf8")) as Recording;
    const traces = recording.members.map(unpack);
    const table = compare(`Recorded: ${file}`, traces);
    return { ...table, atOurLag: compareAtOurLag(table, traces), about: recording.about };
  });

console.log(`## Generated: ${SEEDS.length} walks of ${TRACE_MS / 1000} s over each network\n`);
for (const table of generated) console.log(`${print(table)}\n`);
console.log("## Seldom told of, as in a crowd\n");
for (const table of rare) console.log(`${print(table)}\n`);
console.log("## Recorded from the real server\n");
for (const table of recorded) console.log(`${print(table)}\n\n${table.about}\n`);
console.log("## At equal lag\n");
const equal = [...generated, ...recorded].map((table) => table.atOurLag);
for (const table of equal) console.log(`${print(table)}\n`);
console.log("## Where another is better than ours by over a tenth\n");
for (const line of [...generated, ...rare, ...recorded, ...equal].flatMap(shortcomings))
  console.log(`- ${line}`);
const broken = [
  ...failures(generated.find((table) => table.name === GATED)!),
  ...lateness(generated.find((table) => table.name === CLEAN)!),
  ...equal.flatMap(losses),
];
console.log(`\n## Gates on networks ${CLEAN} and ${GATED}, and at equal lag\n`);
console.log(broken.length === 0 ? "All hold." : broken.map((line) => `- FAILED: ${line}`).join("\n"));
process.exitCode = broken.length === 0 ? 0 : 1;
