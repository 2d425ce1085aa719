import type { ReadonlySignal, Signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { HeardLine, MemberView } from "../../api/moderation";
import type { EarlierChat } from "../model/EarlierChat";
import { EarlierButton } from "./EarlierButton";
import { When } from "./When";

/** So near the end of the log one reads along. */
const NEAR_END_PX = 40;

interface ChatLogProps {
  readonly chat: ReadonlySignal<readonly HeardLine[]>;
  readonly earlier: EarlierChat;
  readonly members: readonly MemberView[];
  readonly selected: Signal<string | null>;
}

/** What is said in the room, as it is said, and what was said before where one asks for it. */
export function ChatLog({ chat, earlier, members, selected }: ChatLogProps) {
  const lines = chat.value;
  const earlierLines = earlier.lines.value;
  const { ref, onScroll } = useReadingPlace(lines, earlierLines[0]?.messageId);
  const ids = members.map(({ userId }) => userId).join(" ");
  const here = useMemo(() => new Set(ids.split(" ")), [ids]);
  // Looks come three times a second: what was said long ago is not gone through each time.
  const said = useMemo(
    () =>
      earlierLines.map((line) => <Line key={line.messageId} line={line} here={here} selected={selected} />),
    [earlierLines, here, selected],
  );
  return (
    <section class="panel-flat heard" aria-labelledby="heard-title">
      <div class="heard-head">
        <h2 id="heard-title">Chat</h2>
        <EarlierButton earlier={earlier} />
      </div>
      <div
        ref={ref}
        class="heard-log"
        role="group"
        aria-labelledby="heard-title"
        tabIndex={0}
        onScroll={onScroll}
      >
        {said.length > 0 && (
          <div class="heard-earlier" role="group" aria-label="Earlier messages">
            {said}
          </div>
        )}
        <div role="log" aria-label="What is said">
          {lines.length === 0 && <p class="empty">Nothing has been said lately.</p>}
          {lines.map((line) => (
            <Line key={line.messageId} line={line} here={here} selected={selected} />
          ))}
        </div>
      </div>
    </section>
  );
}

interface LineProps {
  readonly line: HeardLine;
  readonly here: ReadonlySet<string>;
  readonly selected: Signal<string | null>;
}

function Line({ line: { userId, displayName, text, saidMs }, here, selected }: LineProps) {
  const isChosen = userId === selected.value;
  return (
    <p class={isChosen ? "heard-line heard-chosen" : "heard-line"}>
      <When ms={saidMs} />{" "}
      {here.has(userId) ? (
        <button
          type="button"
          class="link-button heard-name"
          aria-pressed={isChosen}
          onClick={() => (selected.value = isChosen ? null : userId)}
        >
          <bdi translate={false}>{displayName}</bdi>
        </button>
      ) : (
        <bdi class="heard-name heard-gone" translate={false}>
          {displayName}
        </bdi>
      )}{" "}
      <bdi class="heard-text">{text}</bdi>
    </p>
  );
}

/** Keeps the end in sight for who reads along, and shows what was loaded to who went back. */
function useReadingPlace(lines: readonly HeardLine[], firstEarlier: string | undefined) {
  const ref = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const heightPx = useRef(0);
  useLayoutEffect(() => {
    const log = ref.current;
    if (log === null || firstEarlier === undefined) return;
    // The last of what was loaded comes to the lower edge, with a line of what was there before.
    const addedPx = log.scrollHeight - heightPx.current;
    isAtEnd.current = false;
    log.scrollTop = addedPx - log.clientHeight + NEAR_END_PX;
  }, [firstEarlier]);
  useLayoutEffect(() => {
    const log = ref.current;
    if (log === null) return;
    if (isAtEnd.current) log.scrollTop = log.scrollHeight;
    heightPx.current = log.scrollHeight;
  }, [lines, firstEarlier]);
  useEffect(() => {
    const log = ref.current;
    if (log === null) return;
    const watch = new ResizeObserver(() => {
      if (isAtEnd.current) log.scrollTop = log.scrollHeight;
    });
    watch.observe(log);
    return () => watch.disconnect();
  }, []);
  const onScroll = ({ currentTarget: log }: { readonly currentTarget: HTMLDivElement }): void => {
    isAtEnd.current = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX;
  };
  return { ref, onScroll };
}
