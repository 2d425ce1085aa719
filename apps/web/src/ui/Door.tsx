import { useSignal } from "@preact/signals";
import { LOBBY_ID, NAME_MAX_CHARS } from "../net/realtime/constants";
import { useEffect, useRef } from "preact/hooks";
import { isPointerCoarse } from "../input/Stick";
import { AvatarPicker } from "./AvatarPicker";
import { codePoints } from "../text/codePoints";
import type { DoorModel, RoomIntro } from "./DoorModel";
import { Facade } from "./Facade";
import { people } from "../text/format";

/** The page before the bar: who one is, how one looks, and the way in. */
export function Door({ model }: { model: DoorModel }) {
  const name = useSignal(model.person.displayName);
  const avatarId = useSignal(model.person.avatarId);
  const length = codePoints(name.value.trim());
  const isOver = length > NAME_MAX_CHARS;
  const intro = model.intro.value;
  const isShut = intro.type === "known" && intro.closed !== null;
  const field = useRef<HTMLInputElement>(null);
  // Fingers would get a keyboard over half of the page, unasked.
  useEffect(() => {
    if (!isPointerCoarse()) field.current?.focus({ preventScroll: true });
  }, []);
  if (intro.type === "missing") return <NoRoom model={model} />;
  return (
    <main class="door">
      <Facade />
      <section class="card door-card" aria-labelledby="door-title">
        <header>
          <p class="door-over">You are at the door of</p>
          <h1 id="door-title">{roomTitle(intro, model.roomId)}</h1>
          <p class="door-count" role="status">
            <span class={isShut ? "door-lamp door-lamp-out" : "door-lamp"} aria-hidden="true" />
            {countText(intro, model.isSimulated)}
          </p>
        </header>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (!isOver) model.enter({ displayName: name.value.trim(), avatarId: avatarId.value });
          }}
        >
          <label class="door-name">
            <span>Your name</span>
            <input
              type="text"
              value={name.value}
              autocomplete="nickname"
              spellcheck={false}
              placeholder="Or come in as a guest"
              aria-invalid={isOver}
              aria-describedby="name-note"
              ref={field}
              onPointerDown={() => model.prepare()}
              onInput={({ currentTarget }) => {
                name.value = currentTarget.value;
                model.prepare();
              }}
            />
            <span id="name-note" class={isOver ? "note note-bad" : "note"} role="status">
              {isOver && `${length - NAME_MAX_CHARS} too many`}
            </span>
          </label>
          <AvatarPicker
            value={avatarId.value}
            preview={(canvas, id) => model.preview(canvas, id)}
            onPick={(id) => {
              avatarId.value = id;
              model.prepare();
            }}
          />
          <div class="door-ways">
            {isShut && <LobbyButton model={model} />}
            <button
              type="submit"
              class={`button button-large ${isShut ? "" : "button-primary"}`}
              disabled={isOver}
              onPointerEnter={() => model.prepare()}
              onFocus={() => model.prepare()}
            >
              {isShut ? "Try the door all the same" : "Walk in"}
            </button>
          </div>
        </form>
        <p class="faint door-note">
          No account, no download. Your name and look stay in this browser for next time.
        </p>
      </section>
    </main>
  );
}

function NoRoom({ model }: { model: DoorModel }) {
  return (
    <main class="door">
      <Facade />
      <section class="card door-card" aria-labelledby="door-title">
        <h1 id="door-title">There is no such room</h1>
        <p>
          This address leads to no room. Perhaps a letter of the link is missing: ask for it again, or come
          into the lobby, which is always open.
        </p>
        <LobbyButton model={model} />
      </section>
    </main>
  );
}

/** Nothing at the lobby's own door. */
function LobbyButton({ model }: { model: DoorModel }) {
  if (model.roomId === LOBBY_ID && model.intro.value.type !== "missing") return null;
  return (
    <button type="button" class="button button-primary button-large" onClick={() => model.goToLobby()}>
      Go to the lobby
    </button>
  );
}

const CLOSED = {
  locked: "Locked for now, nobody new is let in",
  members: "For members only, guests are not let in",
  full: "Full right now",
} as const;

function roomTitle(intro: RoomIntro, roomId: string): string {
  return intro.type === "known" ? intro.name : roomId;
}

function countText(intro: RoomIntro, isSimulated: boolean): string {
  if (isSimulated) return "A simulated evening: the guests are not real";
  switch (intro.type) {
    case "loading":
      return "Looking through the window …";
    case "known":
      if (intro.closed !== null) return `${CLOSED[intro.closed]}: ${people(intro.personCount)} inside`;
      if (intro.memberCount === 0) return "Nobody inside yet: be the first";
      if (intro.personCount === 0) return "Only bots inside yet: be the first";
      return `${people(intro.personCount)} inside right now`;
    default:
      return "The bar does not answer yet; you can still try the door";
  }
}
