// @vitest-environment happy-dom
import { signal } from "@preact/signals";
import { render } from "preact";
import { act } from "preact/test-utils";
import { describe, expect, it } from "vitest";
import type { SignIn } from "./model/SignIn";
import { SignInView } from "./SignInView";

describe("SignInView", () => {
  it("signs in with Enter in the field, and writes no line break", () => {
    const entered: string[] = [];
    const signIn = {
      state: signal({ type: "out", why: "" }),
      enter: (token: string) => Promise.resolve(entered.push(token)),
    };
    const root = document.createElement("div");
    document.body.replaceChildren(root);
    void act(() => render(<SignInView signIn={signIn as unknown as SignIn} browserToken={null} />, root));
    const field = root.querySelector("textarea")!;
    void act(() => {
      field.value = "a.b.c";
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    });
    const enter = new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true });
    void act(() => void field.dispatchEvent(enter));
    expect(entered).toEqual(["a.b.c"]);
    expect(enter.defaultPrevented).toBe(true);
  });
});
