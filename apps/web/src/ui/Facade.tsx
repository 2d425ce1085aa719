/** The bar from the street at dusk. Decoration. */
export function Facade() {
  return (
    <div class="facade" aria-hidden="true">
      <svg viewBox="0 0 900 900" preserveAspectRatio="xMidYMid slice" focusable="false">
        <defs>
          <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
            <stop offset="0" stop-color="#141a38" />
            <stop offset="0.55" stop-color="#2a3566" />
            <stop offset="0.85" stop-color="#8a5a72" />
            <stop offset="1" stop-color="#e58a5f" />
          </linearGradient>
          <linearGradient id="wall" x1="0" y1="0" x2="0" y2="1">
            <stop offset="0" stop-color="#1c3c40" />
            <stop offset="1" stop-color="#24484c" />
          </linearGradient>
          <linearGradient id="glass" x1="0" y1="0" x2="0" y2="1">
            <stop offset="0" stop-color="#8a4a2a" />
            <stop offset="0.6" stop-color="#e0954a" />
            <stop offset="1" stop-color="#c97a3c" />
          </linearGradient>
          <radialGradient id="glow">
            <stop offset="0" stop-color="#ffe2ad" stop-opacity="0.95" />
            <stop offset="0.35" stop-color="#ffc878" stop-opacity="0.5" />
            <stop offset="1" stop-color="#ffc878" stop-opacity="0" />
          </radialGradient>
          <radialGradient id="coral">
            <stop offset="0" stop-color="#ff6a5c" stop-opacity="0.42" />
            <stop offset="1" stop-color="#ff6a5c" stop-opacity="0" />
          </radialGradient>
          <linearGradient id="spill" x1="0" y1="0" x2="0" y2="1">
            <stop offset="0" stop-color="#ffc878" stop-opacity="0.55" />
            <stop offset="1" stop-color="#ffc878" stop-opacity="0" />
          </linearGradient>
        </defs>
        <rect width="900" height="900" fill="url(#sky)" />
        <g fill="#f3dfbd">
          {STARS.map(([x, y, r]) => (
            <circle key={x} cx={x} cy={y} r={r} opacity="0.7" />
          ))}
        </g>
        <path
          d="M0 330h120v-60h110v90h80v-40h100v60h140v-110h90v50h120v-30h140v330H0z"
          fill="#141a38"
          opacity="0.75"
        />
        <g fill="#ffc878" opacity="0.5">
          {FAR_WINDOWS.map(([x, y]) => (
            <rect key={`${x}-${y}`} x={x} y={y} width="10" height="14" />
          ))}
        </g>
        <path d="M60 300h780v480H60z" fill="url(#wall)" />
        <path d="M40 288h820v26H40z" fill="#40251a" />
        <path d="M40 288h820v6H40z" fill="#a56b3c" />
        <ellipse cx="360" cy="392" rx="330" ry="120" fill="url(#coral)" />
        <g class="facade-sign">
          <text x="360" y="416" text-anchor="middle" class="facade-letters">
            VirtuBar
          </text>
        </g>
        <path d="M118 470h490v250H118z" fill="#40251a" />
        <path d="M130 482h466v226H130z" fill="url(#glass)" />
        <g>
          {[210, 363, 516].map((x) => (
            <g key={x}>
              <path d={`M${x} 482v36`} stroke="#40251a" stroke-width="3" />
              <path d={`M${x - 22} 540q22-40 44 0z`} fill="#221f24" />
              <circle cx={x} cy="548" r="70" fill="url(#glow)" />
            </g>
          ))}
        </g>
        <path d="M130 640h466v10H130z" fill="#6b4028" />
        <g fill="#40251a">
          {GUESTS.map(([x, y, r]) => (
            <g key={x}>
              <circle cx={x} cy={y} r={r} />
              <path
                d={`M${x - r * 1.7} 708v-${690 - y - r}q0-${r} ${r * 1.7}-${r}t${r * 1.7} ${r}v${690 - y - r}z`}
              />
            </g>
          ))}
        </g>
        <path d="M282 482v226M444 482v226" stroke="#40251a" stroke-width="8" />
        <path d="M108 712h510v16H108z" fill="#a56b3c" />
        <path d="M650 452h140v328H650z" fill="#40251a" />
        <path d="M662 464h116v316H662z" fill="#7a2a38" />
        <path d="M682 486h76v120H682z" fill="url(#glass)" />
        <circle cx="720" cy="540" r="60" fill="url(#glow)" />
        <circle cx="762" cy="640" r="6" fill="#d9a441" />
        <circle cx="720" cy="412" r="74" fill="url(#glow)" />
        <path d="M708 392h24l8 30h-40z" fill="#d9a441" />
        <path d="M0 780h900v120H0z" fill="#221f24" />
        <path d="M0 780h900v10H0z" fill="#b9b0a4" opacity="0.35" />
        <path d="M130 790h466l90 110H60z" fill="url(#spill)" opacity="0.6" />
        <path d="M662 790h116l40 110H640z" fill="url(#spill)" opacity="0.8" />
        <g>
          <path d="M622 748h24l-5 40h-14z" fill="#a85c3d" />
          <path
            d="M634 750c-24-16-22-44-14-56 4 14 10 22 14 34 4-16 12-26 20-34 6 20 0 44-20 56z"
            fill="#4f7d4a"
          />
          <path d="M802 748h24l-5 40h-14z" fill="#a85c3d" />
          <path
            d="M814 750c-24-16-22-44-14-56 4 14 10 22 14 34 4-16 12-26 20-34 6 20 0 44-20 56z"
            fill="#4f7d4a"
          />
        </g>
      </svg>
    </div>
  );
}

// A table, several to the line.
// prettier-ignore
const STARS: readonly (readonly [number, number, number])[] = [
  [80, 90, 1.6], [170, 50, 1.1], [260, 130, 1.4], [340, 60, 1.2], [430, 110, 1.7],
  [520, 40, 1.1], [610, 120, 1.3], [700, 70, 1.6], [790, 140, 1.1], [850, 50, 1.5],
];
// prettier-ignore
const FAR_WINDOWS: readonly (readonly [number, number])[] = [
  [20, 352], [150, 300], [176, 300], [430, 352], [580, 290], [606, 300], [760, 330], [820, 352],
];
// prettier-ignore
const GUESTS: readonly (readonly [number, number, number])[] = [
  [190, 606, 15], [238, 616, 14], [330, 600, 16], [402, 612, 14], [490, 604, 15], [548, 618, 13],
];
