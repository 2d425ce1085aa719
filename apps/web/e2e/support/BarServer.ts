import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const VIRTUBAR = fileURLToPath(new URL("../../../../.venv/bin/virtubar", import.meta.url));
const SECRET = "a secret of the browser tests, 32 bytes and more";
const START_MS = 20_000;
const STOP_MS = 15_000;

/** `VIRTUBAR_*` variables of a server. */
export type ServerSettings = Readonly<Record<string, string>>;

/** Whom a token is for, and what it allows. */
export interface TokenFor {
  readonly userId: string;
  readonly role: "guest" | "moderator" | "admin";
}

/** Who keeps order. */
export interface StaffFor {
  readonly userId: string;
  readonly role: "moderator" | "admin";
}

/** One real server on a port of its own, stopped and started again as a test wants. */
export class BarServer {
  readonly #environment: NodeJS.ProcessEnv;
  #process: ChildProcess | null = null;
  #bots: ChildProcess[] = [];
  #port = 0;
  #log: string[] = [];

  constructor(settings: ServerSettings) {
    this.#environment = {
      ...process.env,
      VIRTUBAR_SECRET: SECRET,
      VIRTUBAR_ADDRESS_LIMITS: "off",
      // Every test begins with nobody banned, and leaves no file behind.
      VIRTUBAR_DATABASE_URL: "sqlite:///:memory:",
      VIRTUBAR_LOG_FORMAT: "json",
      VIRTUBAR_DRAIN_SECONDS: "1",
      ...settings,
    };
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** What it has logged, for whoever looks for the cause of a failure. */
  get log(): string {
    return this.#log.join("\n");
  }

  /** Open it; the second time on the port of the first. */
  async start(): Promise<void> {
    const child = this.#spawn("serve", "--port", String(this.#port));
    this.#process = child;
    this.#port = await listening(child, this.#log);
  }

  /** SIGTERM lets it say goodbye, SIGKILL is a crash. */
  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child !== null) await end(child, signal);
  }

  /** Stop everything that was started here. */
  async dispose(): Promise<void> {
    await this.recallBots();
    await this.stop();
  }

  /** Have all bots leave. */
  async recallBots(): Promise<void> {
    const bots = this.#bots.splice(0);
    await Promise.all(bots.map((child) => end(child, "SIGTERM")));
  }

  /** Send bots in; they stay until they are recalled, or the server is disposed of. */
  sendBots(count: number): void {
    const child = this.#spawn("bots", "--url", this.url, "--count", String(count));
    // Nobody reads what they say, and a full pipe would stop them.
    child.stdout?.resume();
    child.stderr?.resume();
    this.#bots.push(child);
  }

  /** A realtime token for the lobby. */
  async token({ userId, role }: TokenFor): Promise<string> {
    const words = ["token", "lobby", "--user-id", userId, "--role", role];
    const { stdout } = await promisify(execFile)(VIRTUBAR, words, { env: this.#environment });
    return stdout.trim();
  }

  /** An identity token of somebody who keeps order on the whole server. */
  async identity({ userId, role }: StaffFor): Promise<string> {
    const words = ["token", "--identity", "--user-id", userId, "--role", role];
    const { stdout } = await promisify(execFile)(VIRTUBAR, words, { env: this.#environment });
    return stdout.trim();
  }

  #spawn(...words: readonly string[]): ChildProcess {
    return spawn(VIRTUBAR, words, { env: this.#environment, stdio: ["ignore", "pipe", "pipe"] });
  }
}

/** The port, as soon as the server says that it listens. */
async function listening(child: ChildProcess, log: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      child.kill("SIGKILL");
      reject(new Error(`${why}\n${log.join("\n")}`));
    };
    const timer = setTimeout(() => fail("The server did not start in time."), START_MS);
    child.once("exit", (code) => fail(`The server ended with ${String(code)} before it listened.`));
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface(stream).on("line", (line) => {
        log.push(line);
        const port = portOf(line);
        if (port === null) return;
        clearTimeout(timer);
        child.removeAllListeners("exit");
        resolve(port);
      });
    }
  });
}

function portOf(line: string): number | null {
  if (!line.includes('"listening"')) return null;
  const { event, port } = JSON.parse(line) as { event?: unknown; port?: unknown };
  return event === "listening" && typeof port === "number" ? port : null;
}

/** Ended when this returns: by the signal, else by force. */
async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill(signal);
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  await ended;
  clearTimeout(timer);
}
