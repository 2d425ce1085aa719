import { describe, expect, it } from "vitest";
import { actOf, isComposing, isFocusOnRoom, moveOf, moveOfCode, type Key } from "./keys";

function key(code: string, letter = "", more: Partial<Key> = {}): Key {
  return { code, key: letter, ctrlKey: false, metaKey: false, altKey: false, ...more };
}

/** What browsers say of a key and of an input method. */
function keydown(isComposing: boolean, keyCode: number) {
  return { isComposing, keyCode };
}

describe("keys", () => {
  it("walks by place on the keyboard, whatever letter is printed there", () => {
    // On a French keyboard the key left of S says Q.
    expect(moveOf(key("KeyA", "q"))).toBe("left");
    expect(moveOf(key("ArrowUp", "ArrowUp"))).toBe("forward");
  });

  it("leaves the browser's shortcuts alone", () => {
    expect(moveOf(key("KeyS", "s", { ctrlKey: true }))).toBeNull();
    expect(actOf(key("KeyF", "f", { metaKey: true }))).toBeNull();
    expect(actOf(key("Digit1", "1", { altKey: true }))).toBeNull();
  });

  it("lets a key go whatever else is held", () => {
    expect(moveOfCode("KeyW")).toBe("forward");
  });

  it("shows emotes 1 to 8, from both rows of digits, and no ninth", () => {
    expect(actOf(key("Digit1", "&"))).toEqual({ type: "emote", index: 0 });
    expect(actOf(key("Numpad8", "8"))).toEqual({ type: "emote", index: 7 });
    expect(actOf(key("Digit9", "9"))).toBeNull();
    expect(actOf(key("Digit0", "0"))).toBeNull();
  });

  it("dances by letter, in either case", () => {
    expect(actOf(key("KeyU", "F"))).toEqual({ type: "gesture", gesture: "dance" });
    expect(actOf(key("KeyG", "g"))).toEqual({ type: "gesture", gesture: "wave" });
  });

  it("sits down by a letter", () => {
    expect(actOf(key("KeyX", "x"))).toEqual({ type: "sit" });
  });

  it.each([
    ["Chrome's, while the word is open", true, 229, true],
    ["Safari's, after it has closed the word", false, 229, true],
    ["nobody's", false, 27, false],
  ])("tells whose a key is that an input method may have had: %s", (_whose, isOpen, keyCode, expected) => {
    expect(isComposing(keydown(isOpen, keyCode))).toBe(expected);
  });

  it("opens the help where the question mark is on a digit", () => {
    // On a Russian keyboard it is Shift and 7.
    expect(actOf(key("Digit7", "?"))).toEqual({ type: "help" });
  });

  it("goes by the Latin letter beside where a keyboard writes others", () => {
    expect(actOf(key("KeyF", "а"))).toEqual({ type: "gesture", gesture: "dance" });
    expect(actOf(key("KeyP", "פ"))).toEqual({ type: "people" });
    // A Latin letter that means nothing stays without meaning.
    expect(actOf(key("KeyF", "ü"))).toBeNull();
  });

  it.each(["INPUT", "TEXTAREA", "SELECT", "BUTTON", "DIALOG", "DIV"])(
    "gives no key to the room while %s has the focus",
    (tagName) => {
      expect(isFocusOnRoom({ tagName })).toBe(false);
    },
  );

  it.each([{ tagName: "BODY" }, { tagName: "canvas" }, null])("gives keys to the room at %o", (focused) => {
    expect(isFocusOnRoom(focused)).toBe(true);
  });
});
