/** A page that the dev server serves talks to the Python server as if that had served it. */
import { once } from "node:events";
import { createServer as createHttpServer, request, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer, type ViteDevServer } from "vite";
import { afterAll, beforeAll, expect, it, vi } from "vitest";

let upstream: Server;
let dev: ViteDevServer;
let page: URL;

beforeAll(async () => {
  upstream = createHttpServer((asked, answer) => answer.end(asked.headers.host));
  upstream.on("upgrade", (asked: IncomingMessage, socket) => {
    socket.end(`HTTP/1.1 403 Forbidden\r\nx-host: ${asked.headers.host ?? ""}\r\n\r\n`);
  });
  await once(upstream.listen(0, "127.0.0.1"), "listening");
  vi.stubEnv("VIRTUBAR_URL", `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`);
  dev = await createServer({
    configFile: "vite.config.ts",
    optimizeDeps: { noDiscovery: true },
    server: { host: "127.0.0.1", port: 0 },
    logLevel: "silent",
  });
  await dev.listen();
  page = new URL(dev.resolvedUrls?.local[0] ?? "");
});

afterAll(async () => {
  await dev.close();
  upstream.close();
  vi.unstubAllEnvs();
});

// The server makes the addresses of its answers from the host that it was asked at, and refuses
// sockets of pages from elsewhere.
it.each(["/rooms/join", "/moderation/me", "/socket.io/?EIO=4"])(
  "passes on whose page asks %s",
  async (path) => {
    const answer = await fetch(new URL(path, page));
    expect(await answer.text()).toBe(page.host);
  },
);

it("passes on whose page opens a socket", async () => {
  const headers = { connection: "Upgrade", upgrade: "websocket" };
  const asked = request(new URL("/ws", page), { headers }).end();
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  expect(answer.headers["x-host"]).toBe(page.host);
  answer.destroy();
});
