import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** WCAG 2.2 AA, and what axe thinks good beyond it. */
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Nothing on the page as it is now stands in anybody's way. */
export async function expectAccessible(page: Page): Promise<void> {
  await settle(page);
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary ?? ""}`),
  );
  expect(found).toEqual([]);
}

/** What only fades in has no contrast yet. */
export async function settle(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const finite = document
      .getAnimations()
      .filter(({ effect }) => effect?.getTiming().iterations !== Infinity);
    await Promise.allSettled(finite.map(({ finished }) => finished));
  });
}

/** No sideways scrolling, and nothing that sticks out of the page. */
export async function expectFits(page: Page): Promise<void> {
  const { width, scrollWidth, outside } = await page.evaluate(() => {
    const { innerWidth: width, innerHeight: height } = window;
    const outside = [...document.querySelectorAll("button, input, h1, h2")]
      .map((element) => ({ element, box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 1 && box.height > 1)
      .filter(({ box }) => box.left < -1 || box.right > width + 1 || box.top < -1 || box.bottom > height + 1)
      .map(({ element, box }) => `${element.className || element.tagName} ${JSON.stringify(box)}`);
    return { width, scrollWidth: document.documentElement.scrollWidth, outside };
  });
  expect(scrollWidth).toBeLessThanOrEqual(width);
  expect(outside).toEqual([]);
}

/** No letter is cut off above or below by the edge of what it is in. */
export async function expectWholeLetters(page: Page): Promise<void> {
  const cut = await page.evaluate(async () => {
    await document.fonts.ready;
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      // Pictures are cut as pictures are.
      if (node.parentElement?.closest("svg") != null) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const lines = [...range.getClientRects()].filter(({ width }) => width > 0);
      for (let box = node.parentElement; box !== null && lines.length > 0; box = box.parentElement) {
        const { overflowY, clipPath } = getComputedStyle(box);
        // What only screen readers get is cut off with intent, what scrolls is whole after scrolling.
        if (clipPath !== "none" || overflowY === "auto" || overflowY === "scroll") break;
        if (overflowY === "visible") continue;
        const { top, bottom } = box.getBoundingClientRect();
        const isWhole = lines.every((line) => line.top >= top - 0.5 && line.bottom <= bottom + 0.5);
        if (!isWhole) found.push(`${box.className}: ${node.nodeValue ?? ""}`);
      }
    }
    return found;
  });
  expect(cut).toEqual([]);
}
