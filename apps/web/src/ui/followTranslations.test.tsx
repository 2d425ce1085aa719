// @vitest-environment happy-dom
import { signal } from "@preact/signals";
import { render, type ComponentChildren } from "preact";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { translatePage } from "../testing/translator";
import { followTranslations } from "./followTranslations";

/** Observers and signals have been told. */
async function settle(): Promise<void> {
  await new Promise((done) => setTimeout(done));
}

describe("followTranslations", () => {
  let root: HTMLElement;
  let stops: (() => void)[];

  beforeEach(() => {
    root = document.createElement("div");
    document.body.append(root);
    stops = [followTranslations(root)];
  });

  afterEach(() => {
    for (const stop of stops) stop();
    render(null, root);
    root.remove();
  });

  /** What one reads, shown in one state, translated, and then changed to each of the others. */
  async function read(...states: readonly ComponentChildren[]): Promise<string[]> {
    const texts: string[] = [];
    for (const [at, state] of states.entries()) {
      render(state, root);
      if (at === 0) stops.push(translatePage(root).stop);
      await settle();
      texts.push(root.textContent);
    }
    return texts;
  }

  it("lets a text that changes in place be read, translated anew", async () => {
    expect(await read(<p>3 people here</p>, <p>2 people here</p>, <p>1 person here</p>)).toEqual([
      "3 PEOPLE HERE",
      "2 PEOPLE HERE",
      "1 PERSON HERE",
    ]);
  });

  it("changes one of several texts beside each other", async () => {
    const count = (over: string, length: number) => (
      <p>
        {over}
        {length}/{240}
      </p>
    );
    expect(await read(count("", 200), count("1 too many · ", 241), count("", 0))).toEqual([
      "200/240",
      "1 TOO MANY · 241/240",
      "0/240",
    ]);
  });

  it("takes away a text that goes, and the one that a counter is emptied to", async () => {
    const wait = (waitS: number) => <p>{waitS > 0 && `You can speak again in ${waitS} s.`}</p>;
    expect(await read(wait(2), wait(1), wait(0), wait(3))).toEqual([
      "YOU CAN SPEAK AGAIN IN 2 S.",
      "YOU CAN SPEAK AGAIN IN 1 S.",
      "",
      "YOU CAN SPEAK AGAIN IN 3 S.",
    ]);
  });

  it("keeps the order of what comes, goes and moves between translated texts", async () => {
    const line = (first: boolean, names: readonly string[]) => (
      <p>
        {first && <b>first </b>}
        here are{" "}
        {names.map((name) => (
          <i key={name}>{name} </i>
        ))}
        and others{first && <b> last</b>}
      </p>
    );
    expect(
      await read(
        line(false, ["ada", "bob"]),
        line(true, ["bob", "cleo", "ada"]),
        line(true, ["cleo"]),
        line(false, ["ada"]),
      ),
    ).toEqual([
      "HERE ARE ADA BOB AND OTHERS",
      "FIRST HERE ARE BOB CLEO ADA AND OTHERS LAST",
      "FIRST HERE ARE CLEO AND OTHERS LAST",
      "HERE ARE ADA AND OTHERS",
    ]);
  });

  it("follows texts that a signal writes by itself", async () => {
    const count = signal("3 here");
    await read(<p>{count}</p>);
    expect(root.textContent).toBe("3 HERE");
    count.value = "2 here";
    await settle();
    expect(root.textContent).toBe("2 HERE");
  });

  it("follows where the original was asked for again", async () => {
    render(<p>3 here</p>, root);
    const { stop } = translatePage(root);
    await settle();
    stop();
    root.querySelector("p > *")?.replaceWith("3 here");
    await settle();
    render(<p>2 here</p>, root);
    expect(root.textContent).toBe("2 here");
  });

  it("follows where the translation was translated once more", async () => {
    render(<p>3 here</p>, root);
    const { stop } = translatePage(root);
    await settle();
    stop();
    const font = document.createElementNS("http://www.w3.org/1999/xhtml", "font");
    font.append("3 ici");
    root.querySelector("p > *")?.replaceWith(font);
    await settle();
    render(<p>2 here</p>, root);
    expect(root.textContent).toBe("2 here");
  });

  it("leaves a page alone that nobody translates", async () => {
    render(<p>3 here</p>, root);
    const text = root.querySelector("p")?.firstChild;
    render(<p>2 here</p>, root);
    await settle();
    expect(root.querySelector("p")?.firstChild).toBe(text);
    expect(Object.getOwnPropertyNames(text)).not.toContain("data");
  });
});
