// The page: who is here, what we do, what is shown. Text from others is only ever set as text.
import { ServerClock, Track, shortestArc } from "./motion.js";
import { Connection } from "./net.js";
import { COLOURS, FEELINGS, Scene, colourOf, settle, wrap } from "./scene.js";

const $ = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
const roomId = /^\/r\/([\w-]{1,64})$/.exec(location.pathname)?.[1] ?? query.get("room") ?? "lobby";
const SPEED_M_S = 2.6, STILL_MS = 1000, LOG_MAX = 200;
const KEYS = { ArrowUp: [0, -1], KeyW: [0, -1], ArrowDown: [0, 1], KeyS: [0, 1],
  ArrowLeft: [-1, 0], KeyA: [-1, 0], ArrowRight: [1, 0], KeyD: [1, 0] };

const scene = new Scene($("map"));
const members = new Map(), held = new Set();
let clock = new ServerClock();
let line = null, me = null, goal = null, dancing = false, waveUntilMs = 0, sendGapMs = 1000 / 15, feelings = [];
let sent = { atMs: 0 }, farewell = null;

function show(member) {
  const { userId, displayName, x, z, rotY, anim } = member;
  const known = members.get(userId);
  if (known) known.track.reset(member);
  const shown = Object.assign(known ?? { track: new Track(member), feelings: [] },
    { userId, displayName, colour: colourOf(member), isMe: userId === line.grant.userId });
  if (shown.isMe && (!me || Math.hypot(me.x - x, me.z - z) > 3)) me = { x, z, rotY, anim };
  members.set(userId, shown);
  return shown;
}

const on = {
  room_state({ members: list }) {
    clock = new ServerClock();
    const here = new Set(list.map(({ userId }) => userId));
    for (const userId of members.keys()) if (!here.has(userId)) members.delete(userId);
    list.forEach(show);
    listPeople();
  },
  session({ rateHz, muted, resumed }) {
    sendGapMs = 1000 / Math.min(15, rateHz);
    sent = { atMs: 0 };
    mayTalk(!muted);
    if (!resumed) note("You are in. Say hello!");
  },
  roles({ members: told }) {
    for (const [userId, role, isBot] of told) if (members.has(userId)) Object.assign(members.get(userId), { role, isBot });
    listPeople();
  },
  member_joined({ member }) {
    const isNew = !members.has(member.userId);
    show(member);
    if (isNew) note(`${member.displayName} came in.`);
    listPeople();
  },
  member_left({ userId }) {
    const gone = members.get(userId);
    if (gone) note(`${gone.displayName} left.`);
    members.delete(userId);
    listPeople();
  },
  avatar_transform_broadcast({ userId, x, z, rotY, anim, speaking }, ts) {
    clock.note(performance.now(), ts);
    members.get(userId)?.track.push(ts, { x, z, rotY, anim, speaking });
  },
  chat_broadcast({ userId, text }) {
    const from = members.get(userId);
    if (from) from.bubble = { lines: wrap(text), untilMs: performance.now() + 6000 + 60 * text.length };
    write(from?.displayName ?? "Somebody", text, from?.colour);
  },
  emote_broadcast({ userId, emoteId }) {
    const from = members.get(userId);
    if (!from) return;
    from.feelings = [...from.feelings.slice(-4), { glyph: FEELINGS[emoteId] ?? "✨", atMs: performance.now() }];
    if (from.isMe && emoteId === "wave") waveUntilMs = performance.now() + 1500;
  },
  moderation_action({ type, reason }) {
    if (type === "mutedByMod") mayTalk(false);
    const what = { kicked: "You were asked to leave", banned: "You were banned", mutedByMod: "You were muted" }[type];
    const text = reason ? `${what}: ${reason}` : `${what}.`;
    if (type === "mutedByMod") warn(text);
    else farewell = text;
  },
  moderation_lifted() { mayTalk(true); note("You may talk again."); },
  error({ code, message, event }) {
    if (event === "local_chat" || event === "emote" || code === "muted") note(message);
  },
};

function write(name, text, colour) {
  const item = document.createElement("li");
  if (name) {
    const author = document.createElement("b");
    author.textContent = name;
    author.style.color = colour ?? "";
    item.append(author);
  } else item.className = "note";
  item.append(text);
  const log = $("log"), low = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
  log.append(item);
  while (log.children.length > LOG_MAX) log.firstChild.remove();
  if (low) log.scrollTop = log.scrollHeight;
}
const note = (text) => write(null, text);

function warn(text) {
  $("notice").textContent = text;
  $("notice").hidden = false;
  setTimeout(() => { $("notice").hidden = true; }, 6000);
}

function mayTalk(may) {
  for (const part of $("say").elements) part.disabled = !may;
  $("text").placeholder = may ? "Say something… (Enter)" : "You cannot talk here now";
}

function listPeople() {
  $("count").textContent = [...members.values()].filter(({ isBot }) => !isBot).length;
  $("list").replaceChildren(...[...members.values()].sort((a, b) => a.displayName.localeCompare(b.displayName)).map((member) => {
    const item = document.createElement("li"), button = document.createElement("button"), dot = document.createElement("i");
    dot.style.background = member.colour;
    button.type = "button";
    button.title = "Walk to them";
    button.append(dot, member.displayName + marks(member));
    button.onclick = () => { if (!member.isMe) goal = [member.track.drawn.x, member.track.drawn.z + 0.8]; };
    item.append(button);
    return item;
  }));
}

function marks({ isMe, isBot, role }) {
  const words = [isMe && "you", ["owner", "moderator", "admin"].includes(role) && role, isBot && "bot"].filter(Boolean);
  return words.length ? ` (${words.join(", ")})` : "";
}

function state(name, text) {
  $("status").textContent = text;
  $("status").dataset.state = name;
  $("retry").hidden = name !== "reconnecting";
  $("leave").hidden = name === "closed";
  if (name !== "joined") { held.clear(); goal = null; }
  if (name !== "closed") return;
  mayTalk(false);
  line = me = null;
  members.clear();
  listPeople();
  $("why").textContent = farewell ?? text;
  farewell = null;
  $("door").showModal();
}

function enter() {
  const name = $("name").value.trim(), avatarId = new FormData($("enter")).get("look") ?? "amber";
  localStorage.setItem("virtubar.name", name);
  localStorage.setItem("virtubar.look", avatarId);
  line = new Connection({ roomId, name, avatarId, onState: state, onEvent: (t, payload, ts) => on[t]?.(payload, ts) });
  line.connect();
  $("map").focus();
}

function feel(index) {
  if (feelings[index]) line?.send("emote", { roomId, emoteId: feelings[index] });
}

function walk(deltaS, nowMs) {
  let dx = 0, dz = 0;
  for (const code of held) { dx += KEYS[code][0]; dz += KEYS[code][1]; }
  if (dx || dz) goal = null;
  else if (goal) {
    [dx, dz] = [goal[0] - me.x, goal[1] - me.z];
    if (Math.hypot(dx, dz) < 0.08) { goal = null; dx = dz = 0; }
  }
  const length = Math.hypot(dx, dz);
  if (length) {
    const stride = Math.min(SPEED_M_S * deltaS, goal ? length : Infinity), { x, z } = me;
    [me.x, me.z] = settle(x + (dx / length) * stride, z + (dz / length) * stride);
    if (goal && Math.hypot(me.x - x, me.z - z) < stride * 0.3) goal = null; // something is in the way
    me.rotY += shortestArc(me.rotY, Math.atan2(dx, dz)) * Math.min(1, deltaS * 14);
    dancing = false;
  }
  me.anim = length ? "walk" : dancing ? "dance" : nowMs < waveUntilMs ? "wave" : "idle";
}

// At once when a walk starts or stops, 15 times a second on the way, once a second standing still.
function tell(nowMs) {
  const moved = Math.hypot(me.x - sent.x, me.z - sent.z) > 0.01 || Math.abs(shortestArc(sent.rotY, me.rotY)) > 0.02;
  const gapMs = me.anim !== sent.anim ? 0 : moved ? sendGapMs : STILL_MS;
  if (nowMs - sent.atMs < gapMs) return;
  const place = { x: me.x, y: 0, z: me.z, rotY: me.rotY, anim: me.anim, speaking: false };
  const atMs = moved && nowMs - sent.atMs < 2 * sendGapMs ? sent.atMs + sendGapMs : nowMs; // frames are no excuse
  if (line.move(place)) sent = { ...place, atMs };
}

let lastMs = performance.now();
function frame(nowMs) {
  const deltaMs = Math.min(nowMs - lastMs, 50), drawnMs = clock.drawnMs(nowMs);
  lastMs = nowMs;
  if (me && line?.state === "joined") { walk(deltaMs / 1000, nowMs); tell(nowMs); }
  for (const member of members.values()) Object.assign(member, member.isMe && me ? me : member.track.step(drawnMs, deltaMs));
  scene.look(me ?? { x: 0, z: 0 });
  scene.draw(nowMs, members.values(), goal);
  requestAnimationFrame(frame);
}

// macOS tells of no release while Command is held, Windows of none while Alt has opened a menu.
const hidesReleases = ({ key, metaKey, altKey }) => metaKey || altKey || key === "Meta" || key === "Alt";
addEventListener("keydown", (event) => {
  if (hidesReleases(event)) held.clear();
  if (event.target instanceof HTMLInputElement || $("door").open || event.ctrlKey || event.metaKey || event.altKey) {
    if (event.key === "Escape" && !$("door").open) $("map").focus();
    return;
  }
  const walking = event.target === document.body || event.target === $("map");
  if (event.key === "Enter" && walking) $("text").focus();
  else if (walking && KEYS[event.code]) held.add(event.code);
  else if (walking && event.code === "KeyF") dancing = !dancing;
  else if (walking && event.key >= "1" && event.key <= "8") feel(event.key - 1);
  else return;
  event.preventDefault();
});
addEventListener("keyup", (event) => {
  if (hidesReleases(event)) held.clear();
  held.delete(event.code);
});
for (const loss of ["blur", "pagehide", "beforeprint", "contextmenu", "dragstart", "visibilitychange"]) {
  addEventListener(loss, () => held.clear(), true);
}
document.addEventListener("focusin", ({ target }) => { if (target !== $("map")) held.clear(); });
$("map").addEventListener("pointerdown", (event) => { if (me) goal = settle(...scene.toWorld(event)); });
$("say").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("text").value.trim();
  if (!text) $("map").focus();
  else if ([...text].length > 240) note("That is too long: 240 characters at most.");
  else if (line?.state === "joined" && line.send("local_chat", { roomId, text, mode: "local" })) $("text").value = "";
});
$("enter").addEventListener("submit", enter);
$("door").addEventListener("cancel", (event) => event.preventDefault());
$("retry").addEventListener("click", () => line?.retry());
$("leave").addEventListener("click", () => line?.end("You left. Come back any time."));
$("invite").addEventListener("click", async () => {
  const url = `${location.origin}/r/${roomId}`;
  await navigator.clipboard?.writeText(url).then(() => note("The link is on your clipboard."), () => note(url)) ?? note(url);
});

async function open() {
  const chosen = localStorage.getItem("virtubar.look") ?? Object.keys(COLOURS)[Math.floor(Math.random() * 8)];
  for (const look of Object.keys(COLOURS)) {
    const choice = Object.assign(document.createElement("input"), { type: "radio", name: "look", value: look, checked: look === chosen });
    choice.className = `c-${look}`;
    choice.setAttribute("aria-label", look);
    $("looks").append(choice);
  }
  $("name").value = query.get("name") ?? localStorage.getItem("virtubar.name") ?? "";
  $("room").textContent = roomId;
  requestAnimationFrame(frame);
  if (query.has("name")) enter();
  else $("door").showModal();
  const response = await fetch(`/rooms/${encodeURIComponent(roomId)}`).catch(() => null);
  const room = response?.ok ? await response.json() : { name: roomId, emotes: Object.keys(FEELINGS) };
  if (response?.status === 404) $("why").textContent = "There is no room of that name. The lobby is always open.";
  $("room").textContent = room.name;
  document.title = `${room.name} · VirtuBar`;
  feelings = room.emotes;
  feelings.forEach((emoteId, index) => {
    const button = Object.assign(document.createElement("button"), { type: "button", title: emoteId });
    button.textContent = FEELINGS[emoteId] ?? "✨";
    button.setAttribute("aria-label", emoteId);
    button.onclick = () => { feel(index); $("map").focus(); };
    $("emotes").append(button);
  });
}
open();
