// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Pointer } from "./Pointer";

const canvas = document.createElement("canvas");
const target = { orbit: vi.fn(), zoom: vi.fn() };
const taps: [number, number][] = [];

function point(type: string, clientX: number, clientY: number, timeMs: number, pointerId = 1): void {
  const event = new PointerEvent(type, { pointerId, button: 0, clientX, clientY });
  Object.defineProperty(event, "timeStamp", { value: timeMs });
  canvas.dispatchEvent(event);
}

beforeEach(() => {
  vi.clearAllMocks();
  vi.spyOn(canvas, "getBoundingClientRect").mockReturnValue(new DOMRect(0, 0, 200, 100));
  vi.spyOn(canvas, "setPointerCapture").mockReturnValue();
  taps.length = 0;
  const pointer = new Pointer(canvas, target, (x, y) => taps.push([x, y]));
  return () => pointer.dispose();
});

describe("Pointer", () => {
  it("takes a finger that is lifted where it came down for a tap, however slow it is", () => {
    point("pointerdown", 150, 25, 0);
    point("pointermove", 153, 25, 900);
    point("pointerup", 153, 25, 2_000);
    expect(taps).toEqual([[0.53, 0.5]]);
    expect(target.orbit).not.toHaveBeenCalled();
  });

  it("takes one that is drawn over the picture for a turn of the view, and no tap", () => {
    point("pointerdown", 100, 50, 0);
    point("pointermove", 120, 50, 20);
    point("pointerup", 120, 50, 40);
    expect(taps).toEqual([]);
    expect(target.orbit).toHaveBeenCalledOnce();
    expect(target.orbit.mock.calls[0]![0]).toBeLessThan(0);
  });

  it("lets go of a press whose release is told to nobody, and takes the next for a first one", () => {
    point("pointerdown", 100, 50, 0);
    point("lostpointercapture", 100, 50, 10);
    point("pointermove", 160, 50, 20);
    expect(target.orbit).not.toHaveBeenCalled();
    point("pointerdown", 100, 50, 30, 2);
    point("pointermove", 120, 50, 40, 2);
    expect(target.orbit).toHaveBeenCalledOnce();
    expect(target.zoom).not.toHaveBeenCalled();
  });
});
