import { distance, SAME_PLACE_M, type Guest } from "./Guest";
import { expect } from "./test";

/** Two pages draw somebody at the same place. */
export async function expectAgreement(walker: Guest, watcher: Guest, name: string): Promise<void> {
  const own = await walker.rest();
  await expect
    .poll(async () => {
      const drawn = await watcher.sees(name);
      return drawn === null ? Infinity : distance(own, drawn);
    })
    .toBeLessThan(SAME_PLACE_M);
}
