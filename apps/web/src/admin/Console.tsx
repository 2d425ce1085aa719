import { useEffect, useRef } from "preact/hooks";
import { ActDialog } from "../ui/ActDialog";
import type { ConsoleModel } from "./model/ConsoleModel";
import { auditOf, hashOf, type Route } from "./route";
import { AuditView } from "./views/AuditView";
import { ReportsView } from "./views/ReportsView";
import { ReportView } from "./views/ReportView";
import { RoomsView } from "./views/RoomsView";
import { RoomView } from "./views/RoomView";
import { SanctionsView } from "./views/SanctionsView";

interface ConsoleProps {
  readonly model: ConsoleModel;
  readonly route: Route;
  readonly onLeave: () => void;
}

const TABS: readonly {
  readonly name: string;
  readonly to: Route;
  readonly types: readonly Route["type"][];
}[] = [
  { name: "Rooms", to: { type: "rooms" }, types: ["rooms", "room"] },
  { name: "Reports", to: { type: "reports", status: "open" }, types: ["reports", "report"] },
  { name: "Bans and mutes", to: { type: "sanctions", kind: "bans", room: "lobby" }, types: ["sanctions"] },
  { name: "Audit", to: auditOf({}), types: ["audit"] },
];

/** Everything behind the sign-in: where one is, and who. */
export function Console({ model, route, onLeave }: ConsoleProps) {
  const main = useRef<HTMLElement>(null);
  const hash = hashOf(route);
  const isFirst = useRef(true);
  useEffect(() => {
    // Another view begins at its top, for eyes and for screen readers; filters are no other view.
    if (!isFirst.current) main.current?.focus({ preventScroll: true });
    if (!isFirst.current) window.scrollTo(0, 0);
    isFirst.current = false;
  }, [route.type]);
  const { me } = model;
  return (
    <div class="console">
      <header class="console-top">
        <p class="console-sign">VirtuBar</p>
        <nav class="tabs" aria-label="Views">
          {TABS.map(({ name, to, types }) => (
            <a
              key={name}
              class="tab"
              href={hashOf(to)}
              aria-current={types.includes(route.type) ? "page" : undefined}
            >
              {name}
            </a>
          ))}
        </nav>
        <div class="console-me">
          <p class="console-who">
            <bdi translate={false}>{me.displayName ?? me.userId}</bdi>
            <span class="tag">{me.role}</span>
          </p>
          <button type="button" class="button button-small" onClick={onLeave}>
            Sign out
          </button>
        </div>
      </header>
      <div class="console-notice" role="status">
        {model.notice.value !== "" && <p class="notice">{model.notice.value}</p>}
      </div>
      <main ref={main} class="console-main" tabIndex={-1}>
        <View key={keyOf(route, hash)} model={model} route={route} />
      </main>
      <Asked model={model} />
    </div>
  );
}

/** Views that keep their state while their filters change keep their key. */
function keyOf(route: Route, hash: string): string {
  return route.type === "room" || route.type === "report" ? hash : route.type;
}

function View({ model, route }: { model: ConsoleModel; route: Route }) {
  switch (route.type) {
    case "rooms":
      return <RoomsView model={model} />;
    case "room":
      return <RoomView model={model} roomId={route.roomId} />;
    case "reports":
      return <ReportsView model={model} status={route.status} />;
    case "report":
      return <ReportView model={model} reportId={route.reportId} />;
    case "sanctions":
      return <SanctionsView model={model} kind={route.kind} room={route.room} />;
    case "audit":
      return <AuditView model={model} route={route} />;
  }
}

/** The act that is being asked for, whichever view asks. */
function Asked({ model }: { model: ConsoleModel }) {
  const asked = model.asked.value;
  if (asked === null) return null;
  const { action, userId, name, roomId, roomName, scope = "room", onDone } = asked;
  return (
    <ActDialog
      key={`${action} ${userId}`}
      action={action}
      userId={userId}
      name={name}
      roomName={roomName}
      role={model.me.role}
      scope={scope}
      act={(request) => model.act(roomId, request)}
      notify={(text) => model.notify(text)}
      onDone={onDone}
      onClose={() => (model.asked.value = null)}
    />
  );
}
