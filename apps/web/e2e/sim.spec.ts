import { fileURLToPath } from "node:url";
import { preview, type PreviewServer } from "vite";
import { Guest } from "./support/Guest";
import { expect, NO_GRAPHICS, test, withoutGraphics } from "./support/test";

const WEB = fileURLToPath(new URL("..", import.meta.url));
const GUESTS = 12;

let files: PreviewServer;

// Files and nothing else: whatever asks for a room gets no answer.
test.beforeAll(async () => {
  files = await preview({
    root: WEB,
    mode: "served",
    build: { outDir: "../../src/virtubar/web" },
    preview: { port: 0, proxy: {} },
    logLevel: "silent",
  });
});

test.afterAll(async () => {
  await files.close();
});

test("without a server there is a simulated evening", async ({ browser }) => {
  const page = await browser.newPage();
  await page.addInitScript(withoutGraphics);
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  page.on("websocket", (socket) => asked.push(socket.url()));
  const url = files.resolvedUrls?.local[0];
  if (url === undefined) throw new Error("Nothing serves the files.");
  const ada = new Guest(page, url.replace(/\/$/, ""));
  ada.troubles.expect(NO_GRAPHICS);
  await ada.enter("Ada", "&realtime=sim");
  await expect.poll(async () => (await ada.members()).length).toBe(GUESTS + 1);
  await ada.walk(["w"], 0.5);
  await ada.say("Is this real?");
  await expect(ada.line("Is this real?")).toBeVisible();
  expect(asked.filter((path) => path.includes("/rooms") || path.includes("/ws"))).toEqual([]);
  await page.close();
  expect(ada.troubles.unexpected).toEqual([]);
});
