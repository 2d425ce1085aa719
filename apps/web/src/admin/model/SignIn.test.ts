import { describe, expect, it } from "vitest";
import type { Fetch } from "../../api/requests";
import { SignIn } from "./SignIn";

const TOKEN = "aaa.bbb-_.ccc";
const ADMIN = { userId: "alice", role: "admin", displayName: "Alice", external: false };

/** A server that answers the same to every question, and a tab that keeps things. */
function at(status: number, body: unknown, kept = new Map<string, string>()) {
  const asked: RequestInit[] = [];
  const server = { status, body };
  const fetch: Fetch = (_, init) => {
    asked.push(init);
    return Promise.resolve(new Response(JSON.stringify(server.body), { status: server.status }));
  };
  const signIn = new SignIn(fetch, {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  });
  return { signIn, asked, kept, server };
}

function why({ signIn }: { signIn: SignIn }): string {
  const state = signIn.state.value;
  return state.type === "out" ? state.why : `not out but ${state.type}`;
}

describe("SignIn", () => {
  it("lets an admin in, keeps the token in the tab, and is still in when the page is loaded anew", async () => {
    const first = at(200, ADMIN);
    await first.signIn.enter(`  Bearer aaa.bbb-_\n .ccc\n`);
    expect(first.signIn.state.value).toMatchObject({ type: "in", me: ADMIN });
    expect(new Headers(first.asked[0]!.headers).get("Authorization")).toBe(`Bearer ${TOKEN}`);
    const second = at(200, ADMIN, first.kept);
    await second.signIn.resume();
    expect(second.signIn.state.value.type).toBe("in");
    second.signIn.leave();
    expect(first.kept.size).toBe(0);
    expect(second.signIn.token).toBeNull();
  });

  it("refuses a guest's token with who it belongs to, and keeps nothing", async () => {
    const bench = at(200, { ...ADMIN, userId: "guest-1", role: "guest" });
    await bench.signIn.enter(TOKEN);
    expect(why(bench)).toContain("belongs to a guest, guest-1");
    expect(bench.kept.size).toBe(0);
  });

  it.each([
    [401, "token_invalid", "does not know that token"],
    [401, "token_expired", "has ended"],
    [503, "draining", "cannot be reached"],
    [429, "rate_limited", "Wait a moment"],
  ])("says what is wrong where the server answers %d %s", async (status, code, text) => {
    const bench = at(status, { code, message: "No." });
    await bench.signIn.enter(TOKEN);
    expect(why(bench)).toContain(text);
  });

  it("asks no server about what cannot be a token", async () => {
    const bench = at(200, ADMIN);
    await bench.signIn.enter("hunter2");
    expect(why(bench)).toContain("not a token");
    await bench.signIn.enter("   ");
    expect(why(bench)).toContain("Paste a token");
    expect(bench.asked).toEqual([]);
  });

  it("keeps a token that only could not be tried, for when the server is back", async () => {
    const bench = at(
      503,
      { code: "draining", message: "Soon." },
      new Map([["virtubar.operatorToken", TOKEN]]),
    );
    await bench.signIn.resume();
    expect(why(bench)).toContain("cannot be reached");
    expect(bench.kept.size).toBe(1);
  });

  it("signs out when the token ends in the middle of things", async () => {
    const bench = at(200, ADMIN);
    await bench.signIn.enter(TOKEN);
    const state = bench.signIn.state.value;
    bench.server.status = 401;
    bench.server.body = { code: "token_expired", message: "Ended." };
    if (state.type !== "in") throw new Error("Not signed in.");
    await expect(state.api.overview()).rejects.toMatchObject({ status: 401 });
    expect(why(bench)).toContain("Your token has ended");
    expect(bench.kept.size).toBe(0);
  });
});
