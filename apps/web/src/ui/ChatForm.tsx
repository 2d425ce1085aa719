import { useComputed } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { CHAT_MAX_CHARS } from "../net/realtime/constants";
import type { BarModel } from "./BarModel";
import { checkDraft, type DraftCheck } from "./chatText";
import { secondsLeft, untilWhen } from "./format";
import { SendIcon } from "./icons";
import { monotonicNow, useNow, useServerClock } from "./useNow";

/** The id by which keys find the field. */
export const CHAT_INPUT_ID = "chat-input";

export function ChatForm({ model, onEscape }: { model: BarModel; onEscape: () => void }) {
  const [draft, setDraft] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const [unsent, setUnsent] = useState("");
  useGivenBack(model, field, setDraft, setUnsent);
  const mute = useComputed(() => model.room.value.mute).value;
  const freeAtMs = model.chatFreeAtMs.value;
  const now = useNow(monotonicNow, 200, freeAtMs > monotonicNow());
  const waitS = secondsLeft(freeAtMs - now);
  const check = checkDraft(draft);
  const isOpen = mute === null && waitS === 0;
  const send = (): void => {
    if (!isOpen || check.isOver) return;
    if (check.isEmpty) {
      onEscape();
      return;
    }
    model.say(check.text);
    setDraft("");
    setUnsent("");
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || event.isComposing) return;
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
      <div class="chat-row">
        <input
          ref={field}
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
          disabled={!isOpen || check.isOver}
        >
          <SendIcon />
        </button>
      </div>
      {unsent !== "" && (
        <p class="unsent">
          Not sent: <bdi>{unsent}</bdi>
        </p>
      )}
      <div class="chat-foot">
        <p id="chat-wait" role="status">
          {waitS > 0 && `You can speak again in ${waitS} s.`}
        </p>
        <Counter check={check} />
      </div>
    </form>
  );
}

/** What was refused goes back into the field; where something else is typed by now, above it. */
function useGivenBack(
  model: BarModel,
  field: { readonly current: HTMLInputElement | null },
  setDraft: (text: string) => void,
  setUnsent: (text: string) => void,
): void {
  const heldBack = model.heldBack.value;
  useEffect(() => {
    if (heldBack === null) return;
    if (field.current?.value === "") setDraft(heldBack.text);
    else setUnsent(heldBack.text);
  }, [heldBack, field, setDraft, setUnsent]);
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
  const now = useNow(useServerClock(), 1_000);
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
