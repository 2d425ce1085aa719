import { signal, type ReadonlySignal } from "@preact/signals";
import { ApiError } from "../../api/http";
import { ModerationApi, type Me } from "../../api/moderation";
import type { Fetch } from "../../api/requests";
import { Role } from "../../net/realtime/constants";
import type { TokenStorage } from "../../api/IdentityKeeper";

const KEY = "virtubar.operatorToken";
const STAFF: ReadonlySet<string> = new Set([Role.MODERATOR, Role.ADMIN]);
/** Tokens are letters, digits, `-`, `_` and two dots; a pasted one may have been broken by a mail. */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;

export type SignInState =
  /** `why` is what went wrong last, empty for nothing. */
  | { readonly type: "out"; readonly why: string }
  | { readonly type: "asking" }
  | { readonly type: "in"; readonly me: Me; readonly api: ModerationApi };

/**
 * Who operates this page. The token stays in this tab (`sessionStorage`), and goes out in a header
 * only.
 */
export class SignIn {
  readonly #state = signal<SignInState>({ type: "out", why: "" });
  readonly #fetch: Fetch;
  readonly #storage: TokenStorage | null;
  /** Where the browser keeps nothing for us, as long as the page. */
  #token: string | null = null;

  constructor(fetch: Fetch, storage: TokenStorage | null) {
    this.#fetch = fetch;
    this.#storage = storage;
  }

  get state(): ReadonlySignal<SignInState> {
    return this.#state;
  }

  get token(): string | null {
    return this.#token;
  }

  /** As who one was before the page was loaded anew, if anybody. */
  async resume(): Promise<void> {
    const kept = this.#try((storage) => storage.getItem(KEY)) ?? null;
    if (kept !== null) await this.enter(kept);
  }

  /** Try a token, as it was pasted. Never rejects: what is wrong is in `state`. */
  async enter(pasted: string): Promise<void> {
    const token = pasted.replace(/\s+/g, "").replace(/^Bearer/i, "");
    if (!TOKEN.test(token)) {
      this.leave(token === "" ? "Paste a token first." : NO_TOKEN);
      return;
    }
    this.#state.value = { type: "asking" };
    const api = new ModerationApi(this.#asking(), () => token);
    try {
      this.#admit(await api.me(), token, api);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // An unreachable server says nothing about the token: it is kept for another try.
      if (error.status === 401) this.leave(refusalText(error));
      else this.#state.value = { type: "out", why: refusalText(error) };
    }
  }

  /** Forget the token. */
  leave(why = ""): void {
    this.#token = null;
    this.#try((storage) => storage.removeItem(KEY));
    this.#state.value = { type: "out", why };
  }

  #admit(me: Me, token: string, api: ModerationApi): void {
    if (!STAFF.has(me.role)) {
      this.leave(
        `That token is real, but it belongs to a ${me.role}, ${me.userId}. This page is for moderators and admins; the owner of a room keeps order from inside it.`,
      );
      return;
    }
    this.#token = token;
    this.#try((storage) => storage.setItem(KEY, token));
    this.#state.value = { type: "in", me, api };
  }

  /** A token ends, or is taken back: whatever asks next finds it out, and the page says so. */
  #asking(): Fetch {
    return async (url, init) => {
      const response = await this.#fetch(url, init);
      if (response.status === 401 && this.#state.peek().type === "in") this.leave(LAPSED);
      return response;
    };
  }

  #try<Result>(use: (storage: TokenStorage) => Result): Result | undefined {
    if (this.#storage === null) return undefined;
    try {
      return use(this.#storage);
    } catch {
      return undefined; // full or forbidden: the page's own copy has to do
    }
  }
}

const NO_TOKEN = "That is not a token: it has three parts with dots between them. Copy all of it.";
const LAPSED = "Your token has ended. Get another one, and go on where you were.";

function refusalText({ code, status }: ApiError): string {
  if (code === "token_expired") return "That token has ended. Make another one.";
  if (status === 401) return "The server does not know that token. Was it made with this server's secret?";
  if (status === 429) return "Too many tries. Wait a moment.";
  return "The server cannot be reached right now. Try again in a moment.";
}
