import { describe, expect, it } from "vitest";
import { ApiError } from "../../api/http";
import { settle } from "../../testing/ManualEnvironment";
import { Poller, type PollEnvironment } from "./Poller";
import { nextDelayMs } from "./pollPolicy";

const PERIOD_MS = 300;

/** A page whose clock and visibility are the test's. */
class ManualPage implements PollEnvironment {
  isPageHidden = false;
  #nowMs = 0;
  #timers: { atMs: number; act: () => void }[] = [];
  #onVisibility: () => void = () => undefined;

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, act: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, act };
    this.#timers.push(timer);
    return () => (this.#timers = this.#timers.filter((one) => one !== timer));
  }

  isHidden(): boolean {
    return this.isPageHidden;
  }

  onVisibility(act: () => void): () => void {
    this.#onVisibility = act;
    return () => (this.#onVisibility = () => undefined);
  }

  hide(isHidden: boolean): void {
    this.isPageHidden = isHidden;
    this.#onVisibility();
  }

  async pass(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    for (;;) {
      const next = this.#timers.filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((one) => one !== next);
      this.#nowMs = next.atMs;
      next.act();
      await settle();
    }
    this.#nowMs = endMs;
  }
}

/** A poller that asks a server of the test's. */
async function asking(answer: () => boolean | ApiError) {
  const page = new ManualPage();
  const askedMs: number[] = [];
  const poller = new Poller(
    () => {
      askedMs.push(page.now());
      const given = answer();
      return typeof given === "boolean" ? Promise.resolve(given) : Promise.reject(given);
    },
    PERIOD_MS,
    page,
  );
  const stop = poller.start();
  await settle();
  return { page, poller, askedMs, stop };
}

const DOWN = new ApiError(0, "unreachable", "No answer.");

describe("nextDelayMs", () => {
  it("keeps its pace while there are answers, and slows down where there is nothing to see", () => {
    expect(nextDelayMs({ type: "answered" }, PERIOD_MS)).toBe(300);
    expect(nextDelayMs({ type: "idle" }, PERIOD_MS)).toBe(2_400);
    expect(nextDelayMs({ type: "refused" }, PERIOD_MS)).toBeNull();
  });

  it("doubles with every failure up to fifteen seconds, and heeds what the server asks for", () => {
    const delays = [1, 2, 3, 4, 5, 6].map((failures) =>
      nextDelayMs({ type: "failed", failures, retryAfterMs: null }, PERIOD_MS),
    );
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
    expect(nextDelayMs({ type: "failed", failures: 1, retryAfterMs: 60_000 }, PERIOD_MS)).toBe(60_000);
  });
});

describe("Poller", () => {
  it("asks at once, and then at its pace, until it is stopped", async () => {
    const { page, poller, askedMs, stop } = await asking(() => true);
    await page.pass(650);
    expect(askedMs).toEqual([0, 300, 600]);
    expect(poller.state.value).toEqual({ type: "good" });
    stop();
    await page.pass(5_000);
    expect(askedMs).toHaveLength(3);
  });

  it("backs off while the server is away, says so, and is back at its pace at the first answer", async () => {
    let isUp = false;
    const { page, poller, askedMs } = await asking(() => (isUp ? true : DOWN));
    await page.pass(3_500);
    expect(askedMs).toEqual([0, 1_000, 3_000]);
    expect(poller.state.value).toMatchObject({ type: "failing", failures: 3, nextMs: 7_000 });
    isUp = true;
    await page.pass(3_900);
    expect(askedMs).toEqual([0, 1_000, 3_000, 7_000, 7_300]);
    expect(poller.state.value).toEqual({ type: "good" });
  });

  it("asks no more once the server has said no", async () => {
    const { page, poller, askedMs } = await asking(() => new ApiError(403, "forbidden", "No."));
    await page.pass(60_000);
    expect(askedMs).toEqual([0]);
    expect(poller.state.value).toMatchObject({ type: "refused" });
  });

  it("rests while the page is hidden, and asks at once when it is seen again", async () => {
    const { page, askedMs } = await asking(() => true);
    page.hide(true);
    await page.pass(60_000);
    expect(askedMs).toEqual([0]);
    page.hide(false);
    await settle();
    expect(askedMs).toEqual([0, 60_000]);
  });

  it("does not begin while nobody looks, even where it is told to ask now", async () => {
    const { page, poller, askedMs } = await asking(() => true);
    page.hide(true);
    poller.now();
    await page.pass(1_000);
    expect(askedMs).toEqual([0]);
  });

  it("throws away an answer that nobody waits for", async () => {
    const page = new ManualPage();
    let answer: (hasSeen: boolean) => void = () => undefined;
    const poller = new Poller(() => new Promise((resolve) => (answer = resolve)), PERIOD_MS, page);
    poller.start()();
    answer(true);
    await settle();
    expect(poller.state.value).toEqual({ type: "starting" });
  });
});
