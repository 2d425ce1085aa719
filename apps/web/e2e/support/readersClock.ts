import type { BrowserContext } from "@playwright/test";

/** From the next page on, the computer's clock is fast by so much. */
export async function setClockFast(context: BrowserContext, fastMs: number): Promise<void> {
  await context.addInitScript((ms) => {
    const { now } = Date;
    Date.now = () => now() + ms;
    const { timeOrigin } = performance;
    Object.defineProperty(performance, "timeOrigin", { get: () => timeOrigin + ms });
  }, fastMs);
}
