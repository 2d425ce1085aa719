import type { CanvasTexture } from "three";
import { chance, painted } from "./paint";

const WIDTH = 2048;
const HEIGHT = 512;

/** The far side of the street at dusk: sky, roofs, lit windows. */
export function skylineTexture(): CanvasTexture {
  return painted(WIDTH, HEIGHT, (ctx) => {
    const sky = ctx.createLinearGradient(0, 0, 0, HEIGHT);
    sky.addColorStop(0, "#28335f");
    sky.addColorStop(0.26, "#4d5a94");
    sky.addColorStop(0.42, "#9a7ba0");
    sky.addColorStop(0.53, "#e59a78");
    sky.addColorStop(0.62, "#f7cf9c");
    sky.addColorStop(1, "#8a6270");
    ctx.fillStyle = sky;
    ctx.fillRect(0, 0, WIDTH, HEIGHT);
    stars(ctx);
    houses(ctx, 0.56, "#6a6693", 11, 0.12);
    houses(ctx, 0.66, "#3a3f6b", 47, 0.34);
  });
}

function stars(ctx: CanvasRenderingContext2D): void {
  ctx.fillStyle = "rgba(255, 244, 220, 0.8)";
  for (let one = 0; one < 60; one++) {
    const size = 1 + chance(one + 5) * 1.6;
    ctx.fillRect(chance(one) * WIDTH, chance(one + 400) * HEIGHT * 0.3, size, size);
  }
}

/** A row of houses whose roofs are about `top` of the way down. */
function houses(ctx: CanvasRenderingContext2D, top: number, colour: string, seed: number, lit: number): void {
  let x = -30;
  for (let house = 0; x < WIDTH; house++) {
    const width = 90 + chance(seed + house) * 120;
    const roof = HEIGHT * (top + (chance(seed * 3 + house) - 0.5) * 0.22);
    ctx.fillStyle = colour;
    ctx.fillRect(x, roof, width, HEIGHT - roof);
    if (chance(seed + house * 5) > 0.55) gable(ctx, x, roof, width);
    else ctx.fillRect(x + width * 0.65, roof - 26, 14, 30);
    windows(ctx, x, roof, width, seed + house * 13, lit);
    x += width + (chance(seed + house * 2) > 0.8 ? 26 : 2);
  }
}

function gable(ctx: CanvasRenderingContext2D, x: number, roof: number, width: number): void {
  ctx.beginPath();
  ctx.moveTo(x, roof + 1);
  ctx.lineTo(x + width / 2, roof - width * 0.32);
  ctx.lineTo(x + width, roof + 1);
  ctx.fill();
}

function windows(
  ctx: CanvasRenderingContext2D,
  x: number,
  roof: number,
  width: number,
  seed: number,
  lit: number,
): void {
  for (let row = 0; roof + 24 + row * 38 < HEIGHT - 40; row++) {
    for (let column = 0; 14 + column * 30 < width - 20; column++) {
      const roll = chance(seed + row * 17 + column * 3);
      if (roll > lit + 0.25) continue;
      ctx.fillStyle = roll < lit ? `rgba(255, ${190 + roll * 120}, 110, 0.95)` : "rgba(150, 170, 255, 0.16)";
      ctx.fillRect(x + 14 + column * 30, roof + 22 + row * 38, 14, 20);
    }
  }
}

/** What is near the windows: lamps, a tree, people on their way. Clear elsewhere. */
export function pavementTexture(): CanvasTexture {
  return painted(WIDTH, HEIGHT, (ctx) => {
    ctx.fillStyle = "#1c2036";
    ctx.fillRect(0, HEIGHT * 0.93, WIDTH, HEIGHT * 0.07);
    for (let lamp = 0; lamp < 5; lamp++) streetLamp(ctx, 180 + lamp * 420);
    for (let tree = 0; tree < 4; tree++) bush(ctx, 370 + tree * 470, tree);
    for (let person = 0; person < 9; person++) passer(ctx, 90 + person * 225, person);
  });
}

function streetLamp(ctx: CanvasRenderingContext2D, x: number): void {
  const top = HEIGHT * 0.2;
  const glow = ctx.createRadialGradient(x, top, 4, x, top, 150);
  glow.addColorStop(0, "rgba(255, 214, 140, 0.95)");
  glow.addColorStop(0.12, "rgba(255, 190, 110, 0.45)");
  glow.addColorStop(1, "rgba(255, 170, 90, 0)");
  ctx.fillStyle = glow;
  ctx.fillRect(x - 150, top - 150, 300, 300);
  ctx.fillStyle = "#10132a";
  ctx.fillRect(x - 4, top, 8, HEIGHT);
  ctx.fillRect(x - 14, top - 24, 28, 7);
  ctx.fillStyle = "#ffe2ac";
  ctx.beginPath();
  ctx.arc(x, top - 4, 13, 0, 2 * Math.PI);
  ctx.fill();
}

function bush(ctx: CanvasRenderingContext2D, x: number, seed: number): void {
  ctx.fillStyle = "#22294a";
  ctx.fillRect(x - 6, HEIGHT * 0.4, 12, HEIGHT * 0.6);
  for (let leaf = 0; leaf < 16; leaf++) {
    const dx = (chance(seed * 40 + leaf) - 0.5) * 170;
    const dy = (chance(seed * 70 + leaf) - 0.5) * 150;
    ctx.beginPath();
    ctx.arc(x + dx, HEIGHT * 0.32 + dy, 26 + chance(leaf) * 26, 0, 2 * Math.PI);
    ctx.fill();
  }
}

function passer(ctx: CanvasRenderingContext2D, x: number, seed: number): void {
  const tall = HEIGHT * (0.3 + chance(seed + 8) * 0.07);
  const foot = HEIGHT * 0.95;
  ctx.fillStyle = "#1d2340";
  ctx.beginPath();
  ctx.roundRect(x - 19, foot - tall * 0.78, 38, tall * 0.52, 17);
  ctx.roundRect(x - 15, foot - tall * 0.36, 13, tall * 0.36, 5);
  ctx.roundRect(x + 3, foot - tall * 0.36, 13, tall * 0.36, 5);
  ctx.arc(x, foot - tall * 0.9, 16, 0, 2 * Math.PI);
  ctx.fill();
  if (chance(seed) > 0.6) {
    ctx.beginPath();
    ctx.arc(x + 8, foot - tall * 1.02, 46, Math.PI, 2 * Math.PI);
    ctx.fill();
  }
}
