import type { WorldStats } from "../src/scene/types";
import { expect, test } from "./support/test";

const BOTS = 30;
/** Of the design's budget. */
const DRAW_CALLS_MAX = 100;
/** Half of a frame at 60 a second, once the rest of the machine leaves time for it: it draws in software. */
const CPU_MS_MAX = 8;

test("thirty bots are drawn within the budget, and move", async ({ server, newGuest, shoot }, info) => {
  const ada = await newGuest({
    isDrawn: true,
    viewport: { width: 1024, height: 640 },
    deviceScaleFactor: 0.5,
  });
  server.sendBots(BOTS);
  await ada.enter("Ada");
  await expect.poll(async () => (await ada.members()).length, { timeout: 30_000 }).toBe(BOTS + 1);
  const before = await ada.members();
  await expect
    .poll(async () => {
      const now = new Map((await ada.members()).map((member) => [member.userId, member]));
      return before.filter(({ userId, x, z }) => {
        const moved = now.get(userId);
        return moved !== undefined && Math.hypot(moved.x - x, moved.z - z) > 0.5;
      }).length;
    })
    .toBeGreaterThan(5);
  await expect.poll(async () => (await ada.stats()).cpuMs).toBeLessThan(CPU_MS_MAX);
  const stats = await ada.stats();
  info.annotations.push({ type: "cost of a frame", description: JSON.stringify(stats) });
  await shoot(ada, "crowd");
  expect(stats.members).toBe(BOTS + 1);
  expect(stats.drawCalls).toBeGreaterThan(0);
  expect(stats.drawCalls).toBeLessThanOrEqual(DRAW_CALLS_MAX);
});

/** More than are drawn in full, and more than names are drawn of. */
const CROWD = 100;
const DETAILED = 64;
const NAMES_MAX = 40;
const FRAMES = 10;

test("in a crowd some are named, oneself always, and the far ones are figures", async ({
  server,
  newGuest,
  shoot,
}) => {
  const ada = await newGuest({
    isDrawn: true,
    viewport: { width: 1024, height: 640 },
    deviceScaleFactor: 1,
    // Names that lose their place are gone at once: what is counted is who has one.
    reducedMotion: "reduce",
  });
  server.sendBots(CROWD);
  await ada.enter("Ada");
  await expect.poll(async () => (await ada.stats()).members, { timeout: 60_000 }).toBe(CROWD + 1);
  await expect.poll(async () => (await ada.stats()).detailed).toBe(DETAILED);
  // Names are painted a few in a frame.
  await expect.poll(async () => (await ada.stats()).names).toBeGreaterThan(5);
  await ada.walk(["w"], 2);
  const frames = await ada.page.evaluate(async (count) => {
    const seen: Pick<WorldStats, "names" | "isOwnNamed" | "detailed">[] = [];
    while (seen.length < count) {
      await new Promise((drawn) => requestAnimationFrame(drawn));
      const { names, isOwnNamed, detailed } = window.__virtubar?.stats() as WorldStats;
      seen.push({ names, isOwnNamed, detailed });
    }
    return seen;
  }, FRAMES);
  await shoot(ada, "crowd-named");
  for (const { names, isOwnNamed, detailed } of frames) {
    expect(names).toBeGreaterThan(1);
    expect(names).toBeLessThanOrEqual(NAMES_MAX);
    expect(isOwnNamed).toBe(true);
    expect(detailed).toBe(DETAILED);
  }
});

const VISITS = 25;

test("fifty who come and go leave nothing behind on the graphics card", async ({ server, newGuest }) => {
  const ada = await newGuest({ isDrawn: true, viewport: { width: 320, height: 240 } });
  await ada.enter("Ada");
  const memory: { geometries: number; textures: number }[] = [];
  // The first crowd brings the shapes that nobody has worn before; they stay for the next.
  for (let round = 0; round < 3; round += 1) {
    server.sendBots(VISITS);
    await expect.poll(async () => (await ada.stats()).members).toBe(VISITS + 1);
    await server.recallBots();
    await expect.poll(async () => (await ada.stats()).members).toBe(1);
    const { geometries, textures } = await ada.stats();
    memory.push({ geometries, textures });
  }
  expect(memory[1]).toEqual(memory[0]);
  expect(memory[2]).toEqual(memory[0]);
});
