import { expect, type Browser } from "@playwright/test";
import { Vector3 } from "three";
import { CameraRig } from "../../src/scene/CameraRig";
import { SEATS } from "../../src/scene/layout";
import { pick } from "../../src/scene/pick";
import type { Seat } from "../../src/scene/types";
import type { Drawn, Guest } from "./Guest";

/** Around somebody who stands: from the soles to the hair, metres. */
const BODY_M = { low: 0.1, high: 1.65, half: 0.35 } as const;
const LONG_S = 60;
/** Seats are looked for in an empty room. */
const NO_NAMES = { tagOf: () => false };
/** Of 255: less is the breath of the light. */
const DIFFERENT = 24;

/** Pixels of a compared picture to one of the page: bodies and light are still seen well, at half the cost. */
export const PICTURE_SCALE = 0.5;

/** A part of a page, CSS pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What a page's camera shows, told from where its guest stands: the page's own rules, no peeping. */
export class View {
  readonly #rig = new CameraRig();
  readonly #own: Box;
  readonly #width: number;
  readonly #height: number;

  private constructor(width: number, height: number, own: Drawn, yaw: number) {
    const { x, y, z } = own;
    this.#width = width;
    this.#height = height;
    this.#rig.isCalm = true;
    this.#rig.resize(width, height);
    this.#rig.yaw = yaw;
    this.#rig.jump(x, y, z);
    this.#rig.update(x, y, z, LONG_S);
    this.#rig.camera.updateMatrixWorld();
    this.#own = this.around(own);
  }

  /** Of somebody who stands still. */
  static async of(guest: Guest): Promise<View> {
    const box = await guest.canvas.boundingBox();
    if (box === null) throw new Error("There is no picture.");
    const own = await guest.rest();
    const yaw = await guest.page.evaluate(() => window.__virtubar?.viewYaw() ?? Math.PI);
    return new View(box.width, box.height, own, yaw);
  }

  /** Where a point of the room is on the page. */
  at(x: number, y: number, z: number): { x: number; y: number } {
    const point = new Vector3(x, y, z).project(this.#rig.camera);
    return { x: ((point.x + 1) / 2) * this.#width, y: ((1 - point.y) / 2) * this.#height };
  }

  /** Around somebody's body. */
  around({ x, z }: Drawn): Box {
    const head = this.at(x, BODY_M.high, z);
    const feet = this.at(x, BODY_M.low, z);
    const left = Math.round(Math.min(this.at(x - BODY_M.half, 1, z).x, this.at(x + BODY_M.half, 1, z).x));
    const right = Math.round(Math.max(this.at(x - BODY_M.half, 1, z).x, this.at(x + BODY_M.half, 1, z).x));
    const top = Math.max(0, Math.round(head.y));
    const bottom = Math.min(this.#height, Math.round(feet.y));
    return { x: left, y: top, width: right - left, height: bottom - top };
  }

  /** Seats that a click meets beside the own body, the nearest first, and where to click. */
  seats(): { seat: Seat; x: number; y: number }[] {
    const eye = this.#rig.camera.position;
    return SEATS.map((seat) => ({ seat, ...this.at(seat.x, seat.heightM, seat.z) }))
      .filter(({ seat, x, y }) => {
        const across = (x / this.#width) * 2 - 1;
        const up = 1 - (y / this.#height) * 2;
        const hit = pick(across, up, this.#rig.camera, [], NO_NAMES);
        const isBeside = x < this.#own.x || x > this.#own.x + this.#own.width;
        return isBeside && hit?.kind === "seat" && hit.seatId === seat.id;
      })
      .sort(
        (a, b) =>
          Math.hypot(a.seat.x - eye.x, a.seat.z - eye.z) - Math.hypot(b.seat.x - eye.x, b.seat.z - eye.z),
      );
  }
}

/** The part of a box, 0 to 1, in which two pictures of a page differ; it is drawn in `PICTURE_SCALE`. */
export async function changed(browser: Browser, before: Buffer, after: Buffer, box: Box): Promise<number> {
  expect(box.width * box.height).toBeGreaterThan(100);
  expect(box.x).toBeGreaterThanOrEqual(0);
  const [x, y, width, height] = [box.x, box.y, box.width, box.height].map((px) =>
    Math.round(px * PICTURE_SCALE),
  ) as [number, number, number, number];
  // The bar's own pages may not open pictures that did not come from the server.
  const page = await browser.newPage({ deviceScaleFactor: 1 });
  const part = await page.evaluate(
    async ({ pictures, box: { x, y, width, height }, least }) => {
      const [first, second] = await Promise.all(
        pictures.map(async (base64) => {
          const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
          const bitmap = await createImageBitmap(new Blob([bytes]), x, y, width, height);
          const context = new OffscreenCanvas(width, height).getContext("2d");
          context?.drawImage(bitmap, 0, 0);
          return context?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray();
        }),
      );
      let different = 0;
      for (let at = 0; at < first!.length; at += 4) {
        const far = [0, 1, 2].some(
          (channel) => Math.abs(first![at + channel]! - second![at + channel]!) > least,
        );
        if (far) different += 1;
      }
      return different / (width * height);
    },
    {
      pictures: [before.toString("base64"), after.toString("base64")],
      box: { x, y, width, height },
      least: DIFFERENT,
    },
  );
  await page.close();
  return part;
}
