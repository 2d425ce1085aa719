import type { Extra } from "../scene/avatar/looks";
import { flatLook, type FlatLook } from "./looks";

type Crop = "none" | "bust" | "head";

interface FigureProps {
  readonly avatarId: string;
  readonly crop?: Crop;
}

const BOXES: Readonly<Record<Crop, string>> = {
  none: "0 0 100 170",
  bust: "17 -2 66 92",
  head: "22 4 56 56",
};

/** An avatar drawn flat. Decoration: whoever shows it names it. */
export function AvatarFigure({ avatarId, crop = "none" }: FigureProps) {
  const look = flatLook(avatarId);
  return (
    <svg class="figure" viewBox={BOXES[crop]} aria-hidden="true" focusable="false">
      {crop === "none" && <ellipse cx="50" cy="160" rx="30" ry="6" fill="#000" opacity="0.35" />}
      {look.extras.includes("long") && <rect x="25" y="14" width="50" height="62" rx="20" fill={look.hair} />}
      {look.extras.includes("bob") && <rect x="25" y="14" width="50" height="42" rx="20" fill={look.hair} />}
      <g class="figure-legs">
        <rect x="35" y="108" width="13" height="48" rx="6.5" fill={look.legs} />
        <rect x="52" y="108" width="13" height="48" rx="6.5" fill={look.legs} />
        <rect x="32" y="150" width="17" height="9" rx="4.5" fill="#221f24" />
        <rect x="51" y="150" width="17" height="9" rx="4.5" fill="#221f24" />
      </g>
      <g class="figure-body">
        <rect x="21" y="66" width="12" height="42" rx="6" fill={look.top} class="figure-arm-left" />
        <rect x="67" y="66" width="12" height="42" rx="6" fill={look.top} class="figure-arm-right" />
        <circle cx="27" cy="108" r="6" fill={look.skin} />
        <circle cx="73" cy="108" r="6" fill={look.skin} />
        <rect x="30" y="60" width="40" height="58" rx="15" fill={look.top} />
        <path d="M41 60h18l-9 13z" fill={look.trim} />
        <rect x="30" y="106" width="40" height="6" fill={look.trim} opacity="0.55" />
      </g>
      <rect x="44" y="50" width="12" height="14" rx="5" fill={look.skin} />
      <rect x="30" y="16" width="40" height="40" rx="18" fill={look.skin} />
      <circle cx="42" cy="37" r="2.6" fill="#221f24" />
      <circle cx="58" cy="37" r="2.6" fill="#221f24" />
      <path d="M44 46q6 5 12 0" fill="none" stroke="#221f24" stroke-width="2" stroke-linecap="round" />
      {look.extras.map((extra) => (
        <Worn key={extra} extra={extra} look={look} />
      ))}
    </svg>
  );
}

function Worn({ extra, look: { hair, trim, top } }: { extra: Extra; look: FlatLook }) {
  switch (extra) {
    case "crop":
      return <path d="M29 34c-2-18 9-24 21-24s23 6 21 24c-3-9-8-13-21-13s-18 4-21 13z" fill={hair} />;
    case "bob":
    case "long":
      return <path d="M28 38c-3-20 9-28 22-28s25 8 22 28c-4-12-12-17-18-17-8 7-19 5-26 17z" fill={hair} />;
    case "quiff":
      return <path d="M30 30c-4-16 8-24 24-24 10 0 18 6 17 24-4-7-10-9-16-9-10 0-20 0-25 9z" fill={hair} />;
    case "curls":
      return (
        <g fill={hair}>
          {CURLS.map(([x, y, r]) => (
            <circle key={x} cx={x} cy={y} r={r} />
          ))}
        </g>
      );
    case "bun":
      return (
        <g fill={hair}>
          <circle cx="50" cy="9" r="9" />
          <path d="M29 34c-2-16 9-22 21-22s23 6 21 22c-4-8-11-11-21-11s-17 3-21 11z" />
        </g>
      );
    case "beanie":
      return (
        <g fill={trim}>
          <path d="M28 28c0-14 10-20 22-20s22 6 22 20z" />
          <rect x="26" y="25" width="48" height="6" rx="3" />
        </g>
      );
    case "beard":
      return (
        <path
          d="M30 38c2 5 6 4 10 4h20c4 0 8 1 10-4 2 15-9 22-20 22s-22-7-20-22zm12 7q8 7 16 0z"
          fill={hair}
          fill-rule="evenodd"
        />
      );
    case "glasses":
      return (
        <g fill="none" stroke="#221f24" stroke-width="2">
          <circle cx="42" cy="37" r="6.5" />
          <circle cx="58" cy="37" r="6.5" />
          <path d="M48.5 36h3" />
        </g>
      );
    case "headphones":
      return (
        <g>
          <path d="M29 38c-3-40 45-40 42 0" fill="none" stroke={trim} stroke-width="4" />
          <rect x="24" y="32" width="9" height="16" rx="4.5" fill={trim} />
          <rect x="67" y="32" width="9" height="16" rx="4.5" fill={trim} />
        </g>
      );
    case "skirt":
      return <path d="M32 104h36l7 26H25z" fill={top} />;
  }
}

// A table, several to the line.
// prettier-ignore
const CURLS: readonly (readonly [x: number, y: number, r: number])[] = [
  [30, 26, 10], [38, 16, 10], [50, 12, 10], [62, 16, 10], [70, 26, 10], [28, 38, 6], [72, 38, 6],
];
