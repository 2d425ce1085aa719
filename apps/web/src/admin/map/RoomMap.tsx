import type { Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { people } from "../../text/format";
import { flatLook } from "../../ui/looks";
import type { RoomWatch } from "../model/RoomWatch";
import { MapCanvas } from "./MapCanvas";
import type { Dot } from "../../map/people";

interface RoomMapProps {
  readonly watch: RoomWatch;
  readonly selected: Signal<string | null>;
}

type Placed = Dot & { readonly userId: string };

/** Where everybody is, moving. The table beside it says the same in words. */
export function RoomMap({ watch, selected }: RoomMapProps) {
  const ref = useRef<HTMLCanvasElement>(null);
  const map = useRef<MapCanvas | null>(null);
  const frame = useRef(0);
  const look = watch.look.value;
  const chosen = selected.value;
  const drawLater = useRef<() => void>(() => undefined);
  drawLater.current = (): void => {
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => {
      map.current?.draw(dotsOf(watch, selected.peek()));
      if (watch.isMoving) drawLater.current();
    });
  };
  useEffect(() => {
    if (ref.current === null) return;
    const opened = new MapCanvas(ref.current, () => drawLater.current());
    map.current = opened;
    return () => {
      cancelAnimationFrame(frame.current);
      opened.dispose();
      map.current = null;
    };
  }, []);
  useEffect(() => drawLater.current(), [look, chosen]);
  const pick = ({ clientX, clientY }: MouseEvent): void => {
    const hit = map.current?.nearest(dotsOf(watch, null), clientX, clientY) ?? null;
    selected.value = hit === null || hit.userId === selected.peek() ? null : hit.userId;
  };
  return (
    <section class="panel-flat map-panel" aria-labelledby="map-title">
      <h2 id="map-title">From above</h2>
      <canvas
        ref={ref}
        class="map"
        role="img"
        aria-label={`The room from above: ${people(look?.members.length ?? 0)}. The table has the same in words.`}
        onClick={pick}
      />
      <Legend />
    </section>
  );
}

function Legend() {
  return (
    <ul class="legend">
      <li>
        <span class="legend-dot legend-muted" /> muted
      </li>
      <li>
        <span class="legend-dot legend-away" /> connection lost
      </li>
      <li>
        <span class="legend-dot legend-chosen" /> chosen
      </li>
    </ul>
  );
}

function dotsOf(watch: RoomWatch, chosen: string | null): Placed[] {
  const members = watch.look.peek()?.members ?? [];
  const dots = members.flatMap((member): Placed[] => {
    const place = watch.placeOf(member.userId);
    if (place === null) return [];
    return [
      {
        ...place,
        userId: member.userId,
        name: member.displayName,
        colour: flatLook(member.avatarId).top,
        isMuted: member.muted,
        isAway: !member.connected,
        isSpeaking: false,
        ring: member.userId === chosen ? "chosen" : "none",
      },
    ];
  });
  // The chosen one last, over all others.
  return dots.sort((a, b) => Number(a.ring === "chosen") - Number(b.ring === "chosen"));
}
