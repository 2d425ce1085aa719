import { beforeEach, expect, it } from "vitest";
import { AWAITED_MAX, EchoLedger, type Correction } from "./EchoLedger";
import { makePose, type Pose } from "./Pose";

let ledger: EchoLedger;
let rest: Correction;

function poseAt(x: number): Pose {
  return { ...makePose(), x };
}

beforeEach(() => {
  ledger = new EchoLedger();
  rest = { x: 0, y: 0, z: 0, rotY: 0 };
});

it("answers by how much the echo differs", () => {
  ledger.sent(4, poseAt(1));
  expect(ledger.echo(4, 1.5, 0.25, -1, 0.5, rest)).toBe(true);
  expect(rest).toEqual({ x: 0.5, y: 0.25, z: -1, rotY: 0.5 });
});

it("takes a millimetre of rounding for no difference", () => {
  ledger.sent(4, poseAt(1));
  ledger.echo(4, 1.0005, 0.0005, 0, 0.0005, rest);
  expect(rest).toEqual({ x: 0, y: 0, z: 0, rotY: 0 });
});

it("leaves out what has been made up for since", () => {
  ledger.sent(4, poseAt(1));
  ledger.applied({ x: 1, y: 0, z: 0, rotY: 0 }, 0.75);
  ledger.echo(4, 2, 0, 0, 0, rest);
  expect(rest.x).toBeCloseTo(0.25);
});

it("knows that a pose sent since has it in it", () => {
  ledger.applied({ x: 1, y: 0, z: 0, rotY: 0 }, 0.75);
  ledger.sent(4, poseAt(0.75));
  ledger.echo(4, 1, 0, 0, 0, rest);
  expect(rest.x).toBeCloseTo(0.25);
});

it("knows nothing of what was never sent, was compared, cleared, or sent too long ago", () => {
  for (const seq of [0, 1, 2]) ledger.sent(seq, poseAt(0));
  ledger.sent(AWAITED_MAX, poseAt(0));
  ledger.echo(1, 0, 0, 0, 0, rest);
  expect(ledger.echo(0, 9, 0, 0, 0, rest)).toBe(false);
  expect(ledger.echo(1, 9, 0, 0, 0, rest)).toBe(false);
  expect(ledger.echo(77, 9, 0, 0, 0, rest)).toBe(false);
  ledger.clear();
  expect(ledger.echo(2, 9, 0, 0, 0, rest)).toBe(false);
  expect(rest.x).toBe(0);
});
