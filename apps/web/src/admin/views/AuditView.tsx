import { useEffect, useMemo, useState } from "preact/hooks";
import type { AuditLine } from "../../api/moderation";
import { mayActOnServer } from "../../moderation/acts";
import { LOBBY_ID } from "../../net/realtime/constants";
import { useServerTime } from "../../ui/useNow";
import { actionText, ACTIONS, detailText, filterOf } from "../model/auditText";
import type { ConsoleModel } from "../model/ConsoleModel";
import { Listing } from "../model/Listing";
import { auditOf, hashOf, type AuditRoute } from "../route";
import { ListState } from "./ListState";
import { Person } from "./Person";
import { When, whenText } from "./When";

/** Who did what to whom, and who looked at what. */
export function AuditView({ model, route }: { model: ConsoleModel; route: AuditRoute }) {
  const { room, user, actor, action, from, to } = route;
  const mayAll = mayActOnServer(model.me.role);
  // Only admins may read everything: the others begin with the room that always exists.
  const roomId = room === "" && !mayAll ? LOBBY_ID : room;
  const listing = useMemo(() => {
    const filter = filterOf({ room, user, actor, action, from, to });
    return new Listing<AuditLine>((cursor) => model.api.audit(roomId === "" ? null : roomId, filter, cursor));
  }, [model, roomId, room, user, actor, action, from, to]);
  useEffect(() => void listing.refresh(), [listing]);
  const items = listing.items.value;
  return (
    <>
      <header class="view-head">
        <h1>Audit</h1>
        <p class="view-sum">{roomId === "" ? "everywhere" : `in ${roomId}`}, newest first</p>
      </header>
      <Filters key={hashOf(auditOf(route))} route={{ ...route, room: roomId }} mayAll={mayAll} />
      {items !== null && items.length > 0 && (
        <div class="table-frame">
          <table class="table">
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">Who</th>
                <th scope="col">What</th>
                <th scope="col">Details</th>
              </tr>
            </thead>
            <tbody>
              {items.map((line) => (
                <Row key={line.auditId} line={line} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <ListState listing={listing} empty="Nothing in the audit is like that." />
    </>
  );
}

function Row({ line }: { line: AuditLine }) {
  const { atMs, actorId, actorName, actorRole, action, userId, userName, roomId } = line;
  const room = roomId ?? "";
  const serverNow = useServerTime();
  return (
    <tr>
      <td class="nowrap">
        <When ms={atMs} />
      </td>
      <th scope="row">
        <Person name={actorName} userId={actorId} room={room} />
        <span class="faint table-second">{actorRole}</span>
      </th>
      <td>
        <span class={action === "denied" ? "bad" : ""}>{actionText(action)}</span>
        {userId !== null && (
          <>
            {" "}
            <Person name={userName} userId={userId} room={room} />
          </>
        )}
        {roomId !== null && <span class="faint table-second">in {roomId}</span>}
      </td>
      <td class="audit-detail">
        <bdi>{detailText(line, (ms) => whenText(ms, serverNow()))}</bdi>
      </td>
    </tr>
  );
}

type FieldType = "text" | "datetime-local";

function Filters({ route, mayAll }: { route: AuditRoute; mayAll: boolean }) {
  const [draft, setDraft] = useState(route);
  const field = (name: Exclude<keyof AuditRoute, "action">, label: string, type: FieldType, hint = "") => {
    const common = {
      value: draft[name],
      onInput: ({ currentTarget: { value } }: { readonly currentTarget: HTMLInputElement }) =>
        setDraft({ ...draft, [name]: value.trim() }),
    };
    return (
      <label class={type === "text" ? "stacked" : "stacked filters-time"}>
        <span>{label}</span>
        {type === "text" ? (
          <input type="text" placeholder={hint} autocapitalize="off" spellcheck={false} {...common} />
        ) : (
          <input type="datetime-local" {...common} />
        )}
      </label>
    );
  };
  return (
    <form
      class="filters"
      onSubmit={(event) => {
        event.preventDefault();
        window.location.hash = hashOf(auditOf(draft));
      }}
    >
      {field("room", "Room", "text", mayAll ? "everywhere" : LOBBY_ID)}
      {field("user", "About whom", "text", "user id")}
      {field("actor", "By whom", "text", "user id")}
      <label class="stacked">
        <span>What</span>
        <select
          value={draft.action}
          onChange={({ currentTarget: { value } }) => setDraft({ ...draft, action: value })}
        >
          <option value="">everything</option>
          {Object.entries(ACTIONS).map(([action, name]) => (
            <option key={action} value={action}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {field("from", "From", "datetime-local")}
      {field("to", "To", "datetime-local")}
      <div class="filters-acts">
        <button type="submit" class="button button-primary">
          Show
        </button>
        <a class="button" href={hashOf(auditOf({}))}>
          Clear
        </a>
      </div>
    </form>
  );
}
