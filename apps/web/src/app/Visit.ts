import { batch, signal, type ReadonlySignal } from "@preact/signals";
import { Keyboard } from "../input/Keyboard";
import type { KeyAct } from "../input/keys";
import { Steering } from "../input/Steering";
import { openStick } from "../input/Stick";
import { browserEnvironment } from "../net/realtime/environment";
import {
  JoinError,
  type ErrorPayload,
  type JoinFailure,
  type ProviderStatus,
  type RealtimeProvider,
  type ServerEventEnvelope,
} from "../net/realtime/types";
import { emptyRoom, type Ended, type RoomState } from "../room/RoomState";
import { RoomStore } from "../room/RoomStore";
import type { WorldStats } from "../scene/types";
import { completed } from "../ui/ending";
import type { Arrival, BarModel, BlindReason } from "../ui/BarModel";
import type { Settings } from "../ui/settings";
import { ChatQueue } from "./ChatQueue";
import { roomLink } from "./config";
import { copyText } from "./copyText";
import type { FirstSteps } from "./FirstSteps";
import { RoomControls } from "./RoomControls";
import { Notices } from "./Notices";
import { Picture } from "./Picture";
import { Play } from "./Play";
import { copiedText, moderationText, refusalText } from "./noticeText";
import { Sound } from "./Sound";
import type { VisitParts } from "./VisitParts";

/** Without a scene nothing draws frames; the avatar goes on at this pace. */
const BLIND_STEP_MS = 100;

/** One evening of one person in one room: between the provider, the scene and the UI. */
export class Visit implements BarModel {
  readonly arrival = signal<Arrival>({ type: "joining" });
  readonly room = signal<RoomState>(emptyRoom(""));
  readonly status = signal<ProviderStatus>({ state: "idle" });
  readonly ended = signal<Ended | JoinFailure | null>(null);
  readonly isDancing = signal(false);
  readonly settings;
  readonly roomName: ReadonlySignal<string>;
  readonly emotes: ReadonlySignal<readonly string[]>;
  readonly controls: RoomControls;
  readonly chatQueue: ChatQueue;
  readonly firstSteps: FirstSteps;
  readonly mapPath: string | null;
  onAct: (act: KeyAct) => void = () => undefined;
  onPerson: (userId: string) => void = () => undefined;
  readonly play: Play;
  readonly #parts: VisitParts;
  readonly #store: RoomStore;
  readonly #notices = new Notices();
  readonly #steering = new Steering();
  readonly #keyboard: Keyboard;
  readonly #sound = new Sound();
  readonly microphone = this.#sound.microphone;
  readonly isSpeaking = this.#sound.isSpeaking;
  readonly #stop = new AbortController();
  #picture: Picture | null = null;
  #isJoined = false;
  #isShown = false;

  constructor(parts: VisitParts) {
    const { provider, roomId, roomName, emotes, settings } = parts;
    this.#parts = parts;
    this.firstSteps = parts.firstSteps;
    this.mapPath = parts.drawing.mapPath;
    this.roomName = roomName;
    this.emotes = emotes;
    this.settings = signal(settings);
    this.#store = new RoomStore(roomId);
    this.room.value = this.#store.state;
    this.controls = new RoomControls({ provider, api: parts.api, roomId, room: this.room });
    this.play = new Play({
      provider,
      steering: this.#steering,
      isSpeaking: () => this.isSpeaking.peek() && this.room.peek().mute === null,
      notify: (text) => this.notify(text),
      onPerson: (userId) => this.onPerson(userId),
    });
    this.chatQueue = new ChatQueue({
      send: (text) => provider.sendChat(text),
      world: browserEnvironment(),
    });
    this.#keyboard = new Keyboard(this.#steering, (act) => this.#act(act));
    this.#listen(provider);
    this.#sound.apply(settings);
  }

  get notices(): Notices["list"] {
    return this.#notices.list;
  }

  /** Go in. Never rejects: a refusal is in `ended`. */
  async enter(): Promise<void> {
    const { provider, roomId, person, isReturning } = this.#parts;
    try {
      await provider.connect({ roomId, ...person, isReturning });
      this.#isJoined = true;
      this.#arrive();
    } catch (error) {
      if (!(error instanceof JoinError)) throw error;
      if (error.code !== "left") this.#end(error);
    }
  }

  leave(): void {
    this.#parts.provider.disconnect();
    this.dispose();
    this.#parts.onLeft();
  }

  /** Let go of the page: keys, sound, microphone. */
  dispose(): void {
    this.#stop.abort();
    this.#keyboard.dispose();
    this.chatQueue.left();
    this.#sound.dispose();
  }

  notify(text: string): void {
    this.#notices.add(text);
  }

  typing(isTyping: boolean): void {
    this.play.showHearing(isTyping ? this.#parts.hearingRadiusM.peek() : null);
  }

  emote(emoteId: string): void {
    this.#parts.provider.sendEmote(emoteId);
    this.play.own.emote(emoteId);
    this.isDancing.value = this.play.own.isDancing;
  }

  gesture(gesture: "dance" | "wave"): void {
    this.play.own.gesture(gesture);
    this.isDancing.value = this.play.own.isDancing;
  }

  walkTo(userId: string): void {
    this.play.walkTo(userId);
  }

  toggleMicrophone(): void {
    this.#sound.toggleMicrophone();
  }

  change(change: Partial<Settings>): void {
    const settings = { ...this.settings.value, ...change };
    this.settings.value = settings;
    this.#parts.saveSettings(settings);
    this.#picture?.apply(settings);
    this.#sound.apply(settings);
  }

  copyLink(): void {
    const link = roomLink(window.location.origin, this.#parts.roomId);
    void copyText(link).then((isCopied) => this.notify(copiedText(isCopied, link)));
  }

  /** What drawing costs, null while nothing is drawn. */
  stats(): WorldStats | null {
    return this.#picture?.stats() ?? null;
  }

  reload(): void {
    this.#parts.onReload();
  }

  retryNow(): void {
    this.#parts.provider.retryNow();
  }

  show(canvas: HTMLCanvasElement, overlay: HTMLElement): () => void {
    const picture = new Picture({
      play: this.play,
      loadWorld: () => this.#parts.drawing.loadWorld(this.#parts.load),
      settings: () => this.settings.peek(),
      onStep: (nowMs) => this.#step(nowMs),
      onShown: () => {
        this.#isShown = true;
        this.#arrive();
      },
      onBlind: (reason) => this.#goBlind(reason),
      notify: (text) => this.notify(text),
    });
    this.#picture = picture;
    void picture.open(canvas, overlay);
    return () => {
      picture.close();
      this.#picture = null;
    };
  }

  openStick(zone: HTMLElement): () => void {
    const opened = openStick(zone, this.#steering, () => this.play.own.halt(), this.#parts.load);
    opened.catch(() => this.notify("The stick could not be loaded. Tap where you want to go."));
    return () => void opened.then((close) => close()).catch(() => undefined); // there is none
  }

  // The scene

  /** Inside is who is joined and sees the room, in whichever order the two came. */
  #arrive(): void {
    const { value: arrival } = this.arrival;
    if (!this.#isJoined) return;
    if (arrival.type === "blind") this.arrival.value = { ...arrival, isJoined: true };
    else this.arrival.value = { type: this.#isShown ? "inside" : "building" };
  }

  /** No picture, but the evening goes on. */
  #goBlind(reason: BlindReason): void {
    this.arrival.value = { type: "blind", reason, isJoined: this.#isJoined };
    const timer = window.setInterval(() => this.#step(performance.now()), BLIND_STEP_MS);
    this.#stop.signal.addEventListener("abort", () => window.clearInterval(timer));
  }

  #step(nowMs: number): void {
    this.play.step(nowMs);
    const { own, isPlaced } = this.play;
    if (isPlaced) this.firstSteps.see(own.pose.x, own.pose.z, own.seat !== null);
    this.isDancing.value = own.isDancing;
  }

  // The provider

  #listen(provider: RealtimeProvider): void {
    const untilStopped = { signal: this.#stop.signal };
    provider.on((event, arrivalMs) => this.#handle(event, arrivalMs));
    provider.onStatus((status) => this.#follow(status));
    this.#store.subscribe((state) => {
      this.play.follow(state);
      this.room.value = state;
    });
    document.addEventListener("visibilitychange", () => this.#see(!document.hidden), untilStopped);
    if (document.hidden) provider.setVisible(false);
    // A page cannot know whether it is closed or loaded again: it leaves nothing but a word (§4).
    window.addEventListener("pagehide", () => this.#unload(), untilStopped);
  }

  #handle(event: ServerEventEnvelope, arrivalMs: number): void {
    batch(() => {
      this.play.handle(event, arrivalMs);
      this.#store.handle(event);
      this.controls.handle(event);
      if (event.t === "error") this.#refuse(event.payload);
      if (event.t === "session") this.chatQueue.joined();
      if (event.t === "chat_broadcast" && event.payload.userId === this.room.value.me) this.chatQueue.heard();
      const text = moderationText(event);
      if (text !== null) this.#notices.add(text);
    });
  }

  #refuse(error: ErrorPayload): void {
    if (error.event === "local_chat") this.chatQueue.refused(error);
    const text = refusalText(error);
    if (text !== null) this.#notices.add(text);
  }

  #follow(status: ProviderStatus): void {
    this.status.value = status;
    if (status.state !== "joined") this.chatQueue.left();
    if (status.state !== "closed" || this.ended.value !== null) return;
    const { ended } = this.room.value;
    const { failure } = this.#parts.provider;
    if (ended !== null) this.#end(ended);
    else if (failure !== null && failure.code !== "left") this.#end(failure);
  }

  #end(why: Ended | JoinFailure): void {
    this.ended.value = completed(why, this.#parts.provider.failure);
    this.dispose();
  }

  #unload(): void {
    if (!this.#isJoined) return;
    this.#parts.provider.unload();
    this.#parts.onUnload();
  }

  #see(isVisible: boolean): void {
    if (!isVisible) this.play.rest();
    this.#parts.provider.setVisible(isVisible);
  }

  #act(act: KeyAct): void {
    if (act.type === "gesture") this.gesture(act.gesture);
    else if (act.type === "sit") this.play.sitOrStand();
    else if (act.type !== "emote") this.onAct(act);
    else if (act.index < this.emotes.value.length) this.emote(this.emotes.value[act.index]!);
  }
}
