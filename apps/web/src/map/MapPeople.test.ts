import { describe, expect, it } from "vitest";
import { makePose } from "../motion/Pose";
import { MapPeople } from "./MapPeople";

function member(userId: string, local = false) {
  return { userId, displayName: userId, avatarId: "amber", badges: [], local };
}

function crowd(): MapPeople {
  const people = new MapPeople();
  people.add(member("ada", true), makePose());
  people.add(member("grace"), makePose());
  people.add(member("mary"), makePose());
  return people;
}

describe("MapPeople", () => {
  it("draws the own dot last, over all others, whoever comes and goes", () => {
    const people = crowd();
    expect(people.dots.map(({ name }) => name)).toEqual(["grace", "mary", "ada"]);
    people.remove("grace");
    people.add(member("joan"), makePose());
    expect(people.dots.map(({ name }) => name)).toEqual(["mary", "joan", "ada"]);
    expect(people.dots.map(({ ring }) => ring)).toEqual(["none", "none", "chosen"]);
    people.remove("ada");
    expect(people.local).toBeNull();
    people.add(member("ada", true), makePose());
    expect(people.dots.at(-1)?.name).toBe("ada");
  });

  it("says what somebody is beside their name, and no longer when they are not", () => {
    const people = crowd();
    people.changeTag("grace", { badges: [{ text: "bot", kind: "bot" }], isMuted: true });
    expect(people.get("grace")!.dot).toMatchObject({ name: "grace · bot", isMuted: true });
    people.changeTag("grace", { badges: [], isMuted: false });
    expect(people.get("grace")!.dot).toMatchObject({ name: "grace", isMuted: false });
  });

  it("moves everybody of whom something is known, and leaves the others", () => {
    const people = crowd();
    people.move(
      (userId, pose) => {
        if (userId === "mary") return false;
        pose.x = userId.length;
        pose.rotY = 1;
        return true;
      },
      0,
      0.1,
    );
    expect(people.get("grace")!.dot).toMatchObject({ x: 5, rotY: 1 });
    expect(people.get("mary")!.dot).toMatchObject({ x: 0, rotY: 0 });
  });

  it("keeps a few feelings of each, the newest", () => {
    const people = crowd();
    for (let at = 0; at < 6; at++) people.feel("grace", "heart", at);
    expect(people.get("grace")!.feelings.map(({ atMs }) => atMs)).toEqual([2, 3, 4, 5]);
    people.feel("nobody", "heart", 0);
    expect(people.count).toBe(3);
  });
});
