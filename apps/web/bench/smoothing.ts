import { OTHERS, ours } from "./adapters";
import { film, measure } from "./figures";
import { generate } from "./generate";
import { NETWORKS } from "./network";
for (const network of NETWORKS) {
  const traces = [1, 2, 3, 4].map((s) => generate(network, s));
  for (const a of [...OTHERS, ours]) {
    const f = measure(traces.map((t) => film(a, t)));
    console.log(network.name, a.name.padEnd(36), f.lagMs, f.rmsErrorM.toFixed(3), f.speedP999Mps.toFixed(1), f.stalledPercent.toFixed(2), f.velocityChangeMps.toFixed(3));
  }
}
