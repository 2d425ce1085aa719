import { useEffect, useMemo, useState } from "preact/hooks";
import type { Sanction } from "../../api/moderation";
import { mayActOnServer } from "../../moderation/acts";
import { LOBBY_ID, ROOM_ID_PATTERN } from "../../net/realtime/constants";
import { untilWhen } from "../../text/format";
import { useServerTime } from "../../ui/useNow";
import type { ConsoleModel } from "../model/ConsoleModel";
import { Listing } from "../model/Listing";
import { hashOf } from "../route";
import { ListState } from "./ListState";
import { Person } from "./Person";
import { When } from "./When";

type Kind = "bans" | "mutes";

interface SanctionsViewProps {
  readonly model: ConsoleModel;
  readonly kind: Kind;
  /** Empty for the whole server. */
  readonly room: string;
}

/** Who may not come in, or not chat: of one room, or of the whole server. */
export function SanctionsView({ model, kind, room }: SanctionsViewProps) {
  const scope = room === "" ? "server" : "room";
  // The server's own are asked for through any room: the lobby always exists.
  const roomId = room === "" ? LOBBY_ID : room;
  const listing = useMemo(
    () =>
      new Listing<Sanction>((cursor) =>
        kind === "bans" ? model.api.bans(roomId, scope, cursor) : model.api.mutes(roomId, scope, cursor),
      ),
    [model, kind, roomId, scope],
  );
  useEffect(() => void listing.refresh(), [listing]);
  const lift = ({ userId, userName }: Sanction): void =>
    model.ask({
      action: kind === "bans" ? "unban" : "unmute",
      userId,
      name: userName ?? userId,
      roomId,
      roomName: roomId,
      scope,
      onDone: () => void listing.refresh(),
    });
  const items = listing.items.value;
  return (
    <>
      <header class="view-head">
        <h1>{kind === "bans" ? "Bans" : "Mutes"}</h1>
        <nav class="subtabs" aria-label="Bans or mutes">
          {(["bans", "mutes"] as const).map((one) => (
            <a
              key={one}
              class="tab"
              href={hashOf({ type: "sanctions", kind: one, room })}
              aria-current={one === kind ? "page" : undefined}
            >
              {one === "bans" ? "Bans" : "Mutes"}
            </a>
          ))}
        </nav>
      </header>
      <Where kind={kind} room={room} mayServer={mayActOnServer(model.me.role)} />
      {items !== null && items.length > 0 && (
        <div class="table-frame">
          <table class="table">
            <thead>
              <tr>
                <th scope="col">Who</th>
                <th scope="col">Holds</th>
                <th scope="col">Reason</th>
                <th scope="col">By</th>
                <th scope="col">Actions</th>
              </tr>
            </thead>
            <tbody>
              {items.map((sanction) => (
                <Row key={sanction.sanctionId} sanction={sanction} onLift={() => lift(sanction)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <ListState
        listing={listing}
        empty={kind === "bans" ? "Nobody is banned here." : "Nobody is muted here."}
      />
    </>
  );
}

function Row({ sanction, onLift }: { sanction: Sanction; onLift: () => void }) {
  const { userId, userName, reason, actorId, actorName, actorRole, madeMs, untilMs, kind } = sanction;
  const room = sanction.roomId ?? "";
  const serverNow = useServerTime();
  return (
    <tr>
      <th scope="row">
        <Person name={userName} userId={userId} room={room} />
      </th>
      <td>
        {untilWhen(untilMs, serverNow())}
        <span class="faint table-second">
          since <When ms={madeMs} />
        </span>
      </td>
      <td>{reason === "" ? <span class="faint">none given</span> : <bdi>{reason}</bdi>}</td>
      <td>
        <Person name={actorName} userId={actorId} room={room} />
        <span class="faint table-second">{actorRole}</span>
      </td>
      <td>
        <button type="button" class="button button-small" onClick={onLift}>
          {kind === "mute" ? "Unmute" : "Lift"}
          <span class="sr-only"> {userName ?? userId}</span>
        </button>
      </td>
    </tr>
  );
}

interface WhereProps {
  readonly kind: Kind;
  readonly room: string;
  readonly mayServer: boolean;
}

function Where({ kind, room, mayServer }: WhereProps) {
  const [typed, setTyped] = useState(room);
  useEffect(() => setTyped(room), [room]);
  const isGood = ROOM_ID_PATTERN.test(typed);
  return (
    <form
      class="filters"
      onSubmit={(event) => {
        event.preventDefault();
        if (isGood) window.location.hash = hashOf({ type: "sanctions", kind, room: typed });
      }}
    >
      <label class="stacked">
        <span>Room</span>
        <input
          type="text"
          value={typed}
          placeholder={room === "" ? "the whole server" : "lobby"}
          autocapitalize="off"
          spellcheck={false}
          onInput={({ currentTarget }) => setTyped(currentTarget.value.trim())}
        />
      </label>
      <button type="submit" class="button" disabled={!isGood || typed === room}>
        Show
      </button>
      {mayServer && (
        <a
          class="button"
          href={hashOf({ type: "sanctions", kind, room: "" })}
          aria-current={room === "" ? "true" : undefined}
        >
          The whole server
        </a>
      )}
    </form>
  );
}
