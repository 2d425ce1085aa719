import { expect, test } from "vitest";
import { InsecurePageError, microphoneTrouble } from "./Microphone";

test.each([
  ["NotAllowedError", "denied"],
  ["SecurityError", "denied"],
  ["NotFoundError", "missing"],
  ["NotReadableError", "busy"],
  ["AbortError", "busy"],
])("%s of a browser is told as %s", (name, state) => {
  expect(microphoneTrouble(new DOMException("no", name))).toBe(state);
});

test("a page that did not come over HTTPS is told so, not that there is no microphone", () => {
  expect(microphoneTrouble(new InsecurePageError("no"))).toBe("insecure");
});

test("a mistake of ours is not blamed on the microphone", () => {
  const mistake = new TypeError("undefined is not a function");
  expect(() => microphoneTrouble(mistake)).toThrow(mistake);
});
