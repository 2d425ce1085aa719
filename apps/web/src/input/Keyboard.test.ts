// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Keyboard } from "./Keyboard";
import type { KeyAct } from "./keys";
import { Steering } from "./Steering";

function send(type: "keydown" | "keyup", code: string, more: KeyboardEventInit = {}): void {
  window.dispatchEvent(new KeyboardEvent(type, { code, key: code, bubbles: true, ...more }));
}

describe("Keyboard", () => {
  let steering: Steering;
  let keyboard: Keyboard;
  let acts: KeyAct[];

  beforeEach(() => {
    steering = new Steering();
    acts = [];
    keyboard = new Keyboard(steering, (act) => acts.push(act));
  });

  afterEach(() => keyboard.dispose());

  it("walks while a key is held, and stops when it is let go", () => {
    send("keydown", "KeyA");
    expect(steering.isMoving).toBe(true);
    send("keyup", "KeyA");
    expect(steering.isMoving).toBe(false);
  });

  it.each(["Meta", "Alt"])("lets a key go whose release was hidden by %s", (key) => {
    const flags = { metaKey: key === "Meta", altKey: key === "Alt" };
    send("keydown", "KeyA");
    send("keydown", `${key}Left`, { key, ...flags });
    // The release of A is told to nobody.
    send("keyup", `${key}Left`, { key });
    expect(steering.isMoving).toBe(false);
  });

  it("lets all keys go when Command comes up, though its coming down was told to nobody", () => {
    send("keydown", "KeyA");
    send("keydown", "KeyQ");
    send("keyup", "MetaLeft", { key: "Meta" });
    expect(steering.isMoving).toBe(false);
    expect(steering.lookRad(1)).toBe(0);
  });

  it("lets all keys go at any key that comes with Command", () => {
    send("keydown", "KeyA");
    send("keydown", "KeyT", { metaKey: true });
    expect(steering.isMoving).toBe(false);
    expect(acts).toEqual([]);
  });

  it("walks on by a key that is still held when Command is up again, as it repeats", () => {
    send("keydown", "KeyA");
    send("keydown", "MetaLeft", { key: "Meta", metaKey: true });
    send("keydown", "KeyA", { metaKey: true, repeat: true });
    send("keyup", "MetaLeft", { key: "Meta" });
    send("keydown", "KeyA", { repeat: true });
    expect(steering.isMoving).toBe(true);
  });

  it("runs as long as any Shift is held, and no longer when only one of two was told to come up", () => {
    send("keydown", "ShiftLeft", { key: "Shift", shiftKey: true });
    send("keydown", "ShiftRight", { key: "Shift", shiftKey: true });
    send("keyup", "ShiftLeft", { key: "Shift", shiftKey: true });
    expect(steering.isRunning).toBe(true);
    send("keyup", "ShiftRight", { key: "Shift" });
    expect(steering.isRunning).toBe(false);

    send("keydown", "ShiftLeft", { key: "Shift", shiftKey: true });
    // Its release was told to nobody.
    send("keydown", "KeyW");
    expect(steering.isRunning).toBe(false);
  });

  it.each(["blur", "pagehide", "beforeprint", "visibilitychange"])("lets all keys go at %s", (loss) => {
    send("keydown", "KeyA");
    window.dispatchEvent(new Event(loss));
    expect(steering.isMoving).toBe(false);
  });

  it.each(["contextmenu", "dragstart", "visibilitychange"])(
    "lets all keys go at %s somewhere in the page, whoever stops it there",
    (loss) => {
      send("keydown", "KeyA");
      document.body.addEventListener(loss, (event) => event.stopPropagation(), { once: true });
      document.body.dispatchEvent(new Event(loss, { bubbles: true }));
      expect(steering.isMoving).toBe(false);
    },
  );

  it("lets all keys go when something of the page gets the focus, a dialog for one", () => {
    const button = document.createElement("button");
    document.body.append(button);
    send("keydown", "KeyA");
    button.focus();
    expect(steering.isMoving).toBe(false);
    button.remove();
  });
});
