import { useComputed } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { actOf } from "../input/keys";
import { headcount, type Member } from "../room/RoomState";
import { AvatarFigure } from "./AvatarFigure";
import { Badges } from "./Badges";
import type { BarModel } from "./BarModel";
import { company } from "../text/format";
import { CloseIcon, RingIcon, MoreIcon, MutedIcon, WalkIcon } from "./icons";

/** How often to look who is muted while the list is open. */
const LOOK_MS = 20_000;

/** Who is here: oneself first, then people by name, then bots. */
export function sortPeople(members: Iterable<Member>, me: string | null): Member[] {
  const order = new Intl.Collator();
  return [...members].sort((a, b) => {
    if (a.userId === me || b.userId === me) return a.userId === me ? -1 : 1;
    if (a.isBot !== b.isBot) return a.isBot ? 1 : -1;
    return order.compare(a.displayName, b.displayName) || (a.userId < b.userId ? -1 : 1);
  });
}

/** The id by which keys find the list. */
export const PEOPLE_TITLE_ID = "people-title";

interface PeopleProps {
  readonly model: BarModel;
  readonly onClose: () => void;
  readonly onWalk: (userId: string) => void;
  /** Open somebody's menu, from this button. */
  readonly onMore: (userId: string, opener: HTMLElement) => void;
}

export function People({ model, onClose, onWalk, onMore }: PeopleProps) {
  const { controls } = model;
  const role = controls.role.value;
  useEffect(() => {
    controls.look();
    const timer = window.setInterval(() => controls.look(), LOOK_MS);
    return () => window.clearInterval(timer);
  }, [controls, role]);
  const muted = controls.muted.value;
  const members = useComputed(() => model.room.value.members).value;
  const here = headcount(members);
  const isMuted = useComputed(() => model.room.value.mute !== null).value;
  const me = useComputed(() => model.room.value.me).value;
  /** The key that opened it closes it. */
  const onKeyDown = (event: KeyboardEvent): void => {
    if (actOf(event)?.type !== "people") return;
    event.preventDefault();
    onClose();
  };
  return (
    <aside class="panel people" aria-labelledby={PEOPLE_TITLE_ID} onKeyDown={onKeyDown}>
      <header class="panel-head">
        <h2 id={PEOPLE_TITLE_ID} tabIndex={-1}>
          {company(here.people, here.bots)} here
        </h2>
        <button type="button" class="icon-button" aria-label="Close the list" onClick={onClose}>
          <CloseIcon />
        </button>
      </header>
      <ul class="people-list">
        {sortPeople(members.values(), me).map((member) => (
          <Row
            key={member.userId}
            member={member}
            isMe={member.userId === me}
            isMuted={member.userId === me ? isMuted : muted?.has(member.userId) === true}
            onWalk={() => onWalk(member.userId)}
            onMore={(opener) => onMore(member.userId, opener)}
          />
        ))}
      </ul>
    </aside>
  );
}

interface RowProps {
  readonly member: Member;
  readonly isMe: boolean;
  readonly isMuted: boolean;
  readonly onWalk: () => void;
  readonly onMore: (opener: HTMLElement) => void;
}

function Row({ member, isMe, isMuted, onWalk, onMore }: RowProps) {
  return (
    <li class={member.speaking ? "person person-speaking" : "person"}>
      <span class="person-face">
        <AvatarFigure avatarId={member.avatarId} crop="head" />
      </span>
      <span class="person-words">
        <span class="person-name" title={member.displayName}>
          <bdi translate={false}>{member.displayName}</bdi>
          {isMe && <span class="tag">you</span>}
          <Badges role={member.role} isBot={member.isBot} />
        </span>
        {member.speaking && (
          <span class="person-mark">
            <RingIcon />
            <span>speaking</span>
          </span>
        )}
        {isMuted && (
          <span class="person-mark person-muted">
            <MutedIcon />
            <span>muted</span>
          </span>
        )}
      </span>
      {!isMe && (
        <button type="button" class="button button-small" onClick={onWalk}>
          <WalkIcon />
          Walk to<span class="sr-only"> {member.displayName}</span>
        </button>
      )}
      {!isMe && (
        <button
          type="button"
          class="icon-button person-more"
          aria-haspopup="menu"
          aria-label={`More about ${member.displayName}`}
          title="Report, and more"
          onClick={({ currentTarget }) => onMore(currentTarget)}
        >
          <MoreIcon />
        </button>
      )}
    </li>
  );
}
