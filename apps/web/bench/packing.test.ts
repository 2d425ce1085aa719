import { expect, it } from "vitest";
import { generate } from "./generate";
import { NETWORKS } from "./network";
import { pack, unpack } from "./packing";

it("gives back what was packed, to a tenth of a ms and a millimetre", () => {
  const trace = generate(NETWORKS[1]!, 1);
  const packed = pack(trace, [1, 2]);
  const again = unpack(JSON.parse(JSON.stringify(packed)) as typeof packed);
  expect(again.truth.jumpsMs).toHaveLength(trace.truth.jumpsMs.length);
  trace.truth.ms.forEach((ms, index) => {
    expect(Math.abs(again.truth.ms[index]! - ms)).toBeLessThanOrEqual(0.051);
    expect(Math.abs(again.truth.x[index]! - trace.truth.x[index]!)).toBeLessThanOrEqual(0.00051);
  });
  trace.arrivals.forEach(({ arrivalMs, ...rest }, index) => {
    const { arrivalMs: againMs, ...againRest } = again.arrivals[index]!;
    expect(Math.abs(againMs - arrivalMs)).toBeLessThanOrEqual(0.051);
    expect(againRest).toEqual(rest);
  });
  expect(packed.sentMs).toEqual([10, 10]);
});
