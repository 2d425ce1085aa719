import { RuleTester } from "eslint";
import tseslint from "typescript-eslint";
import { describe, expect, it } from "vitest";
import { ARROWS, arrowsRule, turnedArrows } from "./eslint.arrows.js";

RuleTester.describe = describe;
RuleTester.it = it;

function file(path) {
  return `${import.meta.dirname}/src/${path}`;
}

describe("the table of arrows", () => {
  it("has no circles: each folder imports only folders above it", () => {
    expect(turnedArrows(ARROWS)).toEqual([]);
  });

  it("would show a circle, and a folder that is not in it", () => {
    expect(turnedArrows({ a: ["b"], b: ["a"] })).toEqual(["a → b"]);
    expect(turnedArrows({ a: ["c"] })).toEqual(["a → c"]);
  });
});

new RuleTester({ languageOptions: { parser: tseslint.parser } }).run("arrows", arrowsRule, {
  valid: [
    { filename: file("moderation/acts.ts"), code: 'import { a } from "../api/http";' },
    // A folder inside a folder is no other folder of that name.
    { filename: file("admin/views/RoomView.tsx"), code: 'import { a } from "../map/plan";' },
    { filename: file("net/realtime/codec.ts"), code: 'import { a } from "socket.io-client";' },
  ],
  invalid: [
    ['import { a } from "../ui/format";', "moderation/acts.ts"],
    ['import type { A } from "../../api/requests";', "net/realtime/WsProvider.ts"],
    ['export { a } from "../../../api/requests";', "net/realtime/session/steps.ts"],
    ['export * from "../scene/World";', "motion/Pose.ts"],
    ['const a = () => import("../app/main");', "ui/App.tsx"],
    ['let a: import("../app/main").A;', "ui/App.tsx"],
    ['import { a } from "../testing/Peer";', "app/Visit.ts"],
  ]
    .map(([code, path]) => ({ code, filename: file(path), errors: [{ messageId: "turned" }] }))
    .concat([
      {
        code: 'import { a } from "../net/realtime/types";',
        filename: file("attic/Box.ts"),
        errors: [{ messageId: "unknown" }],
      },
    ]),
});
