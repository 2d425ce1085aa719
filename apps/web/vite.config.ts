import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import preact from "@preact/preset-vite";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** The Python server, beside the dev server. */
const SERVER = process.env["VIRTUBAR_URL"] ?? "http://localhost:8000";

// The server is asked by the page's own host: with another it would answer addresses on another
// origin, from which it lets no page open a socket.
const asked = { target: SERVER, changeOrigin: false };
const proxy = {
  "/rooms": asked,
  "/moderation": asked,
  "/healthz": asked,
  "/ws": { ...asked, ws: true },
  "/socket.io": { ...asked, ws: true },
};

/** Types that are text; pictures and typefaces are compressed in themselves. */
const TEXTS = new Set([".html", ".css", ".js", ".svg", ".json", ".webmanifest", ".txt"]);
/** Below it a file fits a packet of the network as it is. */
const COMPRESS_MIN_BYTES = 1400;

/** Puts each text file beside itself as Brotli and gzip, once for all; the server picks by request. */
function precompressed(): Plugin {
  return {
    name: "precompressed",
    apply: "build",
    writeBundle({ dir = "dist" }) {
      for (const name of readdirSync(dir, { recursive: true, encoding: "utf-8" })) {
        if (!TEXTS.has(extname(name))) continue;
        const file = join(dir, name);
        const content = readFileSync(file);
        if (content.length < COMPRESS_MIN_BYTES) continue;
        const params = { [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
        writeFileSync(`${file}.br`, brotliCompressSync(content, { params }));
        writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  base: "/",
  plugins: [preact(), precompressed()],
  server: { proxy },
  preview: { proxy },
  build: {
    target: "es2022",
    assetsDir: "assets",
    // The Content-Security-Policy allows nothing inline: no data: fonts, no injected script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // three alone is 790 kB, loaded with the room.
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      // One name a page.
      input: { index: "index.html", map: "map.html", admin: "admin.html" },
      output: {
        codeSplitting: {
          // three changes seldom: who comes back has it, whatever of ours has changed.
          groups: [
            { name: "three", test: /node_modules[\\/]three[\\/]/ },
            { name: "socketio", test: /node_modules[\\/](@?socket\.io|engine\.io)/ },
          ],
        },
      },
    },
  },
  test: {
    include: ["src/**/*.test.{ts,tsx}", "bench/**/*.test.ts", "eslint.*.test.js"],
    // What needs a DOM says so in its first line: `// @vitest-environment happy-dom`.
    environment: "node",
    restoreMocks: true,
    unstubGlobals: true,
    testTimeout: 10_000,
  },
});
