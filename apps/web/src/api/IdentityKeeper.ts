/** Where the identity token is kept (§3); `localStorage`, but for tests. */
export type TokenStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** A fresh identity token of an identity provider's, from the page that the client is in. */
export type FreshToken = () => string | Promise<string>;

const KEY = "virtubar.identityToken";

/**
 * Keeps the guest the same guest. Where the browser has no storage for us (private windows, blocked
 * site data), the token lives as long as the page; so does one of an identity provider's.
 */
export class IdentityKeeper {
  readonly #storage: TokenStorage | null;
  readonly #fresh: FreshToken | null;
  #token: string | null = null;
  #renewing: Promise<string> | null = null;

  /** @param fresh gives tokens of an identity provider's, which end; null for a guest. */
  constructor(storage: TokenStorage | null, fresh: FreshToken | null = null) {
    this.#storage = fresh === null ? storage : null;
    this.#fresh = fresh;
  }

  /** Whether a token that has ended can be had anew. */
  get isRenewable(): boolean {
    return this.#fresh !== null;
  }

  /** A fresh token, which is kept; whoever asks meanwhile gets the same. Rejects as its source does. */
  renew(): Promise<string> {
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  async #renew(): Promise<string> {
    if (this.#fresh === null) throw new Error("a guest's token cannot be renewed");
    this.#token = await this.#fresh();
    return this.#token;
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
