import type { Page } from "@playwright/test";
import { expect, test } from "./support/test";
import { expectFits, expectWholeLetters, settle } from "./support/wellMade";

// These tests run twice: with this machine's fonts, and where one other family is all there is.

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 1 };
const SANS = '600 100px "VirtuBar Sans"';
const SERIF = '600 100px "VirtuBar Serif"';
/** Some machines set letters on whole pixels only. */
const ROUNDING = 0.01;

/** Of every script that the page brings a face for, how wide a text is in that face. */
const WIDTHS_PX: readonly (readonly [font: string, text: string, widthPx: number])[] = [
  [SANS, "Lobby", 280.5],
  [SANS, "Łukasz", 311.6],
  [SANS, "Đặng", 245.8],
  [SANS, "Щукина", 389],
  [SANS, "Ὀδυσσεύς", 498.1],
  [SANS, "שלום", 232.4],
  [SANS, "مرحبا", 224.2],
  [SANS, "नमस्ते", 223.5],
  [SANS, "สวัสดี", 231.5],
  [SERIF, "Lobby", 285],
  [SERIF, "Щукина", 401.2],
  ['italic 700 100px "VirtuBar Serif"', "VirtuBar", 415.7],
];

/** As a canvas measures it, once the face is there. */
async function widthPx(page: Page, font: string, text: string): Promise<number> {
  return page.evaluate(
    async ([asked, letters]) => {
      await document.fonts.load(asked, letters);
      const ctx = new OffscreenCanvas(1, 1).getContext("2d")!;
      ctx.font = asked;
      return ctx.measureText(letters).width;
    },
    [font, text] as const,
  );
}

test("letters are the page's own, whatever fonts the machine has", async ({ newGuest }) => {
  const ada = await newGuest();
  await ada.arrive();
  for (const [font, text, wanted] of WIDTHS_PX) {
    const width = await widthPx(ada.page, font, text);
    expect(Math.abs(width / wanted - 1), `${text} is ${width} px wide`).toBeLessThan(ROUNDING);
  }
});

test("a page in Latin letters fetches no others", async ({ newGuest }) => {
  const ada = await newGuest();
  const fetched: string[] = [];
  ada.page.on("request", (request) => {
    const file = /([\w-]+)-[\w-]{8}\.woff2$/.exec(request.url())?.[1];
    if (file !== undefined) fetched.push(file);
  });
  await ada.enter("Ada");
  await ada.page.evaluate(() => document.fonts.ready);
  expect(new Set(fetched)).toEqual(
    new Set(["nunito-latin-wght-normal", "lora-latin-wght-normal", "lora-latin-wght-italic"]),
  );
});

for (const [where, options] of [
  ["a phone", PHONE],
  ["a desktop", {}],
] as const) {
  test(`no letter of any script is cut off on ${where}`, async ({ newGuest, shoot }, info) => {
    const [ada, grace] = await Promise.all([newGuest({ ...options, deviceScaleFactor: 1 }), newGuest()]);
    const { page } = ada;
    await ada.arrive();
    await settle(page);
    await expectWholeLetters(page);
    await ada.enter("Ğyjp Жщ Ὀδ שלום");
    await grace.enter("नमस्ते สวัสดี مرحبا");
    await expect.poll(() => ada.names()).toHaveLength(2);
    await page.getByRole("button", { name: /Who is here/ }).click();
    await expect(page.getByRole("listitem")).toHaveCount(2);
    await settle(page);
    await expectWholeLetters(page);
    await expectFits(page);
    await shoot(ada, `letters-${where.replace(" ", "-")}-${info.project.name}`);
  });
}
