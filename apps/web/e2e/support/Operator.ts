import type { Page } from "@playwright/test";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { BarServer } from "./BarServer";
import { expect } from "./test";
import { settle } from "./wellMade";

const ARTIFACTS = fileURLToPath(new URL("../artifacts/", import.meta.url));
const NAMES = { moderator: "mo", admin: "root" } as const;

/** Somebody at the operator's page. */
export class Operator {
  readonly page: Page;
  readonly #server: BarServer;

  constructor(page: Page, server: BarServer) {
    this.page = page;
    this.#server = server;
  }

  async arrive(hash = ""): Promise<void> {
    await this.page.goto(`${this.#server.url}/admin${hash}`);
    await expect(this.page.getByRole("heading", { level: 1 })).toBeVisible();
  }

  async paste(token: string): Promise<void> {
    await this.page.getByRole("textbox", { name: "Your identity token" }).fill(token);
    await this.page.getByRole("button", { name: "Sign in" }).click();
  }

  /** As `mo`, who is a moderator, or as `root`, who is an admin. */
  async signIn(role: "moderator" | "admin"): Promise<void> {
    await this.arrive();
    await this.paste(await this.#server.identity({ userId: NAMES[role], role }));
    await expect(this.page.getByRole("heading", { name: "Live rooms" })).toBeVisible();
  }

  /** To another view. */
  async go(name: string): Promise<void> {
    await this.page.getByRole("navigation", { name: "Views" }).getByRole("link", { name }).click();
  }

  /** Keeps a picture, to be looked at. */
  async shoot(name: string): Promise<void> {
    mkdirSync(ARTIFACTS, { recursive: true });
    await settle(this.page);
    await this.page.screenshot({ path: `${ARTIFACTS}${name}.png` });
  }

  /** Nothing is wider than the page. */
  async expectFits(): Promise<void> {
    const widths = await this.page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
    expect(widths[0]).toBeLessThanOrEqual(widths[1]!);
  }
}
