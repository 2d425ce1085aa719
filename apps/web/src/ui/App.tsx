import type { ReadonlySignal } from "@preact/signals";
import { Bar } from "./Bar";
import type { BarModel } from "./BarModel";
import { Door } from "./Door";
import type { DoorModel } from "./DoorModel";
import { Ending } from "./Ending";
import { ServerTimeContext } from "./useNow";

export type Screen =
  { readonly type: "door"; readonly door: DoorModel } | { readonly type: "bar"; readonly bar: BarModel };

interface AppProps {
  readonly screen: ReadonlySignal<Screen>;
  /** Into the same room as the same person once more. */
  readonly onAgain: () => void;
  readonly onDoor: () => void;
  /** Epoch ms on the server's clock. */
  readonly serverNow: () => number;
}

export function App({ serverNow, ...props }: AppProps) {
  return (
    <ServerTimeContext.Provider value={serverNow}>
      <Shown {...props} />
    </ServerTimeContext.Provider>
  );
}

function Shown({ screen, onAgain, onDoor }: Omit<AppProps, "serverNow">) {
  const shown = screen.value;
  if (shown.type === "door") return <Door model={shown.door} />;
  const cause = shown.bar.ended.value;
  if (cause !== null) return <Ending cause={cause} onAgain={onAgain} onDoor={onDoor} />;
  return <Bar model={shown.bar} />;
}
