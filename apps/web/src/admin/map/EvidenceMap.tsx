import type { Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Evidence } from "../../api/moderation";
import { INK } from "../../scene/stage/palette";
import { beforeText, nameIn, partOf, placesAt } from "../model/timeline";
import { MapCanvas } from "./MapCanvas";
import type { Dot } from "../../map/people";
import { css } from "../../map/plan";

interface EvidenceMapProps {
  readonly evidence: Evidence;
  readonly involved: { readonly reporterId: string; readonly reportedId: string };
  readonly atMs: Signal<number>;
}

/** Roughly where people stood, at any time of the evidence. */
export function EvidenceMap({ evidence, involved, atMs }: EvidenceMapProps) {
  const ref = useRef<HTMLCanvasElement>(null);
  const map = useRef<MapCanvas | null>(null);
  const draw = useRef<() => void>(() => undefined);
  const nowMs = atMs.value;
  draw.current = (): void => map.current?.draw(dotsOf(evidence, involved, nowMs));
  useEffect(() => {
    if (ref.current === null) return;
    const opened = new MapCanvas(ref.current, () => draw.current());
    map.current = opened;
    return () => opened.dispose();
  }, []);
  useEffect(() => draw.current(), [nowMs, evidence]);
  const { fromMs, toMs, positions } = evidence;
  return (
    <section class="panel-flat evidence-map" aria-labelledby="evidence-map-title">
      <h2 id="evidence-map-title">Where they stood</h2>
      <canvas
        ref={ref}
        class="map"
        role="img"
        aria-label={`Where people stood, to the metre, ${beforeText(toMs - nowMs)} the report`}
      />
      {positions.length === 0 ? (
        <p class="faint">No places were kept.</p>
      ) : (
        <label class="scrub">
          <span>{beforeText(toMs - nowMs)} the report</span>
          <input
            type="range"
            min={fromMs}
            max={toMs}
            step={1000}
            value={nowMs}
            onInput={({ currentTarget }) => (atMs.value = Number(currentTarget.value))}
          />
        </label>
      )}
    </section>
  );
}

function dotsOf(evidence: Evidence, involved: EvidenceMapProps["involved"], atMs: number): Dot[] {
  const places = placesAt(evidence, atMs)?.places ?? {};
  const dots = Object.entries(places).map(([userId, [x, z]]): Dot => {
    const part = partOf(userId, involved);
    return {
      x,
      z,
      rotY: null,
      name: nameIn(evidence, userId),
      colour: css(part === "other" ? INK.stone : INK.brass),
      isMuted: false,
      isAway: false,
      isSpeaking: false,
      ring: part === "other" ? "none" : part,
    };
  });
  return dots.sort((a, b) => Number(a.ring !== "none") - Number(b.ring !== "none"));
}
