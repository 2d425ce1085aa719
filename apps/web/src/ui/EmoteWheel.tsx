import { useEffect, useRef } from "preact/hooks";
import { emoteFace } from "../scene/emoteFaces";

interface EmoteWheelProps {
  readonly emotes: readonly string[];
  readonly onEmote: (emoteId: string) => void;
  readonly onClose: () => void;
}

/** As many as a circle shows; a room's further ones have no place on it. */
const PLACES = 8;

const STEPS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowDown: 1,
  ArrowLeft: -1,
  ArrowUp: -1,
};

/** Emotes in a circle. Arrows go around, Enter shows one, digits do so directly, Esc closes. */
export function EmoteWheel({ emotes, onEmote, onClose }: EmoteWheelProps) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => ref.current?.querySelector("button")?.focus(), []);
  const shown = emotes.slice(0, PLACES);
  const onKeyDown = (event: KeyboardEvent): void => {
    const buttons = [...(ref.current?.querySelectorAll("button") ?? [])];
    const at = buttons.findIndex((button) => button === document.activeElement);
    const step = STEPS[event.key];
    const emoteId = shown[Number(event.key) - 1];
    if (step !== undefined) buttons.at((at + step) % buttons.length)?.focus();
    else if (event.key === "Escape" || event.key === "Tab") onClose();
    else if (emoteId !== undefined) onEmote(emoteId);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <>
      <div class="wheel-veil" onPointerDown={onClose} />
      <div ref={ref} class="wheel" role="menu" aria-label="Emotes" onKeyDown={onKeyDown}>
        {shown.map(emoteFace).map(({ id, glyph, name }, index) => (
          <button
            key={id}
            type="button"
            role="menuitem"
            tabIndex={index === 0 ? 0 : -1}
            class={`wheel-item wheel-item-${index}`}
            onClick={() => onEmote(id)}
          >
            <span class="wheel-glyph" aria-hidden="true">
              {glyph}
            </span>
            <span class="wheel-name">{name}</span>
            <kbd aria-hidden="true">{index + 1}</kbd>
          </button>
        ))}
      </div>
    </>
  );
}
