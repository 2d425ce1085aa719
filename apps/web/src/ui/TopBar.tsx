import { useComputed } from "@preact/signals";
import { mayOversee } from "../moderation/acts";
import { headcount } from "../room/RoomState";
import type { BarModel } from "./BarModel";
import { ConnectionMark } from "./ConnectionMark";
import { HelpIcon, LeaveIcon, LinkIcon, LockIcon, OpenLockIcon, PeopleIcon, SettingsIcon } from "./icons";

export type Sheet = "help" | "settings" | "microphone" | "room";

interface TopBarProps {
  readonly model: BarModel;
  readonly isPeopleOpen: boolean;
  readonly onPeople: () => void;
  readonly onSheet: (sheet: Sheet) => void;
}

export function TopBar({ model, isPeopleOpen, onPeople, onSheet }: TopBarProps) {
  const { controls } = model;
  const count = useComputed(() => headcount(model.room.value.members).people).value;
  return (
    <header class="top">
      <div class="top-group">
        <h1 class="top-name">{model.roomName.value}</h1>
        <button
          type="button"
          class="icon-button"
          aria-label="Copy the link to this room"
          title="Copy link"
          onClick={() => model.copyLink()}
        >
          <LinkIcon />
        </button>
        {controls.hasSettings && mayOversee(controls.role.value) && (
          <button
            type="button"
            class={controls.isLocked.value ? "icon-button top-locked" : "icon-button"}
            aria-label={controls.isLocked.value ? "This room: locked" : "This room"}
            title="Lock, slow mode and other rules of this room"
            onClick={() => onSheet("room")}
          >
            {controls.isLocked.value ? <LockIcon /> : <OpenLockIcon />}
          </button>
        )}
      </div>
      <div class="top-group">
        <ConnectionMark model={model} />
        <button
          type="button"
          class="icon-button top-people"
          aria-expanded={isPeopleOpen}
          aria-label={`Who is here: ${count}`}
          title="Who is here (P)"
          onClick={onPeople}
        >
          <PeopleIcon />
          <span>{count}</span>
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label="Settings"
          title="Settings"
          onClick={() => onSheet("settings")}
        >
          <SettingsIcon />
        </button>
        <button
          type="button"
          class="icon-button top-help"
          aria-label="Help"
          title="Help (?)"
          onClick={() => onSheet("help")}
        >
          <HelpIcon />
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label="Leave the bar"
          title="Leave"
          onClick={() => model.leave()}
        >
          <LeaveIcon />
        </button>
      </div>
    </header>
  );
}
