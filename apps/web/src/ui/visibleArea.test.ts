// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { followVisibleArea } from "./visibleArea";

/** What an iPhone tells of the part of the page that can be seen. */
class FakeViewport extends EventTarget {
  height = 390;
  offsetTop = 0;
  scale = 1;

  become(height: number, offsetTop: number, scale = 1): void {
    Object.assign(this, { height, offsetTop, scale });
    this.dispatchEvent(new Event("resize"));
  }
}

function follow() {
  const element = document.createElement("main");
  const viewport = new FakeViewport();
  const stop = followVisibleArea(element, viewport);
  const area = (): string[] =>
    ["--view-top", "--view-height"].map((name) => element.style.getPropertyValue(name));
  return { viewport, area, stop };
}

describe("followVisibleArea", () => {
  it("leaves to the page what the keyboard leaves", () => {
    const { viewport, area } = follow();
    expect(area()).toEqual(["0px", "390px"]);
    viewport.become(150, 60);
    expect(area()).toEqual(["60px", "150px"]);
    viewport.become(390, 0);
    expect(area()).toEqual(["0px", "390px"]);
  });

  it("does not shrink the page for whoever zooms into it", () => {
    const { viewport, area } = follow();
    viewport.become(195, 40, 2);
    expect(area()).toEqual(["0px", "100%"]);
  });

  it("follows no more once it is stopped", () => {
    const { viewport, area, stop } = follow();
    stop();
    viewport.become(150, 60);
    expect(area()).toEqual(["0px", "390px"]);
  });
});
