import preact from "@preact/preset-vite";
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

export default defineConfig({
  base: "/",
  plugins: [preact()],
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
      input: { index: "index.html", admin: "admin.html" },
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
    include: ["src/**/*.test.{ts,tsx}", "bench/**/*.test.ts"],
    // What needs a DOM says so in its first line: `// @vitest-environment happy-dom`.
    environment: "node",
    restoreMocks: true,
    unstubGlobals: true,
    testTimeout: 10_000,
  },
});
