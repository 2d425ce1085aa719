import type { BarModel } from "./BarModel";
import { gradeOf, type Grade } from "./connectionGrade";

const WORDS: Readonly<Record<Grade, string>> = {
  good: "Good",
  fair: "Fair",
  poor: "Poor",
  unknown: "Measuring",
};
const BARS: Readonly<Record<Grade, number>> = { good: 3, fair: 2, poor: 1, unknown: 0 };

/** How the connection does, in bars and in words. */
export function ConnectionMark({ model }: { model: BarModel }) {
  const { state, roundTripMs, jitterMs } = model.status.value;
  const isJoined = state === "joined";
  const grade = isJoined ? gradeOf(roundTripMs, jitterMs) : "unknown";
  const word = isJoined ? WORDS[grade] : "Offline";
  return (
    <p class={`mark mark-${isJoined ? grade : "poor"}`} title="Round trip, and how unevenly it varies">
      <svg class="mark-bars" viewBox="0 0 18 14" aria-hidden="true" focusable="false">
        {[1, 2, 3].map((bar) => (
          <rect
            key={bar}
            class={bar <= (isJoined ? BARS[grade] : 0) ? "mark-full" : "mark-empty"}
            x={(bar - 1) * 6.5}
            y={12 - bar * 4}
            width="4.5"
            height={bar * 4 + 2}
            rx="1"
          />
        ))}
      </svg>
      <span>
        <span class="sr-only">Connection: </span>
        {word}
      </span>
      {isJoined && roundTripMs !== undefined && (
        <span class="mark-figures">
          {Math.round(roundTripMs)}
          {jitterMs !== undefined && ` ± ${Math.round(jitterMs)}`} ms
        </span>
      )}
    </p>
  );
}
