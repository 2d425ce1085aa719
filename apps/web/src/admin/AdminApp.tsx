import type { ReadonlySignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ServerTimeContext } from "../ui/useNow";
import { Console } from "./Console";
import type { ConsoleModel } from "./model/ConsoleModel";
import type { SignIn } from "./model/SignIn";
import type { Route } from "./route";
import { SignInView } from "./SignInView";

interface AdminAppProps {
  readonly signIn: SignIn;
  readonly model: ReadonlySignal<ConsoleModel | null>;
  readonly route: ReadonlySignal<Route>;
  /** The identity that the bar keeps in this browser, null for none. */
  readonly browserToken: () => string | null;
  /** Epoch ms on the server's clock. */
  readonly serverNow: () => number;
  readonly onLeave: () => void;
}

export function AdminApp({ signIn, model, route, browserToken, serverNow, onLeave }: AdminAppProps) {
  const shown = model.value;
  useEffect(() => {
    document.title = shown === null ? "Sign in · VirtuBar" : "Operator's page · VirtuBar";
  }, [shown]);
  if (shown === null) return <SignInView signIn={signIn} browserToken={browserToken()} />;
  return (
    <ServerTimeContext.Provider value={serverNow}>
      <Console model={shown} route={route.value} onLeave={onLeave} />
    </ServerTimeContext.Provider>
  );
}
