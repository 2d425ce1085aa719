/** What keys mean, and when they mean anything. Pure. */

export type MoveKey = "forward" | "back" | "left" | "right" | "run" | "lookLeft" | "lookRight";

export type KeyAct =
  | { readonly type: "chat" }
  | { readonly type: "help" }
  | { readonly type: "people" }
  | { readonly type: "wheel" }
  | { readonly type: "sit" }
  | { readonly type: "gesture"; readonly gesture: "dance" | "wave" }
  | { readonly type: "emote"; readonly index: number };

/** What of a KeyboardEvent is looked at. */
export type Key = Pick<KeyboardEvent, "code" | "key" | "ctrlKey" | "metaKey" | "altKey">;

/** What marks a key that an input method has had for itself, whatever `isComposing` says. */
const KEY_CODE_COMPOSING = 229;

/**
 * Whether a key was one of an input method's, which writes Chinese, Japanese, Korean …: it has
 * chosen or thrown away a word, and means nothing to the page. Safari ends the composition before
 * it tells the key that ended it, and marks that one by its `keyCode` alone.
 */
export function isComposing(event: Pick<KeyboardEvent, "isComposing" | "keyCode">): boolean {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- nothing else tells it in Safari
  return event.isComposing || event.keyCode === KEY_CODE_COMPOSING;
}

/** By place, not by letter: so they lie under the same fingers on every keyboard. */
const MOVES: Readonly<Record<string, MoveKey>> = {
  KeyW: "forward",
  ArrowUp: "forward",
  KeyS: "back",
  ArrowDown: "back",
  KeyA: "left",
  ArrowLeft: "left",
  KeyD: "right",
  ArrowRight: "right",
  ShiftLeft: "run",
  ShiftRight: "run",
  KeyQ: "lookLeft",
  KeyE: "lookRight",
};

/** By letter: they stand for words. Keyboards of other scripts have them printed beside their own. */
const ACTS: Readonly<Record<string, KeyAct>> = {
  enter: { type: "chat" },
  t: { type: "chat" },
  "?": { type: "help" },
  p: { type: "people" },
  r: { type: "wheel" },
  x: { type: "sit" },
  f: { type: "gesture", gesture: "dance" },
  v: { type: "gesture", gesture: "wave" },
  g: { type: "gesture", gesture: "wave" },
};

/** Null where a key does not move; shortcuts of the browser never do. */
export function moveOf(key: Key): MoveKey | null {
  if (key.ctrlKey || key.metaKey || key.altKey) return null;
  return moveOfCode(key.code);
}

/** The same for a key that is let go: then it does not matter what else is held. */
export function moveOfCode(code: string): MoveKey | null {
  return MOVES[code] ?? null;
}

/**
 * Whether releases of other keys may be missed from here on, or have been: macOS tells none while
 * Command is held, and Windows none while Alt has opened a menu.
 */
export function hidesReleases(key: Pick<KeyboardEvent, "key" | "metaKey" | "altKey">): boolean {
  return key.metaKey || key.altKey || key.key === "Meta" || key.key === "Alt";
}

/** Null where a key does nothing here. */
export function actOf(key: Key): KeyAct | null {
  if (key.ctrlKey || key.metaKey || key.altKey) return null;
  // Before the digits: on some keyboards it is on one of them.
  if (key.key === "?") return ACTS[key.key] ?? null;
  const digit = /^(?:Digit|Numpad)([1-8])$/.exec(key.code)?.[1];
  if (digit !== undefined) return { type: "emote", index: Number(digit) - 1 };
  return ACTS[letterOf(key)] ?? null;
}

/** What is printed on the key in Latin letters: Greek, Cyrillic, Hebrew … have none of their own. */
function letterOf({ key, code }: Key): string {
  const isForeign = /^\p{Letter}$/u.test(key) && !/^\p{Script=Latin}$/u.test(key);
  const printed = isForeign ? /^Key([A-Z])$/.exec(code)?.[1] : undefined;
  return (printed ?? key).toLowerCase();
}

/** What of a focused element is looked at. */
export interface FocusTarget {
  readonly tagName: string;
}

/**
 * Whether keys belong to the avatar: only while the canvas or nothing has the focus. Anywhere else
 * somebody types, or goes through buttons.
 */
export function isFocusOnRoom(focused: FocusTarget | null): boolean {
  if (focused === null) return true;
  return ["BODY", "HTML", "CANVAS"].includes(focused.tagName.toUpperCase());
}
