import { signal } from "@preact/signals";
import type { ActDone, ActRequest, Me, ModerationApi } from "../../api/moderation";
import type { ModerationScope, ModerationVerb } from "../../net/realtime/types";
import type { PollEnvironment } from "./Poller";

/** Long enough to be read; another one replaces it. */
const NOTICE_MS = 8_000;

/** An act that somebody is about to do. */
export interface Asked {
  readonly action: ModerationVerb;
  readonly userId: string;
  readonly name: string;
  readonly roomId: string;
  readonly roomName: string;
  readonly scope?: ModerationScope;
  /** It is done: what is shown may be old. */
  readonly onDone?: () => void;
}

/** What every view works with: who one is, the server, and what is said in passing. */
export class ConsoleModel {
  readonly me: Me;
  readonly api: ModerationApi;
  readonly environment: PollEnvironment;
  readonly asked = signal<Asked | null>(null);
  readonly notice = signal("");
  readonly #walkIn: (roomId: string) => void;
  #forget: () => void = () => undefined;

  constructor(me: Me, api: ModerationApi, environment: PollEnvironment, walkIn: (roomId: string) => void) {
    this.me = me;
    this.api = api;
    this.environment = environment;
    this.#walkIn = walkIn;
  }

  ask(asked: Asked): void {
    this.asked.value = asked;
  }

  act(roomId: string, request: ActRequest): Promise<ActDone> {
    return this.api.act(roomId, request);
  }

  /** Into the bar itself, as who one is here. */
  walkIn(roomId: string): void {
    this.#walkIn(roomId);
  }

  notify(text: string): void {
    this.#forget();
    this.notice.value = text;
    this.#forget = this.environment.after(NOTICE_MS, () => (this.notice.value = ""));
  }
}
