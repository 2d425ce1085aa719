/**
 * Record movers in the lobby of a running server: `npm run bench:record -- URL [NAME…]`.
 *
 * The server must be of this machine and without limits by address:
 * `VIRTUBAR_ADDRESS_LIMITS=off virtubar serve`.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import type { AvatarTransformBroadcastPayload } from "../src/net/realtime/types";
import { Leg, NETWORKS, type NetworkPlan } from "./network";
import { pack, type Recording } from "./packing";
import { Random } from "./random";
import { Guest, nowMs } from "./recording/Guest";
import { RecordedMover } from "./recording/RecordedMover";
import type { Arrival, Trace } from "./trace";

const MOVERS = 2;
const SECONDS = 40;

interface Plan {
  readonly name: string;
  /** Other guests, who walk. */
  readonly crowd: number;
  /** What is added to the way through this machine; null adds nothing. */
  readonly network: string | null;
}

const PLANS: readonly Plan[] = [
  { name: "quiet", crowd: 0, network: null },
  { name: "crowd", crowd: 100, network: null },
  { name: "crowd-b", crowd: 100, network: "B" },
  { name: "crowd-c", crowd: 100, network: "C" },
];
const NOTHING_ADDED: NetworkPlan = { name: "", delayMs: 0, jitterMs: 0, coalesced: 0, stalls: 0 };

async function record(url: string, plan: Plan, seed: number): Promise<Recording> {
  const crowd = plan.crowd > 0 ? await invite(url, plan.crowd) : null;
  const network = NETWORKS.find((one) => one.name === plan.network) ?? NOTHING_ADDED;
  const downlink = new Leg(network, new Random(seed));
  const arrivals = new Map<string, Arrival[]>();
  let updates = 0;
  const observer = await Guest.enter(url, "Observer", ({ t, ts, payload }, arrivalMs) => {
    if (t !== "avatar_transform_broadcast") return;
    updates += 1;
    const list = arrivals.get(payload.userId);
    list?.push(arrivalOf(payload, ts, downlink.deliver(arrivalMs)));
  });
  const movers: RecordedMover[] = [];
  for (let index = 0; index < MOVERS; index++) {
    const guest = await Guest.enter(url, `Mover ${index}`, () => undefined);
    // Movers see nobody: this process has enough to do with what the observer sees.
    guest.send("presence", { visible: false });
    arrivals.set(guest.userId, []);
    movers.push(new RecordedMover(guest, network, new Random(seed + 1 + index)));
  }
  updates = 0;
  const untilMs = nowMs() + SECONDS * 1000;
  await Promise.all(movers.map((mover) => mover.play(untilMs)));
  const perSecond = Math.round(updates / SECONDS);
  observer.leave();
  crowd?.stdin?.end();
  const members = movers.map((one) => pack(traceOf(one, arrivals.get(one.userId)!), one.sentMs));
  const about = `${describe(plan, network, perSecond)} ${describeLateness([...arrivals.values()])}`;
  return { about, members };
}

function traceOf({ mover }: RecordedMover, arrivals: readonly Arrival[]): Trace {
  return { truth: mover.truth, arrivals };
}

function arrivalOf(
  { x, z, rotY, anim }: AvatarTransformBroadcastPayload,
  ts: number,
  arrivalMs: number,
): Arrival {
  return { arrivalMs, ts, x, z, rotY, anim };
}

function describe(plan: Plan, network: NetworkPlan, perSecond: number): string {
  const added =
    plan.network === null
      ? "nothing is added to the way through one machine"
      : `the delays of network ${network.name} are added in the recorder, half on either way`;
  return (
    `${MOVERS} movers in a room with ${plan.crowd} others who walk, as one observer got them: ` +
    `${perSecond} updates a second from the real server; ${added}.`
  );
}

/** How late transforms came, less the least late one. */
function describeLateness(members: readonly Arrival[][]): string {
  const delays = members.flat().map(({ arrivalMs, ts }) => arrivalMs - ts);
  const ordered = delays.toSorted((a, b) => a - b).map((delay) => delay - Math.min(...delays));
  const [p50, p95, most] = [0.5, 0.95, 1].map((share) =>
    Math.round(ordered[Math.ceil(share * ordered.length) - 1]!),
  );
  return `Half came up to ${p50} ms late, 95 % up to ${p95} ms, the latest ${most} ms.`;
}

/** The crowd's process, once everybody is in. */
async function invite(url: string, count: number): Promise<ChildProcess> {
  const words = ["scripts/run.mjs", "bench/recording/crowd.ts", url, String(count)];
  const crowd = spawn(process.execPath, words, { stdio: ["pipe", "pipe", "inherit"] });
  await new Promise((resolve, reject) => {
    crowd.stdout.once("data", resolve);
    crowd.once("exit", () => reject(new Error("The crowd did not come.")));
  });
  return crowd;
}

const [url = "http://127.0.0.1:8000", ...names] = process.argv.slice(2);
for (const [index, plan] of PLANS.entries()) {
  if (names.length > 0 && !names.includes(plan.name)) continue;
  const recording = await record(url, plan, 100 * (index + 1));
  console.log(`${plan.name}: ${recording.about}`);
  writeFileSync(`bench/traces/${plan.name}.json`, `${JSON.stringify(recording)}\n`);
}
process.exit(0);
