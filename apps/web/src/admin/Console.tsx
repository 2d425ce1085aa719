import { useEffect, useRef } from "preact/hooks";
import { ActDialog } from "../ui/ActDialog";
import type { Desk } from "./model/Desk";
import { auditOf, hashOf, type Route } from "./route";
import { AuditView } from "./views/AuditView";
import { ReportsView } from "./views/ReportsView";
import { ReportView } from "./views/ReportView";
import { RoomsView } from "./views/RoomsView";
import { RoomView } from "./views/RoomView";
import { SanctionsView } from "./views/SanctionsView";

interface ConsoleProps {
  readonly desk: Desk;
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
export function Console({ desk, route, onLeave }: ConsoleProps) {
  const main = useRef<HTMLElement>(null);
  const hash = hashOf(route);
  const isFirst = useRef(true);
  useEffect(() => {
    // Another view begins at its top, for eyes and for screen readers; filters are no other view.
    if (!isFirst.current) main.current?.focus({ preventScroll: true });
    if (!isFirst.current) window.scrollTo(0, 0);
    isFirst.current = false;
  }, [route.type]);
  const { me } = desk;
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
        {desk.notice.value !== "" && <p class="notice">{desk.notice.value}</p>}
      </div>
      <main ref={main} class="console-main" tabIndex={-1}>
        <View key={keyOf(route, hash)} desk={desk} route={route} />
      </main>
      <Asked desk={desk} />
    </div>
  );
}

/** Views that keep their state while their filters change keep their key. */
function keyOf(route: Route, hash: string): string {
  return route.type === "room" || route.type === "report" ? hash : route.type;
}

function View({ desk, route }: { desk: Desk; route: Route }) {
  switch (route.type) {
    case "rooms":
      return <RoomsView desk={desk} />;
    case "room":
      return <RoomView desk={desk} roomId={route.roomId} />;
    case "reports":
      return <ReportsView desk={desk} status={route.status} />;
    case "report":
      return <ReportView desk={desk} reportId={route.reportId} />;
    case "sanctions":
      return <SanctionsView desk={desk} kind={route.kind} room={route.room} />;
    case "audit":
      return <AuditView desk={desk} route={route} />;
  }
}

/** The act that is being asked for, whichever view asks. */
function Asked({ desk }: { desk: Desk }) {
  const asked = desk.asked.value;
  if (asked === null) return null;
  const { action, userId, name, roomId, roomName, scope = "room", onDone } = asked;
  return (
    <ActDialog
      key={`${action} ${userId}`}
      action={action}
      userId={userId}
      name={name}
      roomName={roomName}
      role={desk.me.role}
      scope={scope}
      act={(request) => desk.act(roomId, request)}
      notify={(text) => desk.notify(text)}
      onDone={onDone}
      onClose={() => (desk.asked.value = null)}
    />
  );
}
