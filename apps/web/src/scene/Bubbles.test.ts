// @vitest-environment happy-dom
import { PerspectiveCamera } from "three";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { makePose } from "../motion/Pose";
import { Avatar } from "./avatar/Avatar";
import { Bubbles, type Bodies } from "./Bubbles";

let overlay: HTMLElement;
let camera: PerspectiveCamera;
let bubbles: Bubbles;
let bodies: Map<string, Avatar>;

function shown(): string[] {
  const all = [...overlay.querySelectorAll<HTMLElement>(".bubble")];
  return all.filter(({ hidden }) => !hidden).map(({ textContent }) => textContent);
}

function admit(id: string, z: number): void {
  bodies.set(id, new Avatar(id, "fern", false, { ...makePose(), z }));
}

beforeEach(() => {
  overlay = document.createElement("div");
  vi.spyOn(overlay, "clientWidth", "get").mockReturnValue(800);
  vi.spyOn(overlay, "clientHeight", "get").mockReturnValue(600);
  camera = new PerspectiveCamera(60, 1, 0.1, 100);
  camera.position.set(0, 2, 10);
  camera.updateMatrixWorld();
  bubbles = new Bubbles(overlay);
  bodies = new Map();
});

function update(nowMs: number): void {
  bubbles.update(bodies satisfies Bodies, camera, nowMs);
}

describe("Bubbles", () => {
  it("shows what was said for six seconds and 60 ms a character", () => {
    admit("ada", 0);
    bubbles.say("ada", "hello", 1000);
    update(1000 + 6299);
    expect(shown()).toEqual(["hello"]);
    update(1000 + 6300);
    expect(shown()).toEqual([]);
  });

  it("sets text as text", () => {
    admit("ada", 0);
    bubbles.say("ada", "<img src=x onerror=alert(1)>", 0);
    update(1);
    expect(shown()).toEqual(["<img src=x onerror=alert(1)>"]);
    expect(overlay.querySelector("img")).toBeNull();
  });

  it("replaces what the same person said before", () => {
    admit("ada", 0);
    bubbles.say("ada", "one", 0);
    update(1);
    bubbles.say("ada", "two", 2);
    update(3);
    expect(shown()).toEqual(["two"]);
  });

  it("shows the nearest eight, and the next when one of them is done", () => {
    for (let index = 0; index < 10; index++) {
      admit(`guest-${index}`, -index);
      bubbles.say(`guest-${index}`, `${index}`, index === 0 ? 0 : 500);
    }
    update(600);
    expect(shown().sort()).toEqual(["0", "1", "2", "3", "4", "5", "6", "7"]);
    update(6100);
    expect(shown().sort()).toEqual(["1", "2", "3", "4", "5", "6", "7", "8"]);
  });

  it("shows bubbles of people behind one another over one another", () => {
    for (const element of overlay.querySelectorAll<HTMLElement>(".bubble")) {
      vi.spyOn(element, "offsetWidth", "get").mockReturnValue(120);
      vi.spyOn(element, "offsetHeight", "get").mockReturnValue(40);
    }
    admit("behind", -1);
    admit("before", 0);
    bubbles.say("behind", "I am behind", 0);
    bubbles.say("before", "I am before", 0);
    update(1);
    const lowerEdges = new Map(
      [...overlay.querySelectorAll<HTMLElement>(".bubble")].map(({ textContent, style }) => {
        return [textContent, Number(/, (-?\d+)px/.exec(style.transform)?.[1])];
      }),
    );
    expect(lowerEdges.get("I am before")).toBeGreaterThan(100);
    expect(lowerEdges.get("I am behind")).toBeLessThanOrEqual(lowerEdges.get("I am before")! - 40);
  });

  it("makes room for words that have grown since, in a typeface that has come", () => {
    let resized = (): void => undefined;
    vi.stubGlobal(
      "ResizeObserver",
      class {
        observe = (): void => undefined;
        disconnect = (): void => undefined;
        constructor(tell: () => void) {
          resized = tell;
        }
      },
    );
    overlay.replaceChildren();
    bubbles = new Bubbles(overlay);
    let tallPx = 40;
    for (const element of overlay.querySelectorAll<HTMLElement>(".bubble")) {
      vi.spyOn(element, "offsetWidth", "get").mockReturnValue(120);
      vi.spyOn(element, "offsetHeight", "get").mockImplementation(() => tallPx);
    }
    admit("ada", 0);
    admit("bob", -3);
    bubbles.say("ada", "I am before", 0);
    bubbles.say("bob", "I am behind", 0);
    const apartPx = (): number => {
      const edges = [...overlay.querySelectorAll<HTMLElement>(".bubble")]
        .filter(({ hidden }) => !hidden)
        .map(({ style }) => Number(/, (-?[\d.]+)px/.exec(style.transform)?.[1]));
      return Math.max(...edges) - Math.min(...edges);
    };
    update(1);
    expect(apartPx()).toBeLessThan(70);
    tallPx = 70;
    resized();
    update(2);
    expect(apartPx()).toBeGreaterThanOrEqual(70);
  });

  it("forgets who left, and shows nobody behind the camera", () => {
    admit("ada", 0);
    admit("bob", 20);
    bubbles.say("ada", "bye", 0);
    bubbles.say("bob", "behind you", 0);
    update(1);
    expect(shown()).toEqual(["bye"]);
    bodies.delete("ada");
    update(2);
    expect(shown()).toEqual([]);
  });

  it("takes its elements away with it", () => {
    expect(overlay.childElementCount).toBe(8);
    bubbles.dispose();
    expect(overlay.childElementCount).toBe(0);
  });
});
