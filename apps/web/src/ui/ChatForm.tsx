import { useComputed } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { CHAT_MAX_CHARS } from "../net/realtime/constants";
import { isComposing } from "../input/keys";
import type { BarModel } from "./BarModel";
import { checkDraft, type DraftCheck } from "./chatText";
import type { ChatQueueModel, QueuedChat } from "./ChatQueueModel";
import { secondsLeft, untilWhen } from "../text/format";
import { CloseIcon, SendIcon } from "./icons";
import { monotonicNow, useNow, useServerTime } from "./useNow";

/** The id by which keys find the field. */
export const CHAT_INPUT_ID = "chat-input";

export function ChatForm({ model, onEscape }: { model: BarModel; onEscape: () => void }) {
  const [draft, setDraft] = useState("");
  useGivenBack(model.chatQueue, draft === "", setDraft);
  const mute = useComputed(() => model.room.value.mute).value;
  const check = checkDraft(draft);
  useTyping(model, !check.isEmpty && mute === null);
  const send = (): void => {
    if (mute !== null || check.isOver) return;
    if (check.isEmpty) onEscape();
    else if (model.chatQueue.say(check.text)) {
      model.firstSteps.done("talk");
      setDraft("");
    } else model.notify("Many of your messages wait already: this one is kept in the field.");
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || isComposing(event)) return;
    event.preventDefault();
    onEscape();
  };
  return (
    <form
      class={check.isOver ? "chat-form chat-form-over" : "chat-form"}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {mute !== null && <MuteNotice reason={mute.reason} untilMs={mute.untilMs} />}
      <Queue queue={model.chatQueue} />
      <div class="chat-row">
        <input
          id={CHAT_INPUT_ID}
          type="text"
          value={draft}
          aria-label="Say something"
          aria-describedby="chat-count chat-wait"
          aria-invalid={check.isOver}
          placeholder={mute === null ? "Say something …" : "You are muted"}
          autocomplete="off"
          enterKeyHint="send"
          onInput={({ currentTarget }) => setDraft(currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <button
          type="submit"
          class="icon-button button-primary"
          aria-label="Send"
          disabled={mute !== null || check.isOver}
        >
          <SendIcon />
        </button>
      </div>
      <div class="chat-foot">
        <Waiting model={model} />
        <Counter check={check} />
      </div>
    </form>
  );
}

/** Tells the model while something is being written. */
function useTyping(model: BarModel, isTyping: boolean): void {
  useEffect(() => {
    if (!isTyping) return undefined;
    model.typing(true);
    return () => model.typing(false);
  }, [model, isTyping]);
}

/** What was refused last goes back into the field; where something is typed by now, it stays in the list. */
function useGivenBack(queue: ChatQueueModel, isFree: boolean, setDraft: (text: string) => void): void {
  const last = queue.unsent.value.at(-1);
  const seenId = useRef(last?.id ?? 0);
  useEffect(() => {
    if (last === undefined || last.id <= seenId.current) return;
    seenId.current = last.id;
    if (!isFree) return;
    queue.drop(last.id);
    setDraft(last.text);
  }, [queue, last, isFree, setDraft]);
}

/** What was said and is not out: what waits, and what was refused. */
function Queue({ queue }: { queue: ChatQueueModel }) {
  const unsent = queue.unsent.value;
  const waiting = queue.waiting.value;
  if (unsent.length + waiting.length === 0) return null;
  return (
    <ul class="queue" aria-label="Messages that are not out">
      {unsent.map(({ id, text }) => (
        <li key={id} class="queued queued-refused">
          <p>
            Not sent: <bdi>{text}</bdi>
          </p>
          <button
            type="button"
            class="button button-small"
            onClick={() => {
              if (queue.say(text)) queue.drop(id);
            }}
          >
            Send again
          </button>
          <DropButton queue={queue} id={id} text={text} />
        </li>
      ))}
      {waiting.map(({ id, text }) => (
        <li key={id} class="queued">
          <p>
            Waiting: <bdi>{text}</bdi>
          </p>
          <DropButton queue={queue} id={id} text={text} />
        </li>
      ))}
    </ul>
  );
}

function DropButton({ queue, id, text }: QueuedChat & { queue: ChatQueueModel }) {
  return (
    <button
      type="button"
      class="icon-button queued-drop"
      aria-label={`Do not send: ${text}`}
      onClick={() => queue.drop(id)}
    >
      <CloseIcon />
    </button>
  );
}

/** When the next of what waits goes out. */
function Waiting({ model }: { model: BarModel }) {
  const count = model.chatQueue.waiting.value.length;
  const freeAtMs = model.chatQueue.freeAtMs.value;
  const now = useNow(monotonicNow, 200, count > 0);
  const leftS = secondsLeft(freeAtMs - now);
  return (
    <p id="chat-wait" role="status">
      {count > 0 && leftS > 0 && `Goes out by itself in ${leftS} s.`}
      {count > 0 &&
        leftS === 0 &&
        model.status.value.state !== "joined" &&
        "Goes out once you are connected."}
    </p>
  );
}

function Counter({ check: { length, left, isOver, isCounted } }: { check: DraftCheck }) {
  if (!isCounted) return <p id="chat-count" class="counter" />;
  return (
    <p id="chat-count" class={isOver ? "counter counter-over" : "counter"}>
      {isOver ? `${-left} too many · ` : ""}
      {length}/{CHAT_MAX_CHARS}
    </p>
  );
}

interface MuteNoticeProps {
  readonly reason: string;
  readonly untilMs: number | null | undefined;
}

function MuteNotice({ reason, untilMs }: MuteNoticeProps) {
  const now = useNow(useServerTime(), 1_000);
  return (
    <p class="mute">
      A moderator has muted you {untilWhen(untilMs, now)}. You can still walk, listen and show emotes.
      {reason !== "" && (
        <>
          {" "}
          Reason: <bdi>{reason}</bdi>
        </>
      )}
    </p>
  );
}
