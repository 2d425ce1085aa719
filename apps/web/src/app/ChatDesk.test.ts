import { describe, expect, it } from "vitest";
import { ChatDesk } from "./ChatDesk";

function refusal(code: string, retryAfterMs: number | null = null) {
  return { code, message: "", event: "local_chat", retryAfterMs };
}

describe("ChatDesk", () => {
  it("gives back what the limit has stopped, and says from when on one may speak", () => {
    const desk = new ChatDesk();
    desk.sent("one");
    desk.sent("two");
    desk.refused(refusal("rate_limited", 800), 1_000);
    expect(desk.heldBack.value).toEqual({ text: "two", count: 1 });
    expect(desk.freeAtMs.value).toBe(1_800);
  });

  it("keeps what was heard", () => {
    const desk = new ChatDesk();
    desk.sent("one");
    desk.heard("one");
    desk.refused(refusal("muted"), 0);
    expect(desk.heldBack.value).toBeNull();
  });

  it("locks nothing for a refusal that has nothing to do with time", () => {
    const desk = new ChatDesk();
    desk.sent("x");
    desk.refused(refusal("chat_too_long"), 0);
    expect(desk.freeAtMs.value).toBe(-Infinity);
    expect(desk.heldBack.value?.text).toBe("x");
  });

  it("gives the same text back twice where it was refused twice", () => {
    const desk = new ChatDesk();
    for (const count of [1, 2]) {
      desk.sent("again");
      desk.refused(refusal("not_joined"), 0);
      expect(desk.heldBack.value?.count).toBe(count);
    }
  });

  it("takes an echo from before a reload for nothing of its own", () => {
    const desk = new ChatDesk();
    desk.sent("mine");
    desk.heard("somebody's");
    desk.refused(refusal("rate_limited"), 0);
    expect(desk.heldBack.value?.text).toBe("mine");
  });
});
