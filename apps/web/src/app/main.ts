import { h, render } from "preact";
import { App } from "../ui/App";
import { followTranslations } from "../ui/followTranslations";
import "../ui/styles/index.css";
import { readConfig } from "./config";
import { exposeDebug } from "./debug";
import { Doorman } from "./Doorman";

const config = readConfig(window.location.pathname, window.location.search);
const doorman = new Doorman(config);
if (config.isDebug) exposeDebug(doorman);
const root = document.getElementById("app");
if (root !== null) {
  followTranslations(root);
  const { screen, serverTime } = doorman;
  const [onAgain, onDoor] = [() => doorman.again(), () => doorman.toDoor()];
  render(h(App, { screen, onAgain, onDoor, serverNow: serverTime.nowMs }), root);
}
