import type { ReadonlySignal, Signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { HeardLine, MemberView } from "../../api/moderation";
import { clockTime } from "../../ui/format";

/** So near the end of the log one reads along. */
const NEAR_END_PX = 40;

interface ChatLogProps {
  readonly chat: ReadonlySignal<readonly HeardLine[]>;
  readonly members: readonly MemberView[];
  readonly selected: Signal<string | null>;
}

/** What is said in the room, as it is said. */
export function ChatLog({ chat, members, selected }: ChatLogProps) {
  const ref = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const lines = chat.value;
  const here = new Set(members.map(({ userId }) => userId));
  useLayoutEffect(() => {
    if (isAtEnd.current && ref.current !== null) ref.current.scrollTop = ref.current.scrollHeight;
  }, [lines]);
  useEffect(() => {
    const log = ref.current;
    if (log === null) return;
    const watch = new ResizeObserver(() => {
      if (isAtEnd.current) log.scrollTop = log.scrollHeight;
    });
    watch.observe(log);
    return () => watch.disconnect();
  }, []);
  return (
    <section class="panel-flat heard" aria-labelledby="heard-title">
      <h2 id="heard-title">Chat</h2>
      <div
        ref={ref}
        class="heard-log"
        role="log"
        aria-label="What is said"
        tabIndex={0}
        onScroll={({ currentTarget: log }) => {
          isAtEnd.current = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX;
        }}
      >
        {lines.length === 0 && <p class="empty">Nothing has been said lately.</p>}
        {lines.map(({ messageId, userId, displayName, text, saidMs }) => (
          <p key={messageId} class={userId === selected.value ? "heard-line heard-chosen" : "heard-line"}>
            <time dateTime={new Date(saidMs).toISOString()}>{clockTime(saidMs)}</time>{" "}
            {here.has(userId) ? (
              <button
                type="button"
                class="link-button heard-name"
                aria-pressed={userId === selected.value}
                onClick={() => (selected.value = selected.value === userId ? null : userId)}
              >
                <bdi>{displayName}</bdi>
              </button>
            ) : (
              <bdi class="heard-name heard-gone">{displayName}</bdi>
            )}{" "}
            <bdi class="heard-text">{text}</bdi>
          </p>
        ))}
      </div>
    </section>
  );
}
