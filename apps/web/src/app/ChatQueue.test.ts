import { describe, expect, it } from "vitest";
import { ManualEnvironment } from "../testing/ManualEnvironment";
import { ANSWER_MAX_MS, ChatQueue, MISSED_CHAT_MS, UNSENT_MAX, WAITING_MAX } from "./ChatQueue";

/** As the server does: five at once and one a second after that, or `intervalMs` apart. */
function converse({ burst = 5, intervalMs = 1_000 } = {}) {
  const world = new ManualEnvironment();
  const sent: string[] = [];
  const heard: string[] = [];
  const queue = new ChatQueue({ send: (text) => sent.push(text), world });
  let tokens = burst;
  let filledMs = world.now();
  /** The server's answer to what was sent last. */
  const answer = (): void => {
    const text = sent[heard.length + refusals];
    if (text === undefined) return;
    tokens = Math.min(burst, tokens + (world.now() - filledMs) / intervalMs);
    filledMs = world.now();
    if (tokens >= 1) {
      tokens -= 1;
      heard.push(text);
      queue.heard();
    } else {
      refusals += 1;
      queue.refused({ code: "rate_limited", retryAfterMs: (1 - tokens) * intervalMs });
    }
  };
  let refusals = 0;
  const run = (ms: number): void => {
    for (let passedMs = 0; passedMs < ms; passedMs += 10) {
      world.pass(10);
      answer();
    }
  };
  queue.joined();
  return { world, queue, sent, heard, run, refusals: () => refusals };
}

const texts = (list: readonly { text: string }[]): string[] => list.map(({ text }) => text);
const EIGHT = Array.from({ length: 8 }, (_, index) => `line ${index + 1}`);

describe("ChatQueue", () => {
  it("brings eight quick messages out, all of them and in their order", () => {
    const { queue, heard, run, refusals } = converse();
    for (const text of EIGHT) queue.say(text);
    run(6_000);
    expect(heard).toEqual(EIGHT);
    expect(refusals()).toBeGreaterThan(0);
    expect(queue.unsent.value).toEqual([]);
  });

  it("shows what waits, and from when on it may go", () => {
    const { world, queue } = converse();
    queue.say("one");
    queue.say("two");
    queue.refused({ code: "rate_limited", retryAfterMs: 800 });
    expect(texts(queue.waiting.value)).toEqual(["one", "two"]);
    expect(queue.freeAtMs.value).toBe(world.now() + 800);
  });

  it("does not send before the time that the server has told", () => {
    const { world, queue, sent } = converse();
    queue.say("one");
    queue.refused({ code: "rate_limited", retryAfterMs: 30_000 });
    world.pass(29_999);
    expect(sent).toEqual(["one"]);
    world.pass(1);
    expect(sent).toEqual(["one", "one"]);
  });

  it("gives back what is refused for another reason, and goes on with the next", () => {
    const { queue, sent } = converse();
    for (const text of ["bad", "good"]) queue.say(text);
    queue.refused({ code: "chat_refused" });
    expect(texts(queue.unsent.value)).toEqual(["bad"]);
    expect(sent).toEqual(["bad", "good"]);
  });

  it("gives everything back to who is muted: all of it would be refused", () => {
    const { queue, sent } = converse();
    for (const text of ["one", "two", "three"]) queue.say(text);
    queue.refused({ code: "muted" });
    expect(texts(queue.unsent.value)).toEqual(["one", "two", "three"]);
    expect(sent).toEqual(["one"]);
  });

  it("keeps what is said while the connection is gone, and sends it in the room", () => {
    const { queue, sent } = converse();
    queue.left();
    queue.say("hello?");
    expect(sent).toEqual([]);
    queue.joined();
    expect(sent).toEqual(["hello?"]);
  });

  it("keeps what met the connection just as it went", () => {
    const { queue, sent } = converse();
    queue.say("hello?");
    queue.refused({ code: "not_joined" });
    queue.joined();
    expect(sent).toEqual(["hello?", "hello?"]);
  });

  it("sends again after a resume what is not among the chat that was missed", () => {
    const { world, queue, sent } = converse();
    queue.say("lost with the connection");
    queue.left();
    world.pass(60_000);
    queue.joined();
    world.pass(MISSED_CHAT_MS - 1);
    expect(sent).toHaveLength(1);
    world.pass(1);
    expect(sent).toHaveLength(2);
  });

  it("does not say twice what is among the chat that was missed", () => {
    const { world, queue, sent } = converse();
    queue.say("arrived all the same");
    queue.left();
    queue.joined();
    queue.heard();
    world.pass(60_000);
    expect(sent).toHaveLength(1);
  });

  it("gives back what is never answered: a flood of refusals may have swallowed its own", () => {
    const { world, queue, sent } = converse();
    queue.say("into the void");
    queue.say("next");
    world.pass(ANSWER_MAX_MS);
    expect(texts(queue.unsent.value)).toEqual(["into the void"]);
    expect(sent).toEqual(["into the void", "next"]);
  });

  it("takes a missed message of before a reload for nothing of its own", () => {
    const { queue } = converse();
    queue.heard();
    queue.say("mine");
    queue.refused({ code: "rate_limited" });
    expect(texts(queue.waiting.value)).toEqual(["mine"]);
  });

  it("holds as many as may wait, and refuses one more, which stays in the field", () => {
    const { queue } = converse();
    queue.left();
    for (let count = 0; count < WAITING_MAX; count++) expect(queue.say("x")).toBe(true);
    expect(queue.say("one more")).toBe(false);
    expect(queue.waiting.value).toHaveLength(WAITING_MAX);
  });

  it("keeps the newest of what was given back, as many as may be", () => {
    const { queue } = converse();
    for (let count = 0; count <= UNSENT_MAX; count++) {
      queue.say(`line ${count}`);
      queue.refused({ code: "chat_refused" });
    }
    expect(queue.unsent.value).toHaveLength(UNSENT_MAX);
    expect(queue.unsent.value[0]?.text).toBe("line 1");
  });

  it("forgets what is taken back", () => {
    const { queue } = converse();
    queue.left();
    queue.say("better not");
    queue.drop(queue.waiting.value[0]!.id);
    expect(queue.waiting.value).toEqual([]);
  });
});
