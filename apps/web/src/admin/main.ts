import { effect, signal } from "@preact/signals";
import { h, render } from "preact";
import { IdentityKeeper } from "../api/IdentityKeeper";
import { ServerTime } from "../api/ServerTime";
import { browserStorage, tabStorage } from "../storage/browserStorage";
import { followTranslations } from "../ui/followTranslations";
import { AdminApp } from "./AdminApp";
import { ConsoleModel } from "./model/ConsoleModel";
import { pagePolling } from "./model/Poller";
import { SignIn } from "./model/SignIn";
import { readRoute } from "./route";
import "./styles/index.css";

const identity = new IdentityKeeper(browserStorage());
const serverTime = new ServerTime(() => performance.now(), performance.timeOrigin);
const signIn = new SignIn(
  serverTime.listening((url, init) => fetch(url, init)),
  tabStorage(),
);
const model = signal<ConsoleModel | null>(null);
const route = signal(readRoute(window.location.hash));

effect(() => {
  const state = signIn.state.value;
  model.value =
    state.type === "in"
      ? new ConsoleModel(state.me, state.api, pagePolling(), (roomId) => walkIn(roomId))
      : null;
});
window.addEventListener("hashchange", () => (route.value = readRoute(window.location.hash)));

/** The bar knows people by the token in this browser: from now on, this one. */
function walkIn(roomId: string): void {
  if (signIn.token !== null) identity.keep(signIn.token);
  window.open(`/r/${encodeURIComponent(roomId)}`, "_blank", "noopener");
}

/** Whoever signs out is a guest again in the bar, too. */
function leave(): void {
  if (signIn.token !== null && identity.token === signIn.token) identity.forget();
  signIn.leave();
}

const root = document.getElementById("app");
if (root !== null) {
  followTranslations(root);
  const isMotionReduced = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  document.documentElement.dataset["motion"] = isMotionReduced ? "reduced" : "full";
  const browserToken = (): string | null => identity.token;
  const serverNow = serverTime.nowMs;
  render(h(AdminApp, { signIn, model, route, browserToken, serverNow, onLeave: leave }), root);
  void signIn.resume();
}
