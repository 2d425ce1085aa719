import { describe, expect, it, vi } from "vitest";
import { Lettering, type Fonts } from "./Lettering";

/** `document.fonts`, as a test moves it. */
function fakeFonts() {
  const target = new EventTarget();
  const asked: [font: string, text: string | undefined][] = [];
  const answer = { isBroken: false };
  const fonts = {
    load: (font: string, text?: string) => {
      asked.push([font, text]);
      return answer.isBroken ? Promise.reject(new Error("no network")) : Promise.resolve([]);
    },
    addEventListener: target.addEventListener.bind(target),
    removeEventListener: target.removeEventListener.bind(target),
  } as unknown as Fonts;
  return { fonts, asked, answer, come: () => target.dispatchEvent(new Event("loadingdone")) };
}

describe("Lettering", () => {
  it("asks for the faces of the very characters that are drawn", () => {
    const { fonts, asked } = fakeFonts();
    new Lettering(fonts, () => undefined).want("600 30px Some", "Zoë Жук");
    expect(asked).toEqual([["600 30px Some", "Zoë Жук"]]);
  });

  it("has everything drawn again whenever faces have come, until it is disposed of", () => {
    const { fonts, come } = fakeFonts();
    const redraw = vi.fn();
    const lettering = new Lettering(fonts, redraw);
    come();
    come();
    expect(redraw).toHaveBeenCalledTimes(2);
    lettering.dispose();
    come();
    expect(redraw).toHaveBeenCalledTimes(2);
  });

  it("lets a text be as it is whose face does not come", async () => {
    const { fonts, answer } = fakeFonts();
    answer.isBroken = true;
    const redraw = vi.fn();
    new Lettering(fonts, redraw).want("600 30px Some", "Ada");
    await Promise.resolve();
    expect(redraw).not.toHaveBeenCalled();
  });
});
