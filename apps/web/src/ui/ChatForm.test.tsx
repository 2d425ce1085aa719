// @vitest-environment happy-dom
import { signal } from "@preact/signals";
import { render } from "preact";
import { act } from "preact/test-utils";
import { describe, expect, it } from "vitest";
import { emptyRoom } from "../room/RoomState";
import type { BarModel } from "./BarModel";
import { ChatForm } from "./ChatForm";
import type { QueuedChat } from "./ChatQueueModel";

/** The form over a queue that a test fills. */
function open({ takes = true } = {}) {
  const waiting = signal<readonly QueuedChat[]>([]);
  const unsent = signal<readonly QueuedChat[]>([]);
  const freeAtMs = signal(-Infinity);
  const said: string[] = [];
  const told: string[] = [];
  const steps: string[] = [];
  const escapes: string[] = [];
  const typing: boolean[] = [];
  const chatQueue = {
    waiting,
    unsent,
    freeAtMs,
    say: (text: string): boolean => {
      if (takes) said.push(text);
      return takes;
    },
    drop: (id: number): void => {
      waiting.value = waiting.value.filter((one) => one.id !== id);
      unsent.value = unsent.value.filter((one) => one.id !== id);
    },
  };
  const model = {
    chatQueue,
    firstSteps: { done: (step: string) => steps.push(step) },
    room: signal(emptyRoom("lobby")),
    status: signal({ state: "joined" }),
    notify: (text: string) => told.push(text),
    typing: (isTyping: boolean) => typing.push(isTyping),
  };
  const root = document.createElement("div");
  document.body.replaceChildren(root);
  const onEscape = (): void => void escapes.push("escape");
  void act(() => render(<ChatForm model={model as unknown as BarModel} onEscape={onEscape} />, root));
  const field = root.querySelector("input")!;
  const type = (text: string): void => {
    void act(() => {
      field.value = text;
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    });
  };
  const send = (): void => void act(() => root.querySelector("form")!.requestSubmit());
  const press = (key: string, keyCode: number): void => {
    void act(() => void field.dispatchEvent(new KeyboardEvent("keydown", { key, keyCode, bubbles: true })));
  };
  return { root, field, waiting, unsent, freeAtMs, said, told, escapes, typing, type, send, press };
}

describe("ChatForm", () => {
  it("tells while something is being written, and that it is out", () => {
    const { typing, type, send } = open();
    type("H");
    type("Hello");
    expect(typing).toEqual([true]);
    send();
    expect(typing).toEqual([true, false]);
    type("  ");
    expect(typing).toEqual([true, false]);
  });

  it("sends what is typed and is empty then", () => {
    const { field, said, type, send } = open();
    type("Hello");
    send();
    expect(said).toEqual(["Hello"]);
    expect(field.value).toBe("");
  });

  it("shows what waits and for how long, and lets it be taken back", () => {
    const { root, waiting, freeAtMs } = open();
    void act(() => {
      waiting.value = [{ id: 1, text: "Line 6" }];
      freeAtMs.value = performance.now() + 3_500;
    });
    expect(root.textContent).toContain("Waiting: Line 6");
    expect(root.querySelector("#chat-wait")!.textContent).toBe("Goes out by itself in 4 s.");
    void act(() => root.querySelector<HTMLElement>("[aria-label='Do not send: Line 6']")!.click());
    expect(waiting.value).toEqual([]);
  });

  it("gives what was refused back to an empty field", () => {
    const { field, unsent } = open();
    void act(() => void (unsent.value = [{ id: 1, text: "Buy watches" }]));
    expect(field.value).toBe("Buy watches");
    expect(unsent.value).toEqual([]);
  });

  it("lists all that was refused while something else is typed: none replaces another", () => {
    const { root, field, unsent, said, type } = open();
    type("already on");
    void act(() => void (unsent.value = [{ id: 1, text: "first" }]));
    void act(() => void (unsent.value = [...unsent.value, { id: 2, text: "second" }]));
    expect(field.value).toBe("already on");
    expect(root.textContent).toContain("Not sent: first");
    expect(root.textContent).toContain("Not sent: second");
    void act(() => root.querySelector<HTMLElement>(".queued-refused button")!.click());
    expect(said).toEqual(["first"]);
    expect(unsent.value.map(({ text }) => text)).toEqual(["second"]);
  });

  it("keeps in the field what no queue takes, and says so", () => {
    const { field, told, type, send } = open({ takes: false });
    type("one more");
    send();
    expect(field.value).toBe("one more");
    expect(told).toHaveLength(1);
  });

  it("leaves the field with Escape, but not with one that throws a word of an input method away", () => {
    const { escapes, press } = open();
    // Safari tells it after the composition has ended: only the code is left of it.
    press("Escape", 229);
    expect(escapes).toEqual([]);
    press("Escape", 27);
    expect(escapes).toEqual(["escape"]);
  });
});
