import { describe, expect, it } from "vitest";
import { Glide } from "./Glide";

const HERE = { x: 0, z: 0, rotY: 0 };

describe("Glide", () => {
  it("walks from look to look at the speed that the walk had", () => {
    const glide = new Glide(HERE, 0);
    glide.seen({ x: 0.5, z: 0, rotY: 0 }, 300);
    glide.seen({ x: 1, z: 0, rotY: 0 }, 600);
    expect(glide.at(750).x).toBeCloseTo(0.75);
    expect(glide.at(900).x).toBeCloseTo(1);
    expect(glide.isMoving(750)).toBe(true);
    expect(glide.isMoving(900)).toBe(false);
  });

  it("never jumps back where a look comes early", () => {
    const glide = new Glide(HERE, 0);
    glide.seen({ x: 1, z: 0, rotY: 0 }, 400);
    const before = glide.at(600).x;
    glide.seen({ x: 1.5, z: 0, rotY: 0 }, 600);
    expect(glide.at(600).x).toBeCloseTo(before);
  });

  it("stays where they were last seen", () => {
    const glide = new Glide(HERE, 0);
    glide.seen({ x: 1, z: 2, rotY: 1 }, 300);
    expect(glide.at(60_000)).toEqual({ x: 1, z: 2, rotY: 1 });
  });

  it("turns the shorter way", () => {
    const glide = new Glide({ x: 0, z: 0, rotY: 3 }, 0);
    glide.seen({ x: 0, z: 0, rotY: -3 }, 400);
    expect(glide.at(600).rotY).toBeCloseTo(Math.PI);
  });

  it("is there at once where nobody could have run", () => {
    const glide = new Glide(HERE, 0);
    glide.seen({ x: 9, z: 0, rotY: 0 }, 300);
    expect(glide.at(300).x).toBe(9);
  });
});
