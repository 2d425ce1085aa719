/**
 * The scene alone, with N people who walk about, for looking at and measuring. Not in the build.
 *
 * `scene-lab.html?n=50&x=0&z=7&yaw=180&pitch=15&far=4.4&quality=high&calm&look=fern&badges`
 */
import { makePose, type Pose } from "../../motion/Pose";
import { EMOTE_IDS } from "../../net/realtime/constants";
import { badgesOf } from "../../room/badges";
import { LOOKS } from "../avatar/looks";
import { DANCE_FLOOR, SEATS, seatAt } from "../layout";
import { collide } from "../collision";
import type { Quality } from "../types";
import { World } from "../World";

const query = new URLSearchParams(location.search);
const canvas = document.querySelector("canvas")!;
const overlay = document.querySelector<HTMLElement>("#overlay")!;
const figures = document.querySelector("output")!;

function numberOf(name: string, otherwise: number): number {
  const text = query.get(name);
  return text === null ? otherwise : Number(text);
}

const NAMES = [
  "Ada",
  "Björn",
  "Chloé",
  "Дмитрий",
  "Ekwueme",
  "فاطمة",
  "春樹",
  "Hedy 🎷",
  "İpek",
  "Joaquín",
  "Κατερίνα",
  "Lakshmi",
];
const WORDS = [
  "A round for everyone!",
  "Is that a real mirror ball? 🪩",
  "乾杯 🍻",
  "I only came for the lamps. They are very good lamps, and I may stay.",
  "שלום!",
];

interface Guest {
  readonly id: string;
  readonly pose: Pose;
  readonly isMoving: boolean;
  goalX: number;
  goalZ: number;
  waitS: number;
}

const guests = new Map<string, Guest>();
const spot = { x: 0, z: 0 };
let chance = 1;

function random(): number {
  chance = (chance * 16807) % 2147483647;
  return chance / 2147483647;
}

function aim(guest: Guest): void {
  guest.goalX = -11 + 22 * random();
  guest.goalZ = -4.9 + 12 * random();
}

function walk(guest: Guest, dtS: number): void {
  const { pose } = guest;
  const dx = guest.goalX - pose.x;
  const dz = guest.goalZ - pose.z;
  const away = Math.hypot(dx, dz);
  if (guest.waitS > 0 || away < 0.2) {
    guest.waitS = away < 0.2 && guest.waitS <= 0 ? 2 * random() : guest.waitS - dtS;
    if (guest.waitS <= 0) aim(guest);
    pose.speedMps = 0;
    pose.anim = "idle";
    return;
  }
  const step = Math.min(away, 2.2 * dtS);
  collide(pose.x, pose.z, pose.x + (dx / away) * step, pose.z + (dz / away) * step, spot);
  const movedM = Math.hypot(spot.x - pose.x, spot.z - pose.z);
  if (movedM < step * 0.3) aim(guest);
  pose.speedMps = dtS > 0 ? movedM / dtS : 0;
  pose.rotY = Math.atan2(dx, dz);
  pose.anim = "walk";
  pose.x = spot.x;
  pose.z = spot.z;
}

/** How long each frame's callback took, ms: the whole tick, without the GPU. */
const ticksMs: number[] = [];
const animate = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (callback) => {
  return animate((time) => {
    const beganMs = performance.now();
    callback(time);
    ticksMs.push(performance.now() - beganMs);
  });
};

/** The middle one since the last call. */
function tickMs(): number {
  const sorted = ticksMs.splice(0).sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

const world = new World(canvas, {
  overlay,
  quality: (query.get("quality") ?? "high") as Quality,
  reducedMotion: query.has("calm"),
});

const BADGES = [[], badgesOf("moderator", false), badgesOf("guest", true), badgesOf("owner", true)] as const;

function admit(id: string, displayName: string, avatarId: string, pose: Pose, isMoving: boolean): void {
  const guest: Guest = { id, pose, isMoving, goalX: pose.x, goalZ: pose.z, waitS: 0 };
  guests.set(id, guest);
  const badges = query.has("badges") ? BADGES[guests.size % BADGES.length]! : [];
  world.addMember({ userId: id, displayName, avatarId, badges, local: id === "me" }, pose);
  world.setSeat(id, seatAt(pose.x, pose.z)?.id ?? null);
}

function place(index: number): Pose {
  const pose = makePose();
  const seat = SEATS[(index * 7) % SEATS.length]!;
  if (index % 4 === 0) {
    const angle = index * 2.4;
    pose.x = DANCE_FLOOR.x + (0.8 + 1.9 * random()) * Math.sin(angle);
    pose.z = DANCE_FLOOR.z + (0.8 + 1.9 * random()) * Math.cos(angle);
    pose.rotY = angle + Math.PI;
    pose.anim = "dance";
  } else if (index % 4 === 1 && !query.has("walk")) {
    Object.assign(pose, { x: seat.x, z: seat.z, rotY: seat.rotY });
  } else {
    pose.x = -10 + 20 * random();
    pose.z = -4.5 + 11 * random();
    pose.rotY = 6.28 * random();
    if (index % 8 === 2) pose.anim = "wave";
  }
  return pose;
}

world.setPoseSource((userId, target, _nowMs, dtS) => {
  const guest = guests.get(userId);
  if (guest === undefined) return false;
  if (guest.isMoving) walk(guest, dtS);
  Object.assign(target, guest.pose);
  return true;
});

const own = makePose();
own.x = numberOf("x", 0);
own.z = numberOf("z", 7);
own.rotY = (numberOf("face", 180) * Math.PI) / 180;
own.anim = (query.get("anim") ?? "idle") as Pose["anim"];
admit("me", "You", query.get("look") ?? "amber", own, false);
for (let index = 0; index < numberOf("n", 20); index++) {
  const look = LOOKS[index % LOOKS.length]!;
  const isMoving = index % 4 >= 2 && index % 8 !== 2;
  admit(`guest-${index}`, NAMES[index % NAMES.length]!, look.id, place(index), isMoving);
}
if (query.has("row")) {
  LOOKS.forEach((look, index) => {
    const pose = makePose();
    Object.assign(pose, { x: own.x - 2.8 + 0.8 * index, z: own.z - 1.2, anim: query.get("row") || "idle" });
    admit(`row-${index}`, look.id, look.id, pose, false);
  });
}
world.orbit(0, (numberOf("pitch", 15) * Math.PI) / 180 - 0.26);
world.zoom(numberOf("far", 4.4) / 4.4);
world.onPick = (hit) => {
  world.setWalkTarget(hit.kind === "floor" ? hit : null);
  figures.dataset["pick"] = JSON.stringify(hit);
};

setInterval(() => {
  const stats = world.stats();
  figures.textContent = Object.entries(stats)
    .map(([name, value]) => `${name} ${String(Math.round(Number(value) * 100) / 100)}`)
    .join("  ");
}, 500);

await world.start();
world.cameraYaw = (numberOf("yaw", 180) * Math.PI) / 180;
if (query.has("talk")) {
  [...guests.keys()].slice(0, 12).forEach((id, index) => {
    world.showBubble(id, WORDS[index % WORDS.length]!);
    world.setSpeaking(id, index % 3 === 0);
    world.changeTag(id, { isMuted: index % 5 === 4 });
  });
  setInterval(() => {
    [...guests.keys()].slice(0, 8).forEach((id, index) => world.showEmote(id, EMOTE_IDS[index]!));
  }, 1200);
}
Object.assign(window, { tickMs, ticksMs, world, guests, admit, makePose });
