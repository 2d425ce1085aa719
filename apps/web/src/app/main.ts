import { h, render } from "preact";
import { App } from "../ui/App";
import { followTranslations } from "../ui/followTranslations";
import "../ui/styles/index.css";
import { readConfig } from "./config";
import { exposeDebug } from "./debug";
import { ScreenRouter } from "./ScreenRouter";

const config = readConfig(window.location.pathname, window.location.search);
const router = new ScreenRouter(config);
if (config.isDebug) exposeDebug(router);
const root = document.getElementById("app");
if (root !== null) {
  followTranslations(root);
  const { screen, serverTime } = router;
  const [onAgain, onDoor] = [() => router.again(), () => router.toDoor()];
  render(h(App, { screen, onAgain, onDoor, serverNow: serverTime.nowMs }), root);
}
