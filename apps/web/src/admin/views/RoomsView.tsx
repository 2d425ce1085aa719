import { useSignal, type Signal } from "@preact/signals";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { RoomOverview } from "../../api/moderation";
import { ROOM_ID_PATTERN } from "../../net/realtime/constants";
import { company } from "../../text/format";
import { LockIcon } from "../../ui/icons";
import type { ConsoleModel } from "../model/ConsoleModel";
import { Poller } from "../model/Poller";
import { hashOf } from "../route";
import { PollBanner } from "./PollBanner";

const OVERVIEW_MS = 2_000;

/** Every room with somebody in it, in figures. */
export function RoomsView({ model }: { model: ConsoleModel }) {
  const rooms = useSignal<readonly RoomOverview[] | null>(null);
  const poller = useOverview(model, rooms);
  const list = rooms.value;
  const members = list?.reduce((sum, room) => sum + room.members, 0) ?? 0;
  const bots = list?.reduce((sum, room) => sum + room.bots, 0) ?? 0;
  return (
    <>
      <header class="view-head">
        <h1>Live rooms</h1>
        {list !== null && (
          <p class="view-sum">
            {list.length === 1 ? "1 room" : `${list.length} rooms`} · {company(members - bots, bots)}
          </p>
        )}
      </header>
      <PollBanner poller={poller} />
      {list === null && <p role="status">Looking around …</p>}
      {list?.length === 0 && (
        <p class="empty">Nobody is in any room right now. As soon as somebody walks in, the room is here.</p>
      )}
      <ul class="rooms">
        {list?.map((room) => (
          <RoomCard key={room.roomId} room={room} />
        ))}
      </ul>
      <GoToRoom />
    </>
  );
}

function useOverview(model: ConsoleModel, rooms: Signal<readonly RoomOverview[] | null>): Poller {
  const poller = useMemo(
    () =>
      new Poller(
        async (abort) => {
          const overview = await model.api.overview(abort);
          rooms.value = overview.rooms;
          return true;
        },
        OVERVIEW_MS,
        model.environment,
      ),
    [model, rooms],
  );
  useEffect(() => poller.start(), [poller]);
  return poller;
}

function RoomCard({ room }: { room: RoomOverview }) {
  const { roomId, name, capacity, locked, members, connected } = room;
  const away = members - connected;
  return (
    <li class="room-card">
      <h2>
        <a href={hashOf({ type: "room", roomId })}>
          <bdi>{name}</bdi>
        </a>
        {locked && (
          <span class="tag tag-bad">
            <LockIcon /> locked
          </span>
        )}
      </h2>
      <p class="mono faint">{roomId}</p>
      <p class="room-count">
        <strong>{members}</strong> of {capacity}
        {away > 0 && <span class="faint"> · {away} reconnecting</span>}
      </p>
      <progress class="room-meter" max={capacity} value={members} aria-label={`How full ${name} is`} />
      <dl class="figures">
        <Figure name="moves" unit="/s" value={room.movesPerSecond} />
        <Figure name="chat" unit="/min" value={room.messagesPerMinute} />
        <Figure name="emotes" unit="/min" value={room.emotesPerMinute} />
      </dl>
    </li>
  );
}

function Figure({ name, unit, value }: { name: string; unit: string; value: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {value >= 10 ? Math.round(value) : Math.round(value * 10) / 10}
        <span class="unit">{unit}</span>
      </dd>
    </div>
  );
}

/** Rooms in which nobody is have settings and bans too. */
function GoToRoom() {
  const [roomId, setRoomId] = useState("");
  const isGood = ROOM_ID_PATTERN.test(roomId);
  return (
    <form
      class="go-room"
      onSubmit={(event) => {
        event.preventDefault();
        if (isGood) window.location.hash = hashOf({ type: "room", roomId });
      }}
    >
      <label class="stacked">
        <span>Another room, by its id</span>
        <input
          type="text"
          value={roomId}
          autocapitalize="off"
          spellcheck={false}
          onInput={({ currentTarget }) => setRoomId(currentTarget.value.trim())}
        />
      </label>
      <button type="submit" class="button" disabled={!isGood}>
        Open
      </button>
    </form>
  );
}
