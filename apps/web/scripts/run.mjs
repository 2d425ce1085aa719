// Runs one TypeScript file in Node, through Vite: `node scripts/run.mjs bench/smoothing.ts`.
import { runnerImport } from "vite";

const [file] = process.argv.splice(2, 1);
if (file === undefined) throw new Error("Say which file to run.");
await runnerImport(new URL(file, `file://${process.cwd()}/`).pathname, { configFile: false });
