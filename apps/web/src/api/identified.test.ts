import { describe, expect, it } from "vitest";
import { identified } from "./identified";
import { IdentityKeeper } from "./IdentityKeeper";

/** A server that takes one token only, and notes what it was shown. */
class Server {
  takes = "jwt-1";
  readonly shown: (string | null)[] = [];

  readonly fetch = (_url: string, init: RequestInit): Promise<Response> => {
    const shown = new Headers(init.headers).get("Authorization");
    this.shown.push(shown);
    return Promise.resolve(new Response("{}", { status: shown === `Bearer ${this.takes}` ? 200 : 401 }));
  };
}

function provider(): { fresh: () => Promise<string>; given: () => number } {
  let given = 0;
  return { fresh: () => Promise.resolve(`jwt-${String(++given)}`), given: () => given };
}

describe("identified", () => {
  it("has a token before the first request, and keeps it", async () => {
    const server = new Server();
    const { fresh, given } = provider();
    const identity = new IdentityKeeper(null, fresh);
    const fetch = identified(server.fetch, identity);
    expect((await fetch("/a", {})).status).toBe(200);
    expect((await fetch("/b", { headers: { "Content-Type": "application/json" } })).status).toBe(200);
    expect(given()).toBe(1);
    expect(identity.token).toBe("jwt-1");
  });

  it("asks for a fresh one when the server answers 401, and sends the request again", async () => {
    const server = new Server();
    const { fresh } = provider();
    const fetch = identified(server.fetch, new IdentityKeeper(null, fresh));
    await fetch("/a", {});
    server.takes = "jwt-2";
    expect((await fetch("/a", {})).status).toBe(200);
    expect(server.shown).toEqual(["Bearer jwt-1", "Bearer jwt-1", "Bearer jwt-2"]);
  });

  it("asks once for two requests that meet the same end", async () => {
    const server = new Server();
    const { fresh, given } = provider();
    const fetch = identified(server.fetch, new IdentityKeeper(null, fresh));
    await fetch("/a", {});
    server.takes = "jwt-2";
    const answers = await Promise.all([fetch("/a", {}), fetch("/b", {})]);
    expect(answers.map((answer) => answer.status)).toEqual([200, 200]);
    expect(given()).toBe(2);
  });

  it("does not ask for ever", async () => {
    const server = new Server();
    server.takes = "never";
    const { fresh, given } = provider();
    const fetch = identified(server.fetch, new IdentityKeeper(null, fresh));
    expect((await fetch("/a", {})).status).toBe(401);
    expect((await fetch("/a", {})).status).toBe(401);
    expect(given()).toBe(2);
  });

  it("rejects where no token can be had", async () => {
    const { fetch } = new Server();
    const identity = new IdentityKeeper(null, () => Promise.reject(new Error("provider away")));
    await expect(identified(fetch, identity)("/a", {})).rejects.toThrow("provider away");
  });

  it("lets a guest's requests pass as they are", async () => {
    const server = new Server();
    const fetch = identified(server.fetch, new IdentityKeeper(null));
    expect((await fetch("/a", { headers: { Authorization: "Bearer own" } })).status).toBe(401);
    expect(server.shown).toEqual(["Bearer own"]);
  });
});
