import { useComputed } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ChatMessage, Member } from "../room/RoomState";
import { Badges } from "./Badges";
import type { BarModel } from "./BarModel";
import { ChatForm } from "./ChatForm";
import { heardText, isSameBreath } from "./chatText";
import { clockTime } from "../text/format";
import { DownIcon } from "./icons";

/** So near the end of the log one reads along. */
const NEAR_END_PX = 48;

interface ChatProps {
  readonly model: BarModel;
  readonly onClose: () => void;
  /** Back to the room. */
  readonly onEscape: () => void;
}

export function Chat({ model, onClose, onEscape }: ChatProps) {
  const chat = useComputed(() => model.room.value.chat).value;
  return (
    <section class="panel chat" aria-labelledby="chat-title">
      <header class="panel-head">
        <h2 id="chat-title">Chat</h2>
        <button type="button" class="icon-button" aria-label="Fold the chat" onClick={onClose}>
          <DownIcon />
        </button>
      </header>
      <Log model={model} chat={chat} />
      <ChatForm model={model} onEscape={onEscape} />
    </section>
  );
}

interface LogProps {
  readonly model: BarModel;
  readonly chat: readonly ChatMessage[];
}

function Log({ model, chat }: LogProps) {
  const members = useComputed(() => model.room.value.members).value;
  const ref = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const [unread, setUnread] = useState(0);
  const newest = useRef<string | undefined>(undefined);
  useLayoutEffect(() => {
    const log = ref.current;
    if (log === null) return;
    const last = chat.at(-1);
    // By how many a message was heard comes after it, and makes it no new one.
    const isNew = last?.messageId !== newest.current;
    newest.current = last?.messageId;
    if (isAtEnd.current || (isNew && last?.own === true)) log.scrollTop = log.scrollHeight;
    else if (isNew) setUnread((count) => count + 1);
  }, [chat]);
  useEffect(() => {
    const log = ref.current;
    if (log === null) return;
    const watch = new ResizeObserver(() => {
      if (isAtEnd.current) log.scrollTop = log.scrollHeight;
    });
    watch.observe(log);
    return () => watch.disconnect();
  }, []);
  const onScroll = (): void => {
    const log = ref.current!;
    isAtEnd.current = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX;
    if (isAtEnd.current) setUnread(0);
  };
  return (
    <div class="log-frame">
      <div ref={ref} class="log" role="log" aria-label="Messages" tabIndex={0} onScroll={onScroll}>
        {chat.length === 0 && <p class="log-empty">Nobody has said anything yet. Say hello!</p>}
        {chat.map((message, index) => (
          <Line
            key={message.messageId}
            message={message}
            before={chat[index - 1]}
            speaker={members.get(message.userId)}
          />
        ))}
      </div>
      {unread > 0 && (
        <button
          type="button"
          class="button button-small log-more"
          onClick={() => ref.current?.scrollTo({ top: ref.current.scrollHeight })}
        >
          {unread} new
        </button>
      )}
    </div>
  );
}

interface LineProps {
  readonly message: ChatMessage;
  readonly before: ChatMessage | undefined;
  /** Who said it, while they are here. */
  readonly speaker: Member | undefined;
}

function Line({ message, before, speaker }: LineProps) {
  const { userId, displayName, text, tsMs, own, heardBy } = message;
  const goesOn = before?.userId === userId && isSameBreath(before.tsMs, tsMs);
  return (
    <div class={`line${own ? " line-own" : ""}${goesOn ? " line-on" : ""}`}>
      <p class={goesOn ? "sr-only" : "line-head"}>
        <bdi class="line-name" translate={own}>
          {own ? "You" : displayName}
        </bdi>
        {speaker !== undefined && <Badges role={speaker.role} isBot={speaker.isBot} />}{" "}
        <time dateTime={new Date(tsMs).toISOString()}>{clockTime(tsMs)}</time>
      </p>
      <p class="line-text">
        <bdi>{text}</bdi>
      </p>
      {heardBy !== null && <p class="line-heard faint">{heardText(heardBy)}</p>}
    </div>
  );
}
