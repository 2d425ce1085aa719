import { defineConfig, devices } from "@playwright/test";
import { withNotoAlone } from "./e2e/support/systemFonts";

/** Debian's, or another that is installed: the tests never fetch a browser. */
const CHROMIUM = process.env["VIRTUBAR_CHROMIUM"] ?? "/usr/bin/chromium";

/** WebGL in software, and nothing that talks to the browser's maker. */
const FLAGS = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--use-gl=angle",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  // Pages are put together without graphics, but where those are drawn (e2e/support/test.ts).
  "--disable-gpu-compositing",
];

/** What depends on letters: seen on a machine with other fonts too. */
const LETTERS = ["text.spec.ts", "fonts.spec.ts"];

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  // Frames drawn in software are slow, and two browsers draw at once in most tests.
  // All of these are for machines that do other things besides: none of it is waited for elsewhere.
  timeout: 300_000,
  expect: { timeout: 45_000, toPass: { timeout: 45_000 } },
  workers: 1,
  forbidOnly: process.env["CI"] !== undefined,
  // Real browsers and servers on a machine that somebody else slows down: once more, and the report
  // calls it flaky.
  retries: process.env["CI"] === undefined ? 0 : 1,
  reporter: [["list"]],
  use: {
    ...devices["Desktop Chrome"],
    viewport: { width: 800, height: 500 },
    // Few pixels, in a layout of the full size.
    deviceScaleFactor: 0.25,
    locale: "en-GB",
    actionTimeout: 60_000,
    trace: { mode: "retain-on-failure", screenshots: false },
    screenshot: "only-on-failure",
    launchOptions: { executablePath: CHROMIUM, args: FLAGS },
  },
  projects: [
    { name: "chromium" },
    {
      name: "other-fonts",
      testMatch: LETTERS,
      use: { launchOptions: { executablePath: CHROMIUM, args: FLAGS, env: withNotoAlone() } },
    },
  ],
});
