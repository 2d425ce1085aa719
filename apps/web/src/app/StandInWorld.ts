import { makePose, type Pose } from "../motion/Pose";
import { collide } from "../scene/collision";
import { SEATS, TABLES } from "../scene/layout";
import type { PickHit, PoseSource, SceneMember, WorldOptions, WorldStats } from "../scene/types";
import type { BarWorld } from "./BarWorld";

/** A plan of the room from above, until the room itself can be drawn. */
export class StandInWorld implements BarWorld {
  readonly collide = collide;
  readonly seats = SEATS;
  cameraYaw = Math.PI;
  onPick: (hit: PickHit) => void = () => undefined;
  readonly #canvas: HTMLCanvasElement;
  readonly #options: WorldOptions;
  readonly #members = new Map<string, { member: SceneMember; pose: Pose; text: string }>();
  #source: PoseSource = () => false;
  #frame = 0;
  #lastMs = 0;

  constructor(canvas: HTMLCanvasElement, options: WorldOptions) {
    this.#canvas = canvas;
    this.#options = options;
    canvas.addEventListener("click", (event) => this.#click(event));
  }
  start(): void {
    this.#frame = requestAnimationFrame((nowMs) => this.#tick(nowMs));
  }
  dispose(): void {
    cancelAnimationFrame(this.#frame);
  }
  addMember(member: SceneMember, pose: Pose): void {
    this.#members.set(member.userId, { member, pose: { ...makePose(), ...pose }, text: "" });
  }
  removeMember(userId: string): void {
    this.#members.delete(userId);
  }
  setPoseSource(source: PoseSource): void {
    this.#source = source;
  }
  showBubble(userId: string, text: string): void {
    const entry = this.#members.get(userId);
    if (entry) entry.text = text;
  }
  showEmote(userId: string, emoteId: string): void {
    this.showBubble(userId, emoteId);
  }
  setSpeaking(): void {
    return;
  }
  setMuted(): void {
    return;
  }
  setQuality(): void {
    return;
  }
  setReducedMotion(): void {
    return;
  }
  setShowNames(): void {
    return;
  }
  stats(): WorldStats {
    const { size } = this.#members;
    return { drawCalls: 0, triangles: 0, cpuMs: 0, fps: 60, pixelRatio: 1, members: size, geometries: 0, textures: 0 };
  }
  #scale(): number {
    return Math.min(this.#canvas.width / 26, this.#canvas.height / 18);
  }
  #click(event: MouseEvent): void {
    const scale = this.#scale();
    const x = (event.offsetX - this.#canvas.width / 2) / scale;
    const z = (event.offsetY - this.#canvas.height / 2) / scale;
    for (const { member, pose } of this.#members.values()) {
      if (!member.local && Math.hypot(pose.x - x, pose.z - z) < 0.4) {
        this.onPick({ kind: "member", userId: member.userId });
        return;
      }
    }
    for (const seat of SEATS) {
      if (Math.hypot(seat.x - x, seat.z - z) < 0.3) {
        this.onPick({ kind: "seat", seatId: seat.id, x: seat.x, z: seat.z, rotY: seat.rotY });
        return;
      }
    }
    this.onPick({ kind: "floor", x, z });
  }
  #tick(nowMs: number): void {
    const dtS = Math.min(1 / 30, (nowMs - this.#lastMs) / 1000);
    this.#lastMs = nowMs;
    this.#options.onStep?.(nowMs, dtS);
    const canvas = this.#canvas;
    canvas.width = canvas.clientWidth;
    canvas.height = canvas.clientHeight;
    const draw = canvas.getContext("2d")!;
    const scale = this.#scale();
    draw.fillStyle = "#2a1c22";
    draw.fillRect(0, 0, canvas.width, canvas.height);
    draw.translate(canvas.width / 2, canvas.height / 2);
    draw.scale(scale, scale);
    draw.fillStyle = "#53382e";
    draw.fillRect(-12, -8, 24, 16);
    draw.fillStyle = "#8a5a3c";
    draw.fillRect(-7, -6.4, 14, 0.8);
    for (const table of TABLES) {
      draw.beginPath();
      draw.arc(table.x, table.z, 0.7, 0, 7);
      draw.fill();
    }
    draw.fillStyle = "#6d4a38";
    for (const seat of SEATS) draw.fillRect(seat.x - 0.2, seat.z - 0.2, 0.4, 0.4);
    draw.font = "0.4px sans-serif";
    for (const [userId, { member, pose, text }] of this.#members) {
      this.#source(userId, pose, nowMs, dtS);
      draw.fillStyle = member.local ? "#ffd28a" : "#7fc8c0";
      draw.beginPath();
      draw.arc(pose.x, pose.z, 0.28, 0, 7);
      draw.fill();
      draw.fillStyle = "#fff";
      draw.fillText(`${member.displayName} ${pose.anim[0] ?? ""} ${text}`, pose.x + 0.3, pose.z - 0.2);
      draw.fillRect(pose.x + Math.sin(pose.rotY) * 0.28 - 0.05, pose.z + Math.cos(pose.rotY) * 0.28 - 0.05, 0.1, 0.1);
    }
    this.start();
  }
}
