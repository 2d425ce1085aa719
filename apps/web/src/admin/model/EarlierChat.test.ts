import { signal } from "@preact/signals";
import { describe, expect, it } from "vitest";
import { ApiError } from "../../api/http";
import type { HeardLine, Page } from "../../api/moderation";
import { EARLIER_KEPT, EarlierChat } from "./EarlierChat";

/** Ids sort by number. */
function line(number: number): HeardLine {
  const messageId = String(number).padStart(5, "0");
  return { messageId, userId: "ada", displayName: "Ada", text: `${number}`, saidMs: number };
}

function lines(first: number, last: number): HeardLine[] {
  return Array.from({ length: last - first + 1 }, (_, index) => line(first + index));
}

/** A server that has stored the messages 1 to `stored.last`, `size` on a page. */
function reading({ last = 9, size = 2, live = [] as readonly HeardLine[] } = {}) {
  const asked: (string | null)[] = [];
  const failures: Error[] = [];
  const stored = { last };
  const heard = signal(live);
  const earlier = new EarlierChat((cursor): Promise<Page<HeardLine>> => {
    asked.push(cursor);
    const failure = failures.shift();
    if (failure !== undefined) return Promise.reject(failure);
    const newest = cursor === null ? stored.last : Number(cursor) - 1;
    const oldest = Math.max(1, newest - size + 1);
    const items = lines(oldest, newest).reverse();
    return Promise.resolve({ items, nextCursor: oldest > 1 ? String(oldest) : null });
  }, heard);
  const texts = (): number[] => earlier.lines.value.map(({ text }) => Number(text));
  return { earlier, heard, asked, failures, stored, texts };
}

describe("EarlierChat", () => {
  it("asks for nothing by itself", () => {
    const { earlier, asked, texts } = reading();
    expect([asked, texts(), earlier.hasMore.value]).toEqual([[], [], true]);
  });

  it("goes back page by page, oldest first, to the beginning", async () => {
    const { earlier, asked, texts } = reading({ last: 5 });
    await earlier.more();
    expect(texts()).toEqual([4, 5]);
    await earlier.more();
    expect(texts()).toEqual([2, 3, 4, 5]);
    await earlier.more();
    expect([texts(), earlier.hasMore.value]).toEqual([[1, 2, 3, 4, 5], false]);
    await earlier.more();
    expect(asked).toEqual([null, "4", "2"]);
  });

  it("shows no line that is heard live, and goes on until there is one that is not", async () => {
    const { earlier, asked, texts } = reading({ last: 9, live: lines(5, 9) });
    await earlier.more();
    expect([texts(), asked]).toEqual([[4], [null, "8", "6"]]);
  });

  it("ends where everything that is stored is heard live", async () => {
    const { earlier, texts } = reading({ last: 3, live: lines(1, 3) });
    await earlier.more();
    expect([texts(), earlier.hasMore.value]).toEqual([[], false]);
  });

  it("leaves to the live lines what they begin with later", async () => {
    const { earlier, heard, texts } = reading({ last: 4, size: 4 });
    await earlier.more();
    expect(texts()).toEqual([1, 2, 3, 4]);
    heard.value = lines(3, 5);
    expect(texts()).toEqual([1, 2]);
  });

  it("goes on with the lines that are no longer among the live ones", async () => {
    const { earlier, heard, texts } = reading({ last: 4, size: 4, live: lines(3, 4) });
    await earlier.more();
    earlier.follow(lines(3, 5));
    heard.value = lines(6, 8);
    expect(texts()).toEqual([1, 2, 3, 4, 5]);
  });

  it("keeps no lines before somebody asked", () => {
    const { earlier, texts } = reading();
    earlier.follow(lines(1, 3));
    expect(texts()).toEqual([]);
  });

  it("keeps its place where the server fails, and goes on from there", async () => {
    const { earlier, failures, texts } = reading({ last: 3 });
    await earlier.more();
    const away = new ApiError(503, "storage_unavailable", "No.");
    failures.push(away);
    await earlier.more();
    expect([texts(), earlier.error.value, earlier.isBusy.value]).toEqual([[2, 3], away, false]);
    await earlier.more();
    expect([texts(), earlier.error.value]).toEqual([[1, 2, 3], null]);
  });

  it("does not hide a mistake of its own", async () => {
    const { earlier, failures } = reading();
    failures.push(new TypeError("a defect"));
    await expect(earlier.more()).rejects.toThrow("a defect");
  });

  it("asks once at a time", async () => {
    const { earlier, asked } = reading();
    await Promise.all([earlier.more(), earlier.more()]);
    expect(asked).toEqual([null]);
  });

  it("does not grow without end", async () => {
    const { earlier, heard, texts } = reading({ last: EARLIER_KEPT + 9, size: EARLIER_KEPT - 1 });
    await earlier.more();
    expect([earlier.isFull.value, earlier.hasMore.value]).toEqual([false, true]);
    await earlier.more();
    expect([earlier.isFull.value, earlier.hasMore.value]).toEqual([true, false]);
    heard.value = [line(EARLIER_KEPT + 20)];
    earlier.follow([line(EARLIER_KEPT + 10)]);
    expect([texts().length, texts().at(-1)]).toEqual([EARLIER_KEPT, EARLIER_KEPT + 10]);
  });
});
