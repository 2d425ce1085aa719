import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { RoomOverview } from "../../api/moderation";
import { company } from "../../text/format";
import { LockIcon, SettingsIcon } from "../../ui/icons";
import { RoomSettingsDialog } from "../../ui/RoomSettingsDialog";
import { RoomMap } from "../map/RoomMap";
import type { ConsoleModel } from "../model/ConsoleModel";
import { RoomWatch } from "../model/RoomWatch";
import { auditOf, hashOf } from "../route";
import { ChatLog } from "./ChatLog";
import { Members } from "./Members";
import { PollBanner } from "./PollBanner";

/** One room as it goes on: seen from above, heard, and with what can be done about people. */
export function RoomView({ model, roomId }: { model: ConsoleModel; roomId: string }) {
  const watch = useMemo(() => new RoomWatch(model.api, roomId, model.environment), [model, roomId]);
  useEffect(() => watch.poller.start(), [watch]);
  const selected = useSignal<string | null>(null);
  const isSetting = useSignal(false);
  const look = watch.look.value;
  const roomName = look?.room.name ?? roomId;
  const isRefused = watch.poller.state.value.type === "refused";
  return (
    <>
      <header class="view-head">
        <div>
          <p class="crumb">
            <a href="#/rooms">Live rooms</a> / <span class="mono">{roomId}</span>
          </p>
          <h1>
            <bdi>{roomName}</bdi>
            {look?.room.locked === true && (
              <span class="tag tag-bad">
                <LockIcon /> locked
              </span>
            )}
          </h1>
          {look !== null && <RoomSum room={look.room} />}
        </div>
        <div class="view-acts">
          <button type="button" class="button button-small" onClick={() => (isSetting.value = true)}>
            <SettingsIcon /> Settings
          </button>
          <a class="button button-small" href={hashOf({ type: "sanctions", kind: "bans", room: roomId })}>
            Bans and mutes
          </a>
          <a class="button button-small" href={hashOf(auditOf({ room: roomId }))}>
            Audit
          </a>
          <button
            type="button"
            class="button button-small"
            title="Opens the bar in another tab, where you are who you are here"
            onClick={() => model.walkIn(roomId)}
          >
            Walk in
          </button>
        </div>
      </header>
      <PollBanner poller={watch.poller} />
      {watch.isEmpty.value && (
        <p class="empty" role="status">
          Nobody is in this room right now, or there is no such room. As soon as somebody walks in, they are
          here.
        </p>
      )}
      {watch.isEmpty.value && (
        <div class="room-empty">
          <ChatLog chat={watch.chat} earlier={watch.earlier} members={[]} selected={selected} />
        </div>
      )}
      {look === null && !watch.isEmpty.value && !isRefused && <p role="status">Looking in …</p>}
      {look !== null && (
        <div class="room-grid">
          <RoomMap watch={watch} selected={selected} />
          <ChatLog chat={watch.chat} earlier={watch.earlier} members={look.members} selected={selected} />
          <Members
            members={look.members}
            meId={model.me.userId}
            selected={selected}
            room={roomId}
            onAct={(action, { userId, displayName }) => {
              model.ask({
                action,
                userId,
                name: displayName,
                roomId,
                roomName,
                onDone: () => watch.poller.now(),
              });
            }}
          />
        </div>
      )}
      {isSetting.value && (
        <RoomSettingsDialog
          load={() => model.api.settings(roomId)}
          change={(change) => model.api.change(roomId, change)}
          onDone={(text) => {
            isSetting.value = false;
            model.notify(text);
            watch.poller.now();
          }}
          onClose={() => (isSetting.value = false)}
        />
      )}
    </>
  );
}

function RoomSum({ room }: { room: RoomOverview }) {
  const rate = (value: number): string => value.toFixed(value < 10 ? 1 : 0);
  return (
    <p class="view-sum">
      {company(room.members - room.bots, room.bots)} of {room.capacity} · {rate(room.movesPerSecond)} moves/s
      · {rate(room.messagesPerMinute)} messages/min · {rate(room.emotesPerMinute)} emotes/min
    </p>
  );
}
