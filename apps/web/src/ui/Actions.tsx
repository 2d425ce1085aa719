import { useComputed } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { BarModel } from "./BarModel";
import { ChatIcon, DanceIcon, RingIcon, SmileIcon, WaveIcon } from "./icons";

interface ActionsProps {
  readonly model: BarModel;
  readonly isChatOpen: boolean;
  readonly onChat: () => void;
  readonly onWheel: () => void;
  readonly onMicrophone: () => void;
}

/** What one does most, under the thumbs and in words for everybody else. */
export function Actions({ model, isChatOpen, onChat, onWheel, onMicrophone }: ActionsProps) {
  const isListening = model.microphone.value === "on";
  const isSpeaking = isListening && model.isSpeaking.value;
  const unread = useUnread(model, isChatOpen);
  return (
    <nav class="actions" aria-label="What you can do">
      <button type="button" class="act" aria-expanded={isChatOpen} onClick={onChat}>
        <ChatIcon />
        <span class="act-name">Chat</span>
        {unread > 0 && (
          <span class="act-badge">
            {unread > 99 ? "99+" : unread}
            <span class="sr-only"> unread</span>
          </span>
        )}
      </button>
      <button type="button" class="act" aria-haspopup="menu" onClick={onWheel}>
        <SmileIcon />
        <span class="act-name">Emote</span>
      </button>
      <button
        type="button"
        class="act"
        aria-pressed={model.isDancing.value}
        onClick={() => model.gesture("dance")}
      >
        <DanceIcon />
        <span class="act-name">Dance</span>
      </button>
      <button type="button" class="act" onClick={() => model.gesture("wave")}>
        <WaveIcon />
        <span class="act-name">Wave</span>
      </button>
      <button
        type="button"
        class={isSpeaking ? "act act-speaking" : "act"}
        aria-pressed={isListening}
        title="Shows others a ring around you while you speak. Nobody hears you: there is no voice chat yet."
        onClick={onMicrophone}
      >
        <RingIcon />
        <span class="act-name">{isListening ? (isSpeaking ? "Speaking" : "Quiet") : "Talk ring"}</span>
        {isListening && <span class="act-note">seen, not heard</span>}
      </button>
    </nav>
  );
}

/** Messages of others that came while the chat was folded. */
function useUnread(model: BarModel, isOpen: boolean): number {
  const chat = useComputed(() => model.room.value.chat).value;
  const seen = useRef(chat.at(-1)?.messageId);
  const [unread, setUnread] = useState(0);
  useEffect(() => {
    if (isOpen) {
      seen.current = chat.at(-1)?.messageId;
      setUnread(0);
      return;
    }
    const index = chat.findLastIndex(({ messageId }) => messageId === seen.current);
    setUnread(chat.slice(index + 1).filter(({ own }) => !own).length);
  }, [chat, isOpen]);
  return unread;
}
