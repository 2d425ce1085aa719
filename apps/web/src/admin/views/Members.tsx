import type { Signal } from "@preact/signals";
import type { MemberView } from "../../api/moderation";
import type { ModerationVerb } from "../../net/realtime/types";
import { AvatarFigure } from "../../ui/AvatarFigure";
import { Badges } from "../../ui/Badges";
import { untilWhen } from "../../text/format";
import { useServerTime } from "../../ui/useNow";
import { PersonId } from "./PersonId";

interface MembersProps {
  readonly members: readonly MemberView[];
  readonly meId: string;
  readonly selected: Signal<string | null>;
  readonly room: string;
  readonly onAct: (action: ModerationVerb, member: MemberView) => void;
}

/** Who is in the room, and what can be done about each. */
export function Members({ members, meId, selected, room, onAct }: MembersProps) {
  const order = new Intl.Collator();
  const sorted = [...members].sort(
    (a, b) => order.compare(a.displayName, b.displayName) || (a.userId < b.userId ? -1 : 1),
  );
  return (
    <section class="panel-flat members" aria-labelledby="members-title">
      <h2 id="members-title">People</h2>
      {members.length === 0 && <p class="empty">Nobody is in this room right now.</p>}
      <div class="table-frame" hidden={members.length === 0}>
        <table class="table members-table">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Role</th>
              <th scope="col">State</th>
              <th scope="col">Actions</th>
            </tr>
          </thead>
          <tbody>
            {sorted.map((member) => (
              <Row
                key={member.userId}
                member={member}
                isMe={member.userId === meId}
                selected={selected}
                room={room}
                onAct={(action) => onAct(action, member)}
              />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface RowProps {
  readonly member: MemberView;
  readonly isMe: boolean;
  readonly selected: Signal<string | null>;
  readonly room: string;
  readonly onAct: (action: ModerationVerb) => void;
}

function Row({ member, isMe, selected, room, onAct }: RowProps) {
  const { userId, displayName, avatarId, role, device, muted, mayModerate, isBot } = member;
  const isChosen = selected.value === userId;
  return (
    <tr class={isChosen ? "row-chosen" : ""}>
      <th scope="row">
        <span class="member-name">
          <span class="person-face">
            <AvatarFigure avatarId={avatarId} crop="head" />
          </span>
          <span class="member-words">
            <button
              type="button"
              class="link-button"
              aria-pressed={isChosen}
              title="Show on the map"
              onClick={() => (selected.value = isChosen ? null : userId)}
            >
              <bdi translate={false}>{displayName}</bdi>
            </button>
            {isMe && <span class="tag">you</span>}
            <Badges role={role} isBot={isBot} />
            <PersonId userId={userId} room={room} />
          </span>
        </span>
      </th>
      <td>
        {isBot ? "bot" : role}
        <span class="faint"> · {device}</span>
      </td>
      <td>
        <States member={member} />
      </td>
      <td>
        {mayModerate ? (
          <span class="row-acts">
            <Act
              name={muted ? "Unmute" : "Mute"}
              who={displayName}
              onAct={() => onAct(muted ? "unmute" : "mute")}
            />
            <Act name="Kick" who={displayName} onAct={() => onAct("kick")} />
            <Act name="Ban" who={displayName} onAct={() => onAct("ban")} />
          </span>
        ) : (
          <span class="faint">{isMe ? "—" : "not yours to moderate"}</span>
        )}
      </td>
    </tr>
  );
}

function States({ member }: { member: MemberView }) {
  const { connected, muted, mutedUntilMs } = member;
  // A bot has no page: it says that it sees none where it wants no moves of others.
  const visible = member.visible || member.isBot;
  const serverNow = useServerTime();
  if (connected && visible && !muted) return <span class="faint">here</span>;
  return (
    <span class="states">
      {!connected && <span class="tag tag-dim">connection lost</span>}
      {connected && !visible && <span class="tag tag-dim">page hidden</span>}
      {muted && <span class="tag tag-bad">muted {untilWhen(mutedUntilMs, serverNow())}</span>}
    </span>
  );
}

function Act({ name, who, onAct }: { name: string; who: string; onAct: () => void }) {
  return (
    <button type="button" class="button button-small" onClick={onAct}>
      {name}
      <span class="sr-only"> {who}</span>
    </button>
  );
}
