import { CanvasTexture, RepeatWrapping, SRGBColorSpace } from "three";

/** A number from 0 to 1 that is always the same for the same seed: a room looks alike for all. */
export function chance(seed: number): number {
  const value = Math.sin(seed * 127.1 + 311.7) * 43758.5453;
  return value - Math.floor(value);
}

export function css(hex: number, alpha = 1): string {
  return `rgba(${(hex >> 16) & 255}, ${(hex >> 8) & 255}, ${hex & 255}, ${alpha})`;
}

/** A texture that is drawn here and now. */
export function painted(
  width: number,
  height: number,
  paint: (ctx: CanvasRenderingContext2D, width: number, height: number) => void,
): CanvasTexture {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const ctx = canvas.getContext("2d");
  if (ctx === null) throw new Error("This browser gives no 2D canvas.");
  paint(ctx, width, height);
  const texture = new CanvasTexture(canvas);
  texture.colorSpace = SRGBColorSpace;
  texture.anisotropy = 4;
  return texture;
}

/** Boards of several widths of tone, with grain and dark joints. */
export function woodTexture(): CanvasTexture {
  const texture = painted(1024, 1024, (ctx, width, height) => {
    const rows = 14;
    const board = height / rows;
    for (let row = 0; row < rows; row++) {
      let x = -chance(row + 3) * 400;
      for (let part = 0; x < width; part++) {
        const length = 300 + chance(row * 7 + part) * 260;
        const tone = chance(row * 31 + part * 17);
        ctx.fillStyle = `hsl(${25 + tone * 7}, ${30 + tone * 8}%, ${28 + tone * 10}%)`;
        ctx.fillRect(x, row * board, length, board);
        grain(ctx, x, row * board, length, board, row * 53 + part);
        ctx.fillStyle = "rgba(20, 10, 6, 0.75)";
        ctx.fillRect(x, row * board, 2.5, board);
        x += length;
      }
      ctx.fillStyle = "rgba(20, 10, 6, 0.8)";
      ctx.fillRect(0, row * board, width, 2.5);
      ctx.fillStyle = "rgba(255, 210, 150, 0.06)";
      ctx.fillRect(0, row * board + 3, width, 2);
    }
  });
  texture.wrapS = texture.wrapT = RepeatWrapping;
  return texture;
}

function grain(
  ctx: CanvasRenderingContext2D,
  x: number,
  y: number,
  length: number,
  board: number,
  seed: number,
): void {
  for (let line = 0; line < 9; line++) {
    const at = y + chance(seed + line * 3.7) * board;
    const isDark = chance(seed + line) > 0.4;
    ctx.strokeStyle = isDark ? "rgba(30, 14, 6, 0.16)" : "rgba(255, 205, 150, 0.07)";
    ctx.lineWidth = 1 + chance(seed * 2 + line) * 2;
    ctx.beginPath();
    ctx.moveTo(x, at);
    const bend = (chance(seed + line * 9) - 0.5) * 16;
    ctx.bezierCurveTo(x + length / 3, at + bend, x + (length * 2) / 3, at - bend, x + length, at);
    ctx.stroke();
  }
}

/** A soft round light, for halos and specks. */
export function haloTexture(): CanvasTexture {
  return painted(128, 128, (ctx, size) => {
    const half = size / 2;
    const fade = ctx.createRadialGradient(half, half, 0, half, half, half);
    fade.addColorStop(0, "rgba(255, 255, 255, 1)");
    fade.addColorStop(0.18, "rgba(255, 255, 255, 0.5)");
    fade.addColorStop(0.5, "rgba(255, 255, 255, 0.12)");
    fade.addColorStop(1, "rgba(255, 255, 255, 0)");
    ctx.fillStyle = fade;
    ctx.fillRect(0, 0, size, size);
  });
}

/** The back bar's old mirror: the room, out of focus. */
export function mirrorTexture(): CanvasTexture {
  return painted(1024, 256, (ctx, width, height) => {
    const fade = ctx.createLinearGradient(0, 0, 0, height);
    fade.addColorStop(0, "#20383f");
    fade.addColorStop(0.55, "#6b4a34");
    fade.addColorStop(1, "#2c1c16");
    ctx.fillStyle = fade;
    ctx.fillRect(0, 0, width, height);
    ctx.filter = "blur(9px)";
    for (let one = 0; one < 46; one++) {
      const radius = 8 + chance(one) * 26;
      const isBlue = chance(one + 50) > 0.78;
      ctx.fillStyle = isBlue ? "rgba(120, 150, 255, 0.35)" : "rgba(255, 190, 105, 0.5)";
      ctx.beginPath();
      const y = height * (0.12 + 0.62 * chance(one + 90));
      ctx.arc(chance(one + 20) * width, y, radius, 0, 2 * Math.PI);
      ctx.fill();
    }
    ctx.filter = "none";
  });
}
