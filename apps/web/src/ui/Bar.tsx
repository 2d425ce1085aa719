import { useSignal, type Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { isComposing, type KeyAct } from "../input/keys";
import { isPointerCoarse } from "../input/Stick";
import { Actions } from "./Actions";
import type { BarModel } from "./BarModel";
import { Chat } from "./Chat";
import { CHAT_INPUT_ID } from "./ChatForm";
import { EmoteWheel } from "./EmoteWheel";
import { FirstSteps } from "./FirstSteps";
import { HelpDialog } from "./HelpDialog";
import { MicrophoneDialog } from "./MicrophoneSwitch";
import { Notices } from "./Notices";
import { People, PEOPLE_TITLE_ID } from "./People";
import { PersonDialogs, type Chosen } from "./PersonDialogs";
import { ReconnectBanner } from "./ReconnectBanner";
import { RoomSettingsDialog } from "./RoomSettingsDialog";
import { SettingsDialog } from "./SettingsDialog";
import { TopBar, type Sheet } from "./TopBar";
import { Veil } from "./Veil";
import { followVisibleArea } from "./visibleArea";

/** Smaller than this there is room for the room or for a panel, not for both. */
const NARROW = "(max-width: 720px), (max-height: 480px)";

/** Inside: the room, and what lies over it. */
export function Bar({ model }: { model: BarModel }) {
  const main = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const overlay = useRef<HTMLDivElement>(null);
  const isChatOpen = useSignal(!isNarrow());
  const isPeopleOpen = useSignal(false);
  const isWheelOpen = useSignal(false);
  const sheet = useSignal<Sheet | null>(null);
  const chosen = useSignal<Chosen | null>(null);
  /** Where the room was touched last. */
  const touched = useRef({ x: 0, y: 0 });
  const focusRoom = (): void => canvas.current?.focus({ preventScroll: true });

  useEffect(() => {
    if (main.current !== null) return followVisibleArea(main.current, window.visualViewport);
    return undefined;
  }, []);
  useEffect(() => {
    if (canvas.current === null || overlay.current === null) return;
    canvas.current.focus({ preventScroll: true });
    return model.show(canvas.current, overlay.current);
  }, [model]);
  useEffect(() => {
    const open = (act: KeyAct): void => {
      if (act.type === "chat") {
        isChatOpen.value = true;
        if (isNarrow()) isPeopleOpen.value = false;
        focusChat();
      } else if (act.type === "help") sheet.value = "help";
      else if (act.type === "people") openPeople(isPeopleOpen, isChatOpen);
      else if (act.type === "wheel") isWheelOpen.value = true;
    };
    model.onAct = open;
    model.onPerson = (userId) => {
      model.controls.look();
      chosen.value = { userId, ...touched.current, opener: null };
    };
  }, [model, isChatOpen, isPeopleOpen, isWheelOpen, sheet, chosen]);

  const closeSheet = (): void => {
    sheet.value = null;
    // Browsers tell it a frame late: whoever is quicker has the wheel or the chat already.
    if (!isWheelOpen.value && !(document.activeElement instanceof HTMLInputElement)) focusRoom();
  };
  const walkTo = (userId: string): void => {
    model.walkTo(userId);
    if (isNarrow()) isPeopleOpen.value = false;
  };
  /** Esc leads back to the room from wherever one is; what it closes itself has the first word. */
  const onKeyDown = (event: KeyboardEvent): void => {
    const isInDialog = event.target instanceof Element && event.target.closest("dialog") !== null;
    if (event.key !== "Escape" || event.defaultPrevented || isComposing(event) || isInDialog) return;
    isPeopleOpen.value = false;
    focusRoom();
  };
  /** Who clicks goes on walking; who uses the keyboard stays where they are. */
  const onClick = (event: MouseEvent): void => {
    const isField = event.target instanceof Element && event.target.closest("input, .log, dialog") !== null;
    const isBusy = sheet.value !== null || isWheelOpen.value || chosen.value !== null;
    if (event.detail > 0 && !isField && !isBusy) focusRoom();
  };

  return (
    <main
      ref={main}
      onKeyDown={onKeyDown}
      class={`bar${isChatOpen.value ? " bar-chat" : ""}${isPeopleOpen.value ? " bar-people" : ""}`}
    >
      <canvas
        ref={canvas}
        class="room"
        tabIndex={0}
        role="application"
        aria-label="The room. Arrow keys walk, Enter chats, question mark helps."
        onPointerDown={focusRoom}
        onPointerUp={({ clientX: x, clientY: y }) => (touched.current = { x, y })}
      />
      <div ref={overlay} class="bubbles" aria-hidden="true" />
      {isPointerCoarse() && <StickZone model={model} />}
      <Veil model={model} />
      <div class="hud" onClick={onClick}>
        <TopBar
          model={model}
          isPeopleOpen={isPeopleOpen.value}
          onPeople={() => togglePeople(isPeopleOpen, isChatOpen)}
          onSheet={(next) => (sheet.value = next)}
        />
        <ReconnectBanner model={model} />
        <Notices model={model} />
        {isPeopleOpen.value && (
          <People
            model={model}
            onClose={() => {
              isPeopleOpen.value = false;
              focusRoom();
            }}
            onWalk={walkTo}
            onMore={(userId, opener) => {
              const { left, bottom } = opener.getBoundingClientRect();
              model.controls.look();
              chosen.value = { userId, x: left, y: bottom, opener };
            }}
          />
        )}
        {isChatOpen.value && (
          <Chat model={model} onClose={() => (isChatOpen.value = false)} onEscape={focusRoom} />
        )}
        {isWheelOpen.value && (
          <EmoteWheel
            emotes={model.emotes.value}
            onEmote={(emoteId) => {
              model.emote(emoteId);
              isWheelOpen.value = false;
              focusRoom();
            }}
            onClose={() => {
              isWheelOpen.value = false;
              focusRoom();
            }}
          />
        )}
        <FirstSteps model={model} />
        <Actions
          model={model}
          isChatOpen={isChatOpen.value}
          onChat={() => {
            isChatOpen.value = !isChatOpen.value;
            if (isNarrow()) isPeopleOpen.value = false;
          }}
          onWheel={() => (isWheelOpen.value = true)}
          onMicrophone={() => {
            if (model.microphone.value === "on") model.toggleMicrophone();
            else sheet.value = "microphone";
          }}
        />
      </div>
      <PersonDialogs
        model={model}
        chosen={chosen}
        onWalk={walkTo}
        onEnd={(opener) => {
          if (opener?.isConnected === true) opener.focus();
          else focusRoom();
        }}
      />
      {sheet.value === "room" && (
        <RoomSettingsDialog
          load={() => model.controls.settings()}
          change={(change) => model.controls.change(change)}
          onDone={(text) => {
            model.notify(text);
            closeSheet();
          }}
          onClose={closeSheet}
        />
      )}
      {sheet.value === "help" && <HelpDialog onClose={closeSheet} />}
      {sheet.value === "settings" && (
        <SettingsDialog model={model} onClose={closeSheet} onHelp={() => (sheet.value = "help")} />
      )}
      {sheet.value === "microphone" && <MicrophoneDialog model={model} onClose={closeSheet} />}
    </main>
  );
}

function isNarrow(): boolean {
  return window.matchMedia(NARROW).matches;
}

/** On a narrow screen one panel at a time. */
function togglePeople(isPeopleOpen: Signal<boolean>, isChatOpen: Signal<boolean>): void {
  isPeopleOpen.value = !isPeopleOpen.value;
  if (isPeopleOpen.value && isNarrow()) isChatOpen.value = false;
}

/** By key, for whoever goes on with keys: the list has the focus. */
function openPeople(isPeopleOpen: Signal<boolean>, isChatOpen: Signal<boolean>): void {
  if (!isPeopleOpen.value) togglePeople(isPeopleOpen, isChatOpen);
  window.setTimeout(() => document.getElementById(PEOPLE_TITLE_ID)?.focus());
}

/** At once where the chat is open, or the first letters would walk. */
function focusChat(): void {
  const field = document.getElementById(CHAT_INPUT_ID);
  if (field !== null) field.focus();
  else window.setTimeout(() => document.getElementById(CHAT_INPUT_ID)?.focus());
}

/** Where the left thumb walks. */
function StickZone({ model }: { model: BarModel }) {
  const zone = useRef<HTMLDivElement>(null);
  useEffect(() => (zone.current === null ? undefined : model.openStick(zone.current)), [model]);
  return (
    <div ref={zone} class="stick" aria-hidden="true">
      <span class="stick-hint" />
    </div>
  );
}
