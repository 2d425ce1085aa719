/** The bar's floor plan: the server's own file, which the build takes in. */
import plan from "../../../../src/virtubar/venue/data/bar.json" with { type: "json" };
import type { Venue } from "./Venue";

export const BAR: Venue = plan;
