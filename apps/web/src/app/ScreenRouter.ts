import { computed, effect, signal } from "@preact/signals";
import { identified } from "../api/identified";
import { IdentityKeeper } from "../api/IdentityKeeper";
import { JoinTickets } from "../api/JoinTickets";
import { ModerationApi } from "../api/moderation";
import { ApiError, getRoom, type Fetch } from "../api/requests";
import { ServerTime } from "../api/ServerTime";
import { EMOTE_IDS, LOBBY_ID } from "../net/realtime/constants";
import { pagePartLoader } from "../loading/pageVersion";
import { createProvider } from "../net/realtime/createProvider";
import { browserStorage, tabStorage } from "../storage/browserStorage";
import { StoredValue } from "../storage/StoredValue";
import type { Screen } from "../ui/App";
import type { DoorModel, RoomIntro } from "../ui/DoorModel";
import type { FirstStep } from "../ui/FirstStepsModel";
import { AVATAR_IDS } from "../ui/looks";
import { closedBecause } from "./closedBecause";
import { readPerson, readSettings, type Person, type Settings } from "../ui/settings";
import type { Drawing } from "./BarWorld";
import type { PageConfig } from "./config";
import { FirstSteps, readFirstSteps } from "./FirstSteps";
import { isMotionReduced } from "./Picture";
import { ReloadMark } from "./ReloadMark";
import { Visit } from "./Visit";

/** How often the door looks who is inside. */
const LOOK_MS = 15_000;

/** What the sim's room is called. */
const SIM_ROOM_NAME = "The Simulated Arms";

/** Leads from the door into the bar and back: which screen there is, and with what. */
export class ScreenRouter {
  readonly screen;
  /** The visit that goes on, for `?debug`. */
  visit: Visit | null = null;
  /** What o'clock it is where bans end. */
  readonly serverTime = new ServerTime(() => performance.now(), performance.timeOrigin);
  readonly #fetch: Fetch = this.serverTime.listening((url, init) => fetch(url, init));
  readonly #config: PageConfig;
  readonly #drawing: Drawing;
  readonly #identity: IdentityKeeper;
  readonly #api: ModerationApi;
  readonly #intro = signal<RoomIntro>({ type: "loading" });
  readonly #person: StoredValue<Person>;
  readonly #settings: StoredValue<Settings>;
  readonly #firstSteps: StoredValue<readonly FirstStep[]>;
  readonly #reload = new ReloadMark(tabStorage(), computerNow);
  readonly #hearingRadiusM = signal<number | null>(null);
  readonly #emotes = signal<readonly string[]>(EMOTE_IDS);
  readonly #roomName = computed(() => {
    const intro = this.#intro.value;
    return intro.type === "known" ? intro.name : this.#config.roomId;
  });
  readonly #tab = tabStorage();
  readonly #loader = pagePartLoader(this.#tab);
  /** The room in which a page that is loaded anew goes on. */
  readonly #goingOn = new StoredValue("virtubar.goingOn", this.#tab, (kept) =>
    typeof kept === "string" ? kept : null,
  );
  #looking: number | undefined;

  constructor(config: PageConfig, drawing: Drawing) {
    const storage = browserStorage();
    this.#config = config;
    this.#drawing = drawing;
    this.#identity = new IdentityKeeper(storage, window.virtubar?.identityToken);
    this.#api = new ModerationApi(identified(this.#fetch, this.#identity), () => this.#identity.token);
    this.#person = new StoredValue("virtubar.person", storage, (kept) =>
      readPerson(kept, AVATAR_IDS, Math.random()),
    );
    this.#settings = new StoredValue("virtubar.settings", storage, readSettings);
    this.#firstSteps = new StoredValue("virtubar.firstSteps", storage, readFirstSteps);
    this.screen = signal<Screen>({ type: "door", door: this.#door() });
    showMotion(this.#settings.load());
    effect(() => {
      document.title = `${this.#roomName.value} · VirtuBar`;
    });
    this.#loader.onReload = () => this.#noteVisit();
    this.#look();
    this.#goOn();
  }

  /** Back to the street. */
  toDoor(): void {
    this.visit?.dispose();
    this.visit = null;
    this.screen.value = { type: "door", door: this.#door() };
    this.#look();
  }

  /** In once more, as the same person. */
  again(): void {
    this.#enter(this.#person.load());
  }

  #door(): DoorModel {
    const { roomId, provider } = this.#config;
    return {
      roomId,
      isSimulated: provider === "sim",
      intro: this.#intro,
      person: this.#person.load(),
      enter: (person) => this.#enter(person),
      prepare: () => void this.#drawing.loadWorld((bring) => bring()).catch(() => undefined),
      preview: (canvas, avatarId) =>
        this.#drawing.preview(canvas, avatarId, isMotionReduced(this.#settings.load())),
      goToLobby: () => window.location.assign(this.#config.lobbyHref),
    };
  }

  /** @param isReturning whether they were inside just now, before the page was loaded again. */
  #enter(person: Person, isReturning = false): void {
    window.clearTimeout(this.#looking);
    this.#person.save(person);
    this.visit?.dispose();
    const { roomId, search, provider } = this.#config;
    const connection = createProvider(search, new JoinTickets(this.#fetch, this.#identity), () =>
      this.#loader.load(() => import("socket.io-client")),
    );
    connection.onStatus(({ clockOffsetMs, roundTripMs }) => {
      if (clockOffsetMs === undefined || roundTripMs === undefined) return;
      this.serverTime.measure(clockOffsetMs, roundTripMs / 2);
    });
    const visit = new Visit({
      provider: connection,
      api: provider === "sim" ? null : this.#api,
      person,
      roomId,
      roomName: this.#roomName,
      emotes: this.#emotes,
      hearingRadiusM: this.#hearingRadiusM,
      settings: this.#settings.load(),
      firstSteps: new FirstSteps(this.#firstSteps),
      saveSettings: (settings) => {
        this.#settings.save(settings);
        showMotion(settings);
      },
      drawing: this.#drawing,
      load: this.#loader.load,
      onReload: () => {
        this.#noteVisit();
        window.location.reload();
      },
      onLeft: () => this.toDoor(),
      isReturning,
      onUnload: () => this.#reload.leave(roomId),
    });
    this.visit = visit;
    this.screen.value = { type: "bar", bar: visit };
    void visit.enter();
  }

  /** For the page after a reload: this tab was in this room, or on the way there. */
  #noteVisit(): void {
    this.#goingOn.save(this.#config.roomId);
  }

  /** Whoever was in the room when the page was loaded anew is no stranger at the door. */
  #goOn(): void {
    const isExpected = this.#goingOn.load() === this.#config.roomId;
    this.#goingOn.save(null);
    const isReturning = this.#reload.take(this.#config.roomId);
    if (isExpected || isReturning) this.#enter(this.#person.load(), isReturning);
  }

  /** See who is inside, now and again while somebody stands at the door. */
  #look(): void {
    window.clearTimeout(this.#looking);
    void this.#ask();
    this.#looking = window.setTimeout(() => this.#look(), LOOK_MS);
  }

  async #ask(): Promise<void> {
    const { provider, roomId, isRoomIdGood } = this.#config;
    if (!isRoomIdGood) {
      this.#intro.value = { type: "missing" };
      return;
    }
    if (provider === "sim") {
      const name = roomId === LOBBY_ID ? SIM_ROOM_NAME : roomId;
      this.#intro.value = { type: "known", name, memberCount: 0, personCount: 0, closed: null };
      return;
    }
    try {
      const room = await getRoom(this.#fetch, roomId, AbortSignal.timeout(10_000));
      const { name, memberCount, personCount, emotes } = room;
      this.#emotes.value = emotes;
      this.#hearingRadiusM.value = room.hearingRadiusM;
      const closed = closedBecause(room, window.virtubar?.identityToken !== undefined);
      this.#intro.value = { type: "known", name, memberCount, personCount, closed };
    } catch (error) {
      const isMissing = error instanceof ApiError && error.status === 404;
      if (this.#intro.value.type !== "known") this.#intro.value = { type: isMissing ? "missing" : "unknown" };
    }
  }
}

/** Epoch ms, by which a page and the next one in its tab can tell how far apart they are. */
function computerNow(): number {
  return Math.round(performance.timeOrigin + performance.now());
}

/** For the styles: what was chosen for the room holds for the page around it. */
function showMotion(settings: Settings): void {
  document.documentElement.dataset["motion"] = isMotionReduced(settings) ? "reduced" : "full";
}
