import {
  CanvasTexture,
  LinearFilter,
  LinearMipmapLinearFilter,
  SRGBColorSpace,
  Vector2,
  type WebGLRenderer,
} from "three";
import { Lettering } from "../type/Lettering";
import { TILE_H, TILE_W, type NameTag } from "./nameTags";
import { BADGE_FONT, paintTag, TAG_FONT } from "./paintTag";

const COLUMNS = 5;
const ROWS = 18;
const WIDTH = 2048;
const HEIGHT = 1024;
/** Names that can be painted at once: those that are read, and some who may be next. */
export const TILES = COLUMNS * ROWS;
const MUTED = "\u{1F507}";

const corner = new Vector2();

/** Where a name is in the atlas: its left, its lower edge, its width and height; parts of the whole. */
export interface Tile {
  left: number;
  low: number;
  wide: number;
  tall: number;
}

/** The picture that names are painted in, and its copy on the graphics card. */
export class NameAtlas {
  readonly texture: CanvasTexture;
  /** The atlas's width over its height. */
  readonly aspect = WIDTH / HEIGHT;
  readonly #canvas = document.createElement("canvas");
  readonly #ctx: CanvasRenderingContext2D;
  /** One tile alone: that is what goes to the card when a name is painted. */
  readonly #tile = document.createElement("canvas");
  readonly #tileCtx: CanvasRenderingContext2D;
  readonly #tileTexture: CanvasTexture;
  readonly #stale: number[] = [];
  readonly #lettering: Lettering;

  /** @param onFace a typeface has come: what is painted has to be painted anew. */
  constructor(onFace: () => void) {
    this.#lettering = new Lettering(document.fonts, onFace);
    this.#ctx = contextOf(this.#canvas, WIDTH, HEIGHT);
    this.#tileCtx = contextOf(this.#tile, TILE_W, TILE_H);
    this.texture = new CanvasTexture(this.#canvas);
    this.texture.colorSpace = SRGBColorSpace;
    this.texture.minFilter = LinearMipmapLinearFilter;
    this.texture.magFilter = LinearFilter;
    this.texture.anisotropy = 4;
    this.#tileTexture = new CanvasTexture(this.#tile);
    this.#tileTexture.colorSpace = SRGBColorSpace;
  }

  /** Paint a name into its tile; it must have one. */
  paint(name: NameTag): void {
    const text = name.isMuted ? `${MUTED} ${name.text}` : name.text;
    const { slot, badges, isOwn } = name;
    name.width = paintTag(this.#ctx, leftOf(slot), topOf(slot), { text, badges, isOwn });
    this.#lettering.want(TAG_FONT, text);
    for (const badge of badges) this.#lettering.want(BADGE_FONT, badge.text);
    if (!this.#stale.includes(slot)) this.#stale.push(slot);
  }

  /** Where the drawn part of a name is. */
  find(name: NameTag, out: Tile): void {
    out.left = (leftOf(name.slot) + (TILE_W * (1 - name.width)) / 2) / WIDTH;
    out.low = 1 - (topOf(name.slot) + TILE_H) / HEIGHT;
    out.wide = (TILE_W * name.width) / WIDTH;
    out.tall = TILE_H / HEIGHT;
  }

  /** Hand what was painted to the graphics card, tile by tile: the whole would be eight megabytes. */
  upload(renderer: Pick<WebGLRenderer, "copyTextureToTexture">): void {
    this.#stale.forEach((slot, at) => {
      this.#tileCtx.clearRect(0, 0, TILE_W, TILE_H);
      const [left, top] = [leftOf(slot), topOf(slot)];
      this.#tileCtx.drawImage(this.#canvas, left, top, TILE_W, TILE_H, 0, 0, TILE_W, TILE_H);
      // The smaller copies are made once, of all together.
      this.texture.generateMipmaps = at === this.#stale.length - 1;
      corner.set(left, HEIGHT - top - TILE_H);
      renderer.copyTextureToTexture(this.#tileTexture, this.texture, null, corner);
    });
    this.texture.generateMipmaps = true;
    this.#stale.length = 0;
  }

  dispose(): void {
    this.#lettering.dispose();
    this.texture.dispose();
    this.#tileTexture.dispose();
  }
}

function contextOf(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  canvas.width = width;
  canvas.height = height;
  const ctx = canvas.getContext("2d");
  if (ctx === null) throw new Error("This browser gives no 2D canvas.");
  return ctx;
}

function leftOf(slot: number): number {
  return (slot % COLUMNS) * TILE_W;
}

function topOf(slot: number): number {
  return Math.floor(slot / COLUMNS) * TILE_H;
}
