import type { Signal } from "@preact/signals";
import { clockTime } from "../../text/format";
import type { TimelineEntry } from "../model/timeline";

interface TimelineProps {
  readonly entries: readonly TimelineEntry[];
  /** The time that the map shows, epoch ms. */
  readonly atMs: Signal<number>;
  readonly fromMs: number;
  readonly toMs: number;
}

/** What the reporter saw and heard, oldest first. Each time can be looked at on the map. */
export function Timeline({ entries, atMs, fromMs, toMs }: TimelineProps) {
  return (
    <section class="panel-flat timeline" aria-labelledby="timeline-title">
      <h2 id="timeline-title">What the reporter saw and heard</h2>
      <p class="faint">
        {clockTime(fromMs)} to {clockTime(toMs)}. Choose a time to see on the map who stood where.
      </p>
      {entries.length === 0 && <p class="empty">Nothing happened in these minutes that can be told.</p>}
      <ol class="timeline-list">
        {entries.map((entry) => (
          <li key={entry.key} class={`moment moment-${entry.part} moment-${entry.kind}`}>
            <button
              type="button"
              class="link-button moment-time"
              aria-pressed={atMs.value === entry.atMs}
              title="Show on the map"
              onClick={() => (atMs.value = entry.atMs)}
            >
              {entry.before}
            </button>
            <p class="moment-words">
              <bdi class="moment-name" translate={false}>
                {entry.name}
              </bdi>
              {entry.part !== "other" && (
                <span class={entry.part === "reported" ? "tag tag-bad" : "tag tag-aqua"}>{entry.part}</span>
              )}{" "}
              {entry.said === "" ? (
                <span class="moment-what">{entry.what}</span>
              ) : (
                <bdi class="moment-said">{entry.said}</bdi>
              )}
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}
