import { useSignal, type Signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { personChoices, type PersonChoice } from "../moderation/acts";
import { ActDialog } from "./ActDialog";
import type { BarModel } from "./BarModel";
import { PersonMenu } from "./PersonMenu";
import { ReportDialog } from "./ReportDialog";

/** Somebody whose menu is open, and from where it was opened. */
export interface Chosen {
  readonly userId: string;
  readonly x: number;
  readonly y: number;
  /** What the focus goes back to; null for the room. */
  readonly opener: HTMLElement | null;
}

interface PersonDialogsProps {
  readonly model: BarModel;
  readonly chosen: Signal<Chosen | null>;
  readonly onWalk: (userId: string) => void;
  /** Give the focus back to where it was. */
  readonly onEnd: (opener: HTMLElement | null) => void;
}

/** The menu on a person, and the dialogs that it leads to. */
export function PersonDialogs({ model, chosen, onWalk, onEnd }: PersonDialogsProps) {
  const asked = useSignal<Exclude<PersonChoice, "walk"> | null>(null);
  // Who has left meanwhile is still called by their name.
  const known = useRef({ userId: "", name: "Someone", avatarId: "" });
  const person = chosen.value;
  if (person === null) return null;
  const { userId } = person;
  const { controls } = model;
  const role = controls.role.value;
  const member = model.room.value.members.get(userId);
  if (member !== undefined) {
    known.current = { userId, name: member.displayName, avatarId: member.avatarId };
  }
  const { name, avatarId } = known.current;
  const end = (): void => {
    asked.value = null;
    chosen.value = null;
    onEnd(person.opener);
  };
  const choose = (choice: PersonChoice): void => {
    if (choice !== "walk") {
      asked.value = choice;
      return;
    }
    end();
    onWalk(userId);
  };
  const choice = asked.value;
  const muted = controls.muted.value;
  if (choice === null) {
    const isMuted = muted?.has(userId);
    return (
      <PersonMenu
        name={name}
        avatarId={avatarId}
        role={member?.role ?? ""}
        isBot={member?.isBot === true}
        isMuted={isMuted === true}
        choices={personChoices(role, isMuted)}
        x={person.x}
        y={person.y}
        onChoose={choose}
        onClose={end}
      />
    );
  }
  if (choice === "report") {
    return (
      <ReportDialog
        name={name}
        report={(reason) => controls.report(userId, reason)}
        notify={(text) => model.notify(text)}
        onClose={end}
      />
    );
  }
  return (
    <ActDialog
      action={choice}
      userId={userId}
      name={name}
      roomName={model.roomName.value}
      role={role}
      scope={choice === "unmute" ? (muted?.get(userId) ?? "room") : "room"}
      act={(request) => controls.act(request)}
      notify={(text) => model.notify(text)}
      onClose={end}
    />
  );
}
