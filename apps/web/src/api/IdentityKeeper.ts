/** Where the identity token is kept (§3); `localStorage`, but for tests. */
export type TokenStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const KEY = "virtubar.identityToken";

/**
 * Keeps the guest the same guest. Where the browser has no storage for us (private windows, blocked
 * site data), the token lives as long as the page.
 */
export class IdentityKeeper {
  readonly #storage: TokenStorage | null;
  #token: string | null = null;

  constructor(storage: TokenStorage | null) {
    this.#storage = storage;
  }

  get token(): string | null {
    return this.#stored() ?? this.#token;
  }

  keep(token: string): void {
    this.#token = token;
    this.#try((storage) => storage.setItem(KEY, token));
  }

  /** The server does not know it any more. */
  forget(): void {
    this.#token = null;
    this.#try((storage) => storage.removeItem(KEY));
  }

  #stored(): string | null {
    return this.#try((storage) => storage.getItem(KEY)) ?? null;
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
