/** One entry of Chromium's trace, as far as tasks need it. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Of the thread's own processor time, µs. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

const TASK = "RunTask";
const MAIN_THREAD = "CrRendererMain";

/**
 * The tasks of the page's main thread in a trace, ms of the processor's time, the longest first: what
 * other programs took meanwhile does not count.
 */
export function tasksOf(trace: string): number[] {
  const { traceEvents } = JSON.parse(trace) as { readonly traceEvents: readonly TraceEvent[] };
  const mains = new Set<string>();
  for (const { name, pid, tid, args } of traceEvents) {
    if (name === "thread_name" && args?.name === MAIN_THREAD) mains.add(`${String(pid)} ${String(tid)}`);
  }
  return traceEvents
    .filter(({ name, pid, tid }) => name.endsWith(TASK) && mains.has(`${String(pid)} ${String(tid)}`))
    .map(({ tdur = 0 }) => tdur / 1000)
    .sort((one, other) => other - one);
}
