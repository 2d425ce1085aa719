import { h, render } from "preact";
import { App } from "../ui/App";
import { followTranslations } from "../ui/followTranslations";
import "../ui/styles/index.css";
import type { Drawing } from "./BarWorld";
import { readConfig } from "./config";
import { exposeDebug } from "./debug";
import { ScreenRouter } from "./ScreenRouter";

/** The page of one room, which is drawn in that way. */
export function openPage(drawing: Drawing): void {
  const config = readConfig(window.location.pathname, window.location.search);
  const router = new ScreenRouter(config, drawing);
  if (config.isDebug) exposeDebug(router);
  const root = document.getElementById("app");
  if (root === null) return;
  followTranslations(root);
  const { screen, serverTime } = router;
  const [onAgain, onDoor] = [() => router.again(), () => router.toDoor()];
  render(h(App, { screen, onAgain, onDoor, serverNow: serverTime.nowMs }), root);
}
