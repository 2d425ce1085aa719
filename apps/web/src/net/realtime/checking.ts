/** What the generated checks are made of; each narrows an unknown value out of JSON. */

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text of at most `longest` code points that `form` matches. */
export function isText(value: unknown, longest = Infinity, form?: RegExp): value is string {
  return (
    typeof value === "string" &&
    (value.length <= longest || [...value].length <= longest) &&
    (form === undefined || form.test(value))
  );
}

/** A finite number: JSON has no others, but 1e309 parses to Infinity. */
export function isNumber(value: unknown, least = -Infinity, most = Infinity): value is number {
  return Number.isFinite(value) && (value as number) >= least && (value as number) <= most;
}

export function isInteger(
  value: unknown,
  least = Number.MIN_SAFE_INTEGER,
  most = Number.MAX_SAFE_INTEGER,
): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
}

export function isBoolean(value: unknown): value is boolean {
  return typeof value === "boolean";
}

/** A list of that many things. */
export function isTuple(value: unknown, length: number): value is readonly unknown[] {
  return Array.isArray(value) && value.length === length;
}

export function isListOf<Item>(
  value: unknown,
  isItem: (item: unknown) => item is Item,
): value is readonly Item[] {
  return Array.isArray(value) && value.every(isItem);
}
