import { describe, expect, it } from "vitest";
import { parseSimOptions, SIM_DEFAULTS } from "./options";

describe("parseSimOptions", () => {
  it("reads what the page's address says", () => {
    const options = parseSimOptions("latency:150,jitter:60, loss:0.03 ,guests:12,seed:7");
    expect(options).toEqual({ ...SIM_DEFAULTS, latency: 150, jitter: 60, loss: 0.03, guests: 12, seed: 7 });
  });

  it("keeps to its bounds, and passes over what makes no sense", () => {
    const options = parseSimOptions("guests:100000,latency:-5,loss:2,jitter:much,toString:1,,:");
    expect(options).toEqual({ ...SIM_DEFAULTS, guests: 300, latency: 0, loss: 1 });
    expect(parseSimOptions("")).toEqual(SIM_DEFAULTS);
  });

  it("counts guests in whole ones", () => {
    expect(parseSimOptions("guests:7.6").guests).toBe(8);
  });
});
