// The room as a map: furniture (metres, x right, z down), what stops a walker, and how it is drawn.
const WEST = -12, EAST = 12, NORTH = -8, SOUTH = 8, BODY_M = 0.3, TURN = 2 * Math.PI;
const COUNTER = { x0: -7, x1: 7, z0: -6.4, z1: -5.6 }, SHELF = { x0: -7, x1: 7, z0: -8, z1: -7.55 };
const DECKS = { x0: 6, x1: 8, z0: 6.9, z1: 7.6 }, DANCE = { x0: 4, x1: 10, z0: 0, z1: 6 };
const TABLES = [[-9, -2], [-9, 2.5], [-5, 0.5], [-5, 5], [-1, -1.5], [-1, 3], [3, -2]], TABLE_M = 0.7, SEAT_M = 1.3;
const PLANTS = [[-11.3, 7.3], [11.3, 7.3], [11.3, -2.5], [-11.3, -7.3]];
const BOXES = [COUNTER, SHELF, DECKS];
const CIRCLES = [...TABLES.map(([x, z]) => [x, z, TABLE_M]), ...PLANTS.map(([x, z]) => [x, z, 0.5])];
export const COLOURS = { amber: "#f0b45c", rose: "#e2574c", teal: "#4fb3a5", violet: "#9b7fd4",
  lime: "#a4c45a", sky: "#6ea8e0", coral: "#f28a63", plum: "#c05a94" };
export const FEELINGS = { cheers: "🍻", laugh: "😂", clap: "👏", heart: "❤️", wave: "👋", dance: "💃", sad: "😢", surprised: "😮" };
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

const hash = (text) => [...text].reduce((sum, char) => (sum * 31 + char.codePointAt(0)) >>> 0, 7);
export const colourOf = ({ avatarId, userId }) => COLOURS[avatarId] ?? Object.values(COLOURS)[hash(userId) % 8];

// Where a body that wants to be at (x, z) comes to stand: walls stop it, furniture pushes it aside.
export function settle(x, z) {
  for (const { x0, x1, z0, z1 } of BOXES) {
    const nearX = Math.max(x0, Math.min(x1, x)), nearZ = Math.max(z0, Math.min(z1, z));
    const dx = x - nearX, dz = z - nearZ, away = Math.hypot(dx, dz);
    if (away > 0 && away < BODY_M) [x, z] = [nearX + (dx / away) * BODY_M, nearZ + (dz / away) * BODY_M];
    else if (away === 0) z = z < (z0 + z1) / 2 ? z0 - BODY_M : z1 + BODY_M;
  }
  for (const [cx, cz, radius] of CIRCLES) {
    const dx = x - cx, dz = z - cz, away = Math.hypot(dx, dz) || 1e-6, least = radius + BODY_M;
    if (away < least) [x, z] = [cx + (dx / away) * least, cz + (dz / away) * least];
  }
  return [Math.max(WEST + BODY_M, Math.min(EAST - BODY_M, x)), Math.max(NORTH + BODY_M, Math.min(SOUTH - BODY_M, z))];
}

export class Scene {
  constructor(canvas) {
    this.canvas = canvas;
    this.ctx = canvas.getContext("2d");
    new ResizeObserver(() => this.resize()).observe(canvas);
    this.resize();
  }

  resize() {
    const ratio = Math.min(devicePixelRatio || 1, 2), { clientWidth, clientHeight } = this.canvas;
    this.canvas.width = Math.max(1, clientWidth * ratio);
    this.canvas.height = Math.max(1, clientHeight * ratio);
    this.ratio = ratio;
    this.scale = Math.max(Math.min(this.canvas.width / 25.4, this.canvas.height / 17.6), 27 * ratio);
    this.room = new OffscreenCanvas(Math.ceil(26 * this.scale), Math.ceil(18 * this.scale));
    const paint = this.room.getContext("2d");
    paint.setTransform(this.scale, 0, 0, this.scale, 13 * this.scale, 9 * this.scale);
    paintRoom(paint);
  }

  // The world's point at the middle of the view: the room's, or ours where the room does not fit.
  look(me) {
    const along = (size, half, at) => {
      const spare = half + 0.9 - size / this.scale / 2;
      return spare <= 0 ? 0 : Math.max(-spare, Math.min(spare, at));
    };
    this.eye = [along(this.canvas.width, 12, me.x), along(this.canvas.height, 8, me.z)];
  }

  toScreen(x, z) {
    return [(x - this.eye[0]) * this.scale + this.canvas.width / 2, (z - this.eye[1]) * this.scale + this.canvas.height / 2];
  }

  toWorld({ offsetX, offsetY }) {
    return [(offsetX * this.ratio - this.canvas.width / 2) / this.scale + this.eye[0],
      (offsetY * this.ratio - this.canvas.height / 2) / this.scale + this.eye[1]];
  }

  // members: {x, z, rotY, anim, speaking, colour, displayName, isMe, bubble?, feelings: [{glyph, atMs}]}
  draw(nowMs, members, goal) {
    const { ctx, scale } = this, at = this.toScreen(0, 0);
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.clearRect(0, 0, this.canvas.width, this.canvas.height);
    ctx.drawImage(this.room, at[0] - 13 * scale, at[1] - 9 * scale);
    ctx.setTransform(scale, 0, 0, scale, ...at);
    paintLights(ctx, calm ? 0 : nowMs);
    if (goal) ring(ctx, goal[0], goal[1], 0.22, "#f0b45ccc");
    const sorted = [...members].sort((one, other) => one.z - other.z);
    for (const member of sorted) paintBody(ctx, member, calm ? 0 : nowMs);
    ctx.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    for (const member of sorted) this.paintWords(member, nowMs);
  }

  paintWords(member, nowMs) {
    const { ctx, ratio } = this, [sx, sy] = this.toScreen(member.x, member.z).map((value) => value / ratio);
    const above = sy - (0.62 * this.scale) / ratio;
    ctx.textAlign = "center";
    ctx.font = "600 12px system-ui, sans-serif";
    pill(ctx, sx, above, [member.displayName], member.isMe ? "#f0b45c" : "#1a0e0bc8", member.isMe ? "#2a1508" : "#f7e6cf");
    if (member.bubble && nowMs < member.bubble.untilMs) {
      ctx.font = "13px system-ui, sans-serif";
      pill(ctx, sx, above - 14 - 16 * (member.bubble.lines.length - 1) - 10, member.bubble.lines, "#fff3dff2", "#2a1712");
    }
    for (const { glyph, atMs } of member.feelings) {
      const age = (nowMs - atMs) / 1800;
      if (age > 1) continue;
      ctx.globalAlpha = 1 - age ** 3;
      ctx.font = "26px system-ui, sans-serif";
      ctx.fillText(glyph, sx + (calm ? 0 : Math.sin(age * 9) * 6), above - 18 - (calm ? 0 : age * 42));
      ctx.globalAlpha = 1;
    }
  }
}

export function wrap(text, width = 30, most = 4) {
  const lines = [""];
  for (const word of text.match(/\S{1,30}/gu) ?? []) {
    const last = lines.at(-1);
    if (!last || last.length + word.length < width) lines[lines.length - 1] = last ? `${last} ${word}` : word;
    else lines.push(word);
  }
  return lines.length > most ? [...lines.slice(0, most - 1), `${lines[most - 1]}…`] : lines;
}

function pill(ctx, x, y, lines, back, ink) {
  const width = Math.max(...lines.map((line) => ctx.measureText(line).width)) + 14;
  ctx.fillStyle = back;
  ctx.beginPath();
  ctx.roundRect(x - width / 2, y - 12, width, lines.length * 16 + 2, 8);
  ctx.fill();
  ctx.fillStyle = ink;
  lines.forEach((line, index) => ctx.fillText(line, x, y + index * 16 + 1));
}

function disc(ctx, x, z, radius, fill) {
  ctx.fillStyle = fill;
  ctx.beginPath();
  ctx.arc(x, z, radius, 0, TURN);
  ctx.fill();
}

function ring(ctx, x, z, radius, stroke, width = 0.06) {
  ctx.strokeStyle = stroke;
  ctx.lineWidth = width;
  ctx.beginPath();
  ctx.arc(x, z, radius, 0, TURN);
  ctx.stroke();
}

function box(ctx, { x0, x1, z0, z1 }, fill, round = 0.12) {
  ctx.fillStyle = fill;
  ctx.beginPath();
  ctx.roundRect(x0, z0, x1 - x0, z1 - z0, round);
  ctx.fill();
}

function glow(ctx, x, z, radius, colour) {
  const light = ctx.createRadialGradient(x, z, 0, x, z, radius);
  light.addColorStop(0, colour);
  light.addColorStop(1, "#0000");
  ctx.fillStyle = light;
  ctx.fillRect(x - radius, z - radius, 2 * radius, 2 * radius);
}

function paintRoom(ctx) {
  box(ctx, { x0: -12.5, x1: 12.5, z0: -8.5, z1: 8.5 }, "#4a2a20", 0.4);
  box(ctx, { x0: WEST, x1: EAST, z0: NORTH, z1: SOUTH }, "#4b3022", 0);
  for (let row = 0; row < 32; row++) {
    for (let x = WEST - (row * 1.3) % 3; x < EAST; x += 3) {
      const x0 = Math.max(x, WEST), tone = 21 + (hash(`${row}:${Math.round(x * 10)}`) % 60) / 10;
      box(ctx, { x0, x1: Math.min(x + 2.97, EAST), z0: NORTH + row / 2, z1: NORTH + row / 2 + 0.47 }, `hsl(22 40% ${tone}%)`, 0);
    }
  }
  box(ctx, { x0: -1.4, x1: 1.4, z0: SOUTH - 0.05, z1: 8.5 }, "#c98b4a", 0); // the door
  box(ctx, { x0: -2, x1: 2, z0: 6.9, z1: 7.8 }, "#6e2a2a");
  box(ctx, { x0: -1.8, x1: 1.8, z0: 7.05, z1: 7.65 }, "#8a3a34");
  box(ctx, SHELF, "#2a150e");
  for (let x = SHELF.x0 + 0.3; x < SHELF.x1; x += 0.32) disc(ctx, x, -7.77, 0.1, `hsl(${hash(`b${x.toFixed(1)}`) % 360} 55% 55%)`);
  box(ctx, { ...COUNTER, z0: COUNTER.z0 + 0.15, z1: COUNTER.z1 + 0.15 }, "#0006", 0.3);
  box(ctx, COUNTER, "#d59a55", 0.3);
  box(ctx, { x0: COUNTER.x0 + 0.12, x1: COUNTER.x1 - 0.12, z0: COUNTER.z0 + 0.12, z1: COUNTER.z1 - 0.12 }, "#8a4b26", 0.2);
  for (let x = -6.5; x < COUNTER.x1; x += 1.3) {
    disc(ctx, x, -5.1, 0.3, "#2b1610");
    disc(ctx, x, -5.1, 0.24, "#a8433a");
  }
  for (const [x, z] of TABLES) {
    disc(ctx, x, z, 1.85, "#5a2430");
    ring(ctx, x, z, 1.65, "#8a4446", 0.05);
    for (let chair = 0; chair < 4; chair++) {
      const angle = ((chair + 0.5) * TURN) / 4;
      disc(ctx, x + SEAT_M * Math.cos(angle), z + SEAT_M * Math.sin(angle), 0.3, "#2f1a12");
      disc(ctx, x + SEAT_M * Math.cos(angle), z + SEAT_M * Math.sin(angle), 0.23, "#6b3f26");
    }
    disc(ctx, x + 0.06, z + 0.1, TABLE_M, "#0005");
    disc(ctx, x, z, TABLE_M, "#8a5530");
    ring(ctx, x, z, TABLE_M - 0.05, "#b67b45", 0.07);
    disc(ctx, x, z, 0.1, "#ffe2a8");
  }
  for (const [x, z] of PLANTS) {
    for (let leaf = 0; leaf < 9; leaf++) disc(ctx, x + 0.36 * Math.cos(leaf * 2.4), z + 0.36 * Math.sin(leaf * 2.4), 0.22, leaf % 2 ? "#3f6b3a" : "#568a4a");
  }
  box(ctx, { x0: DANCE.x0 - 0.15, x1: DANCE.x1 + 0.15, z0: DANCE.z0 - 0.15, z1: DANCE.z1 + 0.15 }, "#1a1016");
  box(ctx, DECKS, "#1c1418");
  for (const x of [6.5, 7.5]) { disc(ctx, x, 7.25, 0.28, "#3a3038"); ring(ctx, x, 7.25, 0.16, "#e2574c", 0.04); }
  ctx.font = "italic 700 1.15px Georgia, serif";
  ctx.textAlign = "center";
  ctx.shadowColor = "#ff7a5c";
  ctx.shadowBlur = 22;
  ctx.fillStyle = "#ffb59a";
  ctx.fillText("VirtuBar", 9.5, -6.3);
  ctx.shadowBlur = 0;
}

function paintLights(ctx, nowMs) {
  for (let x = DANCE.x0; x < DANCE.x1; x++) {
    for (let z = DANCE.z0; z < DANCE.z1; z++) {
      const wave = Math.sin(nowMs / 900 + x * 1.7 + z * 2.3), hue = (x * 37 + z * 61 + nowMs / 40) % 360;
      box(ctx, { x0: x + 0.04, x1: x + 0.96, z0: z + 0.04, z1: z + 0.96 }, `hsl(${hue} 52% ${26 + 9 * wave}%)`, 0.08);
    }
  }
  ctx.globalCompositeOperation = "lighter";
  TABLES.forEach(([x, z], index) => glow(ctx, x, z, 2 + 0.12 * Math.sin(nowMs / 230 + index * 2), "#ffb04a38"));
  for (const x of [-6, -2, 2]) glow(ctx, x, -5.6, 2.6, "#ffa24a30");
  glow(ctx, 7, 3, 5, "#c25cff1c");
  ctx.globalCompositeOperation = "source-over";
}

function paintBody(ctx, { x, z, rotY, anim, speaking, colour, isMe }, nowMs) {
  const beat = Math.sin(nowMs / 110 + x), walking = anim === "walk", dancing = anim === "dance";
  ctx.save();
  ctx.translate(x, z);
  disc(ctx, 0.03, 0.08, 0.36, "#0007");
  if (isMe) ring(ctx, 0, 0, 0.44, "#ffd48a");
  if (speaking) ring(ctx, 0, 0, 0.5 + 0.04 * beat, "#9be28a");
  ctx.rotate(-rotY + (dancing ? 0.5 * Math.sin(nowMs / 260 + x) : 0)); // rotY 0 faces +z, down the map
  if (dancing) ctx.scale(1 + 0.08 * beat, 1 + 0.08 * beat);
  const step = walking ? 0.15 * Math.sin(nowMs / 95) : 0;
  disc(ctx, -0.13, 0.05 + step, 0.1, "#241410");
  disc(ctx, 0.13, 0.05 - step, 0.1, "#241410");
  ctx.fillStyle = colour;
  ctx.beginPath();
  ctx.ellipse(0, -0.02, 0.35, 0.22, 0, 0, TURN);
  ctx.fill();
  const lift = anim === "wave" ? 0.1 * beat : 0;
  disc(ctx, -0.33, 0.06 - step, 0.09, colour);
  disc(ctx, 0.33 + lift, anim === "wave" || dancing ? 0.24 : 0.06 + step, 0.09, anim === "wave" ? "#f1c9a0" : colour);
  disc(ctx, 0, 0.03, 0.2, "#f1c9a0");
  ctx.fillStyle = "#3a2218";
  ctx.beginPath();
  ctx.arc(0, 0, 0.205, Math.PI * 0.95, TURN + Math.PI * 0.05);
  ctx.fill();
  disc(ctx, 0, 0.21, 0.045, "#e0ae82");
  ctx.restore();
}
