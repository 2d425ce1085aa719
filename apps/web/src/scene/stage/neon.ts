import {
  AdditiveBlending,
  CatmullRomCurve3,
  Mesh,
  MeshBasicMaterial,
  PlaneGeometry,
  TubeGeometry,
  Vector3,
} from "three";
import type { Batch } from "./Batch";
import { css, painted } from "./paint";
import { INK } from "./palette";

/** x, y, x, y and so on. */
type Stroke = readonly number[];

/** Letters as a glass bender makes them: strokes on a grid whose capitals are 1 high. */
const LETTERS: readonly { readonly advance: number; readonly strokes: readonly Stroke[] }[] = [
  { advance: 0.92, strokes: [[0, 1, 0.2, 0.5, 0.4, 0, 0.6, 0.5, 0.8, 1]] },
  {
    advance: 0.3,
    strokes: [
      [0.1, 0.62, 0.1, 0.3, 0.1, 0],
      [0.09, 0.82, 0.11, 0.86],
    ],
  },
  {
    advance: 0.5,
    strokes: [
      [0.05, 0.62, 0.05, 0.3, 0.05, 0],
      [0.05, 0.36, 0.13, 0.55, 0.28, 0.63, 0.4, 0.58],
    ],
  },
  {
    advance: 0.5,
    strokes: [
      [0.16, 0.92, 0.16, 0.5, 0.17, 0.14, 0.26, 0.01, 0.4, 0.05],
      [0.02, 0.62, 0.2, 0.62, 0.36, 0.62],
    ],
  },
  {
    advance: 0.68,
    strokes: [
      [0.05, 0.62, 0.05, 0.24, 0.13, 0.03, 0.28, 0.01, 0.42, 0.14, 0.46, 0.3],
      [0.46, 0.62, 0.46, 0.3, 0.47, 0],
    ],
  },
  {
    advance: 0.8,
    strokes: [
      [0.05, 0, 0.05, 0.5, 0.05, 1],
      [0.05, 1, 0.36, 0.98, 0.5, 0.78, 0.38, 0.56, 0.07, 0.53],
      [0.07, 0.53, 0.44, 0.5, 0.6, 0.27, 0.46, 0.03, 0.05, 0],
    ],
  },
  {
    advance: 0.68,
    strokes: [
      [0.45, 0.5, 0.3, 0.63, 0.12, 0.55, 0.05, 0.31, 0.12, 0.07, 0.28, 0, 0.42, 0.12, 0.46, 0.3],
      [0.46, 0.62, 0.46, 0.3, 0.48, 0],
    ],
  },
  {
    advance: 0.5,
    strokes: [
      [0.05, 0.62, 0.05, 0.3, 0.05, 0],
      [0.05, 0.36, 0.13, 0.55, 0.28, 0.63, 0.4, 0.58],
    ],
  },
];
const CAPITAL_M = 0.78;
const TUBE_M = 0.03;
const WIDTH = LETTERS.reduce((sum, letter) => sum + letter.advance, 0) - 0.1;
const PLACE = { y: 3.3, z: -7.5 } as const;

/** Every stroke as points, centred on the sign, metres. */
function strokes(): Vector3[][] {
  const found: Vector3[][] = [];
  let left = -WIDTH / 2;
  for (const letter of LETTERS) {
    for (const stroke of letter.strokes) {
      const bends = Array.from({ length: stroke.length / 2 }, (_, at) => {
        return new Vector3((left + stroke[2 * at]!) * CAPITAL_M, stroke[2 * at + 1]! * CAPITAL_M, 0);
      });
      found.push(bends);
    }
    left += letter.advance;
  }
  return found;
}

/** The sign over the bar: tubes into the batch of what glows, and the haze around them. */
export function buildNeon(glow: Batch): Mesh {
  const lines = strokes();
  for (const points of lines) {
    const tube = new TubeGeometry(new CatmullRomCurve3(points), points.length * 5, TUBE_M, 6);
    glow.add(tube, 0xffa08c, PLACE, 1.9);
  }
  const underline = [-1.9, -0.6, 0.7, 1.9].map((x, at) => new Vector3(x, -0.2 + (at % 2) * 0.05, 0));
  glow.add(new TubeGeometry(new CatmullRomCurve3(underline), 30, 0.02, 8), INK.neonAqua, PLACE, 1.2);
  return haze(lines);
}

function haze(lines: readonly Vector3[][]): Mesh {
  const wide = 6;
  const tall = 2.2;
  const map = painted(768, 282, (ctx, width, height) => {
    const scale = width / wide;
    ctx.fillStyle = "black";
    ctx.fillRect(0, 0, width, height);
    ctx.translate(width / 2, height / 2 + 0.39 * scale);
    ctx.lineCap = ctx.lineJoin = "round";
    for (const [blur, alpha] of [
      [46, 0.5],
      [22, 0.5],
      [8, 0.6],
    ] as const) {
      ctx.filter = `blur(${blur}px)`;
      ctx.strokeStyle = css(INK.neonCoral, alpha);
      ctx.lineWidth = blur * 0.7;
      for (const points of lines) {
        ctx.beginPath();
        for (const point of points) ctx.lineTo(point.x * scale, -point.y * scale);
        ctx.stroke();
      }
    }
  });
  const material = new MeshBasicMaterial({ map, blending: AdditiveBlending, depthWrite: false });
  material.transparent = true;
  const mesh = new Mesh(new PlaneGeometry(wide, tall), material);
  mesh.position.set(0, PLACE.y + CAPITAL_M / 2, PLACE.z + 0.06);
  return mesh;
}
