import { describe, expect, it } from "vitest";
import { tasksOf } from "./tasks";

describe("tasksOf", () => {
  it("has the page's own tasks, the longest first, in the processor's time", () => {
    const traceEvents = [
      { name: "thread_name", pid: 1, tid: 2, args: { name: "CrRendererMain" } },
      { name: "thread_name", pid: 1, tid: 3, args: { name: "Compositor" } },
      { name: "RunTask", pid: 1, tid: 2, dur: 90_000, tdur: 1_500 },
      { name: "ThreadControllerImpl::RunTask", pid: 1, tid: 2, dur: 60_000, tdur: 52_000 },
      { name: "RunTask", pid: 1, tid: 3, tdur: 99_000 },
      { name: "FunctionCall", pid: 1, tid: 2, tdur: 40_000 },
    ];
    expect(tasksOf(JSON.stringify({ traceEvents }))).toEqual([52, 1.5]);
  });
});
