import { PerspectiveCamera, type Texture, type Vector2 } from "three";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makePose } from "../motion/Pose";
import { Avatar } from "./avatar/Avatar";
import { TILES } from "./NameAtlas";
import { Names, type Tag } from "./Names";
import { TAGS_MAX } from "./tagLayout";

const WIDTH_PX = 1600;
const HEIGHT_PX = 900;
/** In so many, all names that are to be read are painted. */
const FRAMES = 40;
const LETTER_PX = 12;

/** What was painted, in its order. */
const painted: string[] = [];

/** Node has no canvas: letters all as wide, and what was written is kept. */
function canvas() {
  const nothing = (): void => undefined;
  const ctx = {
    measureText: (text: string) => ({ width: text.length * LETTER_PX }),
    fillText: (text: string) => painted.push(text),
    clearRect: nothing,
    beginPath: nothing,
    roundRect: nothing,
    fill: nothing,
    save: nothing,
    restore: nothing,
    clip: nothing,
    drawImage: nothing,
  };
  return { getContext: () => ctx, width: 0, height: 0 };
}

let faces = new EventTarget();

beforeEach(() => {
  painted.length = 0;
  faces = new EventTarget();
  vi.stubGlobal("document", {
    createElement: canvas,
    fonts: Object.assign(faces, { load: () => Promise.resolve([]) }),
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

/** At the middle of the floor's edge, looking along -z. */
function eye(): PerspectiveCamera {
  const camera = new PerspectiveCamera(60, WIDTH_PX / HEIGHT_PX, 0.1, 100);
  camera.position.set(0, 2, 0);
  camera.updateMatrixWorld();
  return camera;
}

function bodyAt(userId: string, x: number, z: number, isOwn = false): Avatar {
  return new Avatar(userId, "amber", isOwn, { ...makePose(), x, z });
}

/** People in rows before the eye, all of them in the picture, the nearest row first. */
function crowd(count: number): Avatar[] {
  return Array.from({ length: count }, (_none, at) => {
    const row = Math.floor(at / 20);
    return bodyAt(`guest-${at}`, ((at % 20) - 9.5) * 0.8, -9 - row);
  });
}

/** Everybody comes in this order, oneself by the id `own`. */
function namesOf(bodies: readonly Avatar[]): Names {
  const names = new Names();
  for (const { userId, isLocal } of bodies) names.add(userId, userId, [], isLocal);
  return names;
}

function draw(names: Names, bodies: readonly Avatar[], frames = FRAMES): void {
  const camera = eye();
  for (let frame = 0; frame < frames; frame++) names.update(bodies, camera, HEIGHT_PX, 0);
}

/** Whose names can be read. */
function read(names: Names, bodies: readonly Avatar[]): string[] {
  const tag: Tag = { middle: { x: 0, y: 0, z: 0 }, awayM: 0, widthM: 0, heightM: 0, liftM: 0 };
  return bodies.filter((body) => names.tagOf(body, tag)).map(({ userId }) => userId);
}

describe("Names", () => {
  it("draws a bounded count of names however many people there are, and paints no others", () => {
    const bodies = crowd(400);
    const names = namesOf(bodies);
    draw(names, bodies);
    expect(names.count).toBeGreaterThan(10);
    expect(names.count).toBeLessThanOrEqual(TAGS_MAX);
    expect(new Set(painted).size).toBeLessThanOrEqual(TAGS_MAX);
    names.dispose();
  });

  it("names the nearest, whoever came first", () => {
    const far = Array.from({ length: TILES + 60 }, (_none, at) =>
      bodyAt(`far-${at}`, (at % 15) - 7, -18 - (at % 3)),
    );
    const near = [-3, -1, 1, 3].map((x) => bodyAt(`near${x}`, x, -6));
    const bodies = [...far, ...near];
    const names = namesOf(bodies);
    draw(names, bodies);
    expect(read(names, near)).toEqual(near.map(({ userId }) => userId));
    expect(names.isOwnDrawn).toBe(false);
    names.dispose();
  });

  it("names oneself always, last to come and farther away than all others", () => {
    const others = crowd(TILES + 60);
    const own = bodyAt("own", 0, -19, true);
    const bodies = [...others, own];
    const names = namesOf(bodies);
    draw(names, bodies);
    expect(names.isOwnDrawn).toBe(true);
    expect(read(names, [own])).toEqual(["own"]);
    names.dispose();
  });

  it("gives the tiles of those left behind to those whom one comes to", () => {
    const others = crowd(TILES + 60);
    const names = namesOf(others);
    draw(names, others);
    // They change places: the last row is the first now.
    const turned = others.map(({ userId }, at) => {
      const { x, z } = others[others.length - 1 - at]!.pose;
      return bodyAt(userId, x, z);
    });
    draw(names, turned);
    const middle = turned.find(({ pose }) => pose.z === -9 && Math.abs(pose.x) < 0.5)!;
    expect(Number(middle.userId.replace("guest-", ""))).toBeGreaterThan(TILES);
    expect(read(names, [middle])).toEqual([middle.userId]);
    expect(read(names, turned).length).toBeLessThanOrEqual(TAGS_MAX);
    names.dispose();
  });

  it("hands a name to the graphics card once, each into a place of its own", () => {
    const bodies = crowd(30);
    const names = namesOf(bodies);
    const places: string[] = [];
    const renderer = {
      copyTextureToTexture: (_from: Texture, _to: Texture, _part: unknown, at: Vector2) => {
        places.push(`${at.x} ${at.y}`);
      },
    };
    const camera = eye();
    for (let frame = 0; frame < FRAMES; frame++) {
      names.update(bodies, camera, HEIGHT_PX, 0);
      names.upload(renderer);
    }
    expect(places).toHaveLength(painted.length);
    expect(new Set(places).size).toBe(places.length);
    names.dispose();
  });

  it("paints anew those who have a tile, and nobody else, when a face has come", () => {
    const bodies = crowd(400);
    const names = namesOf(bodies);
    draw(names, bodies);
    const before = [...painted].sort();
    painted.length = 0;
    faces.dispatchEvent(new Event("loadingdone"));
    expect([...painted].sort()).toEqual(before);
    names.dispose();
  });
});
