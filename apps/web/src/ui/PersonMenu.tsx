import { useEffect, useRef } from "preact/hooks";
import { CHOICE_NAMES, type PersonChoice } from "../moderation/acts";
import { AvatarFigure } from "./AvatarFigure";
import { Badges } from "./Badges";

interface PersonMenuProps {
  readonly name: string;
  readonly avatarId: string;
  readonly role: string;
  readonly isBot: boolean;
  readonly isMuted: boolean;
  readonly choices: readonly PersonChoice[];
  /** Where it opens, in CSS pixels of the page. */
  readonly x: number;
  readonly y: number;
  readonly onChoose: (choice: PersonChoice) => void;
  readonly onClose: () => void;
}

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

/** What one can do about somebody. Arrows go up and down, Enter takes one, Esc closes. */
export function PersonMenu(props: PersonMenuProps) {
  const { name, avatarId, role, isBot, isMuted, choices, x, y, onChoose, onClose } = props;
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => ref.current?.querySelector("button")?.focus(), []);
  const onKeyDown = (event: KeyboardEvent): void => {
    const buttons = [...(ref.current?.querySelectorAll("button") ?? [])];
    const at = buttons.findIndex((button) => button === document.activeElement);
    const step = STEPS[event.key];
    if (step !== undefined) buttons.at((at + step) % buttons.length)?.focus();
    else if (event.key === "Home") buttons[0]?.focus();
    else if (event.key === "End") buttons.at(-1)?.focus();
    else if (event.key === "Escape" || event.key === "Tab") onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <>
      <div class="menu-veil" onPointerDown={onClose} />
      <div
        class="person-menu"
        style={{ "--x": `${Math.round(x)}px`, "--y": `${Math.round(y)}px`, "--items": choices.length }}
      >
        <p class="person-menu-head">
          <span class="person-face">
            <AvatarFigure avatarId={avatarId} crop="head" />
          </span>
          <span class="person-menu-name">
            <bdi translate={false}>{name}</bdi>
            <Badges role={role} isBot={isBot} />
            {isMuted && <span class="tag tag-muted">muted</span>}
          </span>
        </p>
        <div ref={ref} role="menu" aria-label={`What to do about ${name}`} onKeyDown={onKeyDown}>
          {choices.map((choice, index) => (
            <button
              key={choice}
              type="button"
              role="menuitem"
              tabIndex={index === 0 ? 0 : -1}
              class={`person-menu-item person-menu-${choice}`}
              onClick={() => onChoose(choice)}
            >
              {CHOICE_NAMES[choice]}
            </button>
          ))}
        </div>
      </div>
    </>
  );
}
