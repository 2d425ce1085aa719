// @vitest-environment happy-dom
import { signal } from "@preact/signals";
import { render } from "preact";
import { describe, expect, it } from "vitest";
import { Door } from "./Door";
import type { DoorModel, RoomIntro } from "./DoorModel";

type Closed = Extract<RoomIntro, { type: "known" }>["closed"];

/** The door of a room with two inside, and whether the lobby was gone to. */
function open(closed: Closed, roomId = "club", memberCount = 2) {
  const went: string[] = [];
  const model: DoorModel = {
    roomId,
    isSimulated: false,
    intro: signal({ type: "known", name: "The Club", memberCount, personCount: memberCount, closed }),
    person: { displayName: "Ada", avatarId: "amber" },
    enter: () => went.push("in"),
    prepare: () => undefined,
    preview: () => Promise.resolve(null),
    goToLobby: () => went.push("lobby"),
  };
  const root = document.createElement("div");
  render(<Door model={model} />, root);
  const buttons = (): string[] =>
    [...root.querySelectorAll<HTMLElement>("button.button")].map((one) => one.textContent.trim());
  return { root, went, buttons };
}

describe("Door", () => {
  it.each([
    ["locked", /Locked for now/],
    ["members", /For members only/],
    ["full", /Full right now/],
  ] as const)(
    "says at once that a room is closed (%s), who is inside, and offers the lobby",
    (closed, words) => {
      for (const memberCount of [0, 2]) {
        const { root, went, buttons } = open(closed, "club", memberCount);
        expect(root.querySelector(".door-count")?.textContent).toMatch(words);
        expect(root.textContent).not.toContain("be the first");
        expect(buttons()).toEqual(["Go to the lobby", "Try the door all the same"]);
        root.querySelector<HTMLElement>("button.button-primary")?.click();
        expect(went).toEqual(["lobby"]);
      }
      expect(open(closed).root.textContent).toContain("2 people inside");
    },
  );

  it("offers no way from the lobby to the lobby", () => {
    expect(open("full", "lobby").buttons()).toEqual(["Try the door all the same"]);
  });

  it("lets one walk into an open room", () => {
    const { root, buttons } = open(null);
    expect(root.textContent).toContain("2 people inside right now");
    expect(buttons()).toEqual(["Walk in"]);
  });
});
