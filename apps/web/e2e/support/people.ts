import type { Locator } from "@playwright/test";
import type { BarServer } from "./BarServer";
import type { Guest } from "./Guest";
import { expect } from "./test";

/** Opens the list of people, where it is not open, and somebody's menu from it. */
export async function openMenu(guest: Guest, name: string): Promise<Locator> {
  const { page } = guest;
  const more = page.getByRole("button", { name: `More about ${name}` });
  if (!(await more.isVisible())) await page.getByRole("button", { name: /Who is here/ }).click();
  await more.click();
  const menu = page.getByRole("menu", { name: `What to do about ${name}` });
  await expect(menu).toBeVisible();
  return menu;
}

/** From the menu to the dialog of an act. */
export async function choose(guest: Guest, name: string, act: string): Promise<Locator> {
  const menu = await openMenu(guest, name);
  await menu.getByRole("menuitem", { name: act }).click();
  const dialog = guest.page.getByRole("dialog");
  await expect(dialog).toBeVisible();
  return dialog;
}

/** A new guest's identity, and what it answers to. */
export async function newIdentity(server: BarServer): Promise<{ token: string; userId: string }> {
  const answer = await ask(server, null, "POST", "/rooms/join", { roomId: "lobby" });
  const { identityToken, userId } = answer as { identityToken: string; userId: string };
  return { token: identityToken, userId };
}

/** One request of the HTTP API. */
export async function ask(
  server: BarServer,
  token: string | null,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      "Content-Type": "application/json",
      ...(token !== null && { Authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
}

/** Through the door of a room, and inside. */
export async function enterRoom(guest: Guest, roomId: string, name: string): Promise<void> {
  await knock(guest, roomId, name);
  await guest.inside();
}

/** Through the door of a room, whatever comes then. */
export async function knock(guest: Guest, roomId: string, name: string): Promise<void> {
  await guest.arrive(`/r/${roomId}`);
  await guest.page.getByRole("textbox", { name: "Your name" }).fill(name);
  await guest.page.getByRole("button", { name: /^(Walk in|Try the door all the same)$/ }).click();
}
