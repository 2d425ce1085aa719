import { describe, expect, it } from "vitest";
import clientInvalid from "../../../../../wire/vectors/client-invalid.json";
import clientValid from "../../../../../wire/vectors/client-valid.json";
import serverInvalid from "../../../../../wire/vectors/server-invalid.json";
import serverValid from "../../../../../wire/vectors/server-valid.json";
import { decodeServer, encodeClient } from "./codec";
import { CLIENT_CHECKS } from "./generated/checks";
import type { ClientEventName, ClientPayloads } from "./types";

/** One case of wire/vectors, whose README.md describes the format. */
interface Vector<Expectation> {
  readonly name: string;
  readonly message?: string;
  readonly repeat?: { before: string; unit: string; times: number; after: string };
  readonly base64?: string;
  readonly binary?: boolean;
  readonly by?: string;
  readonly expect: Expectation;
}
type Valid = Vector<{ event: string; ts: number; payload: Record<string, unknown> }>;
type Invalid = Vector<{ code?: string; event?: string | null; close?: number }>;

// Imported JSON has a type of its own for each case; what is the same in all is this.
const VALID_FOR_SERVERS = clientValid as unknown as readonly Valid[];
const INVALID_FOR_SERVERS = clientInvalid as unknown as readonly Invalid[];
const VALID = serverValid as unknown as readonly Valid[];
const INVALID = serverInvalid as unknown as readonly Invalid[];

function textOf({ message, repeat }: Vector<unknown>): string {
  if (repeat === undefined) return message ?? "";
  return repeat.before + repeat.unit.repeat(repeat.times) + repeat.after;
}

/** Those fields of a decoded payload that the vector speaks of: unknown ones are ignored (§2). */
function shown(payload: object, expected: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(payload).filter(([name]) => name in expected));
}

/** JSON has a negative zero, which is as good as zero. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}

describe("decodeServer", () => {
  it.each(VALID)("reads $name", (vector) => {
    const { event } = decodeServer(textOf(vector));
    expect(event?.t).toBe(vector.expect.event);
    expect(event?.ts).toBe(vector.expect.ts);
    expect(plain(shown(event!.payload, vector.expect.payload))).toEqual(plain(vector.expect.payload));
  });

  it.each(INVALID)("refuses $name", (vector) => {
    expect(decodeServer(textOf(vector)).refusal).toEqual(vector.expect);
  });

  it("takes the names of an object's own methods for unknown events", () => {
    const message = '{"v":1,"t":"constructor","ts":1,"payload":{}}';
    expect(decodeServer(message).refusal).toEqual({ code: "unknown_event", event: "constructor" });
  });
});

describe("encodeClient", () => {
  it.each(VALID_FOR_SERVERS)("writes $name as the vector has it", (vector) => {
    const { event, ts, payload } = vector.expect;
    expect(CLIENT_CHECKS[event as ClientEventName](payload)).toBe(true);
    const written = encodeClient(
      event as ClientEventName,
      payload as unknown as ClientPayloads[ClientEventName],
      ts,
    );
    expect(JSON.parse(written)).toEqual(plain({ v: 1, t: event, ts, payload }));
  });

  it("rounds ts, which has to be an integer", () => {
    const written = encodeClient("presence", { visible: true }, 1_710_000_000_000.6);
    expect(JSON.parse(written)).toMatchObject({ ts: 1_710_000_000_001 });
  });
});

describe("CLIENT_CHECKS", () => {
  /** JSON.parse makes 1.0 and 1e0 the integer 1, so only a server can see that they were none. */
  const wholeNumbers = ["transform-seq-whole-as-fraction", "transform-seq-exponent"];
  const refused = INVALID_FOR_SERVERS.filter(
    ({ name, by, expect: { code } }) =>
      (by ?? "codec") === "codec" && code === "invalid_payload" && !wholeNumbers.includes(name),
  );

  it("has cases to refuse", () => {
    expect(refused.length).toBeGreaterThan(50);
  });

  it.each(refused)("refuses $name", (vector) => {
    const { t, payload } = JSON.parse(textOf(vector)) as { t: ClientEventName; payload: unknown };
    expect(CLIENT_CHECKS[t](payload)).toBe(false);
  });
});
