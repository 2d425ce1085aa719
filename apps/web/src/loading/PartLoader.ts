/** Brings a part of the page that is not there from the start: `(() => import("…"))`. */
export type LoadPart = <Part>(bring: () => Promise<Part>) => Promise<Part>;

/** What of `sessionStorage` is used. */
export type TabStorage = Pick<Storage, "getItem" | "setItem">;

export interface PartLoaderParts {
  /** Outlives a reload, and only this tab sees it; null where the browser has none. */
  readonly storage: TabStorage | null;
  /** Which version of the page this is: the name of its script, with a hash of what is in it. */
  readonly version: string;
  /** Which version the server has by now; null or a rejection where it does not say. */
  readonly newestVersion: () => Promise<string | null>;
  readonly reload: () => void;
}

const KEY = "virtubar.reloadedFor";
/** So many versions are remembered; a tab that has seen more deploys reloads once too often. */
const VERSIONS_MAX = 16;

/**
 * Brings parts of the page, and reloads it where a deploy has taken them away: files carry hashes in
 * their names, and a page of yesterday asks for names that the server has no more.
 *
 * It reloads only where the server has another version, and once for each: never in a loop, even
 * where two servers of different versions answer in turns.
 */
export class PartLoader {
  /** Told just before the page goes, to leave a note for the next one. */
  onReload: () => void = () => undefined;
  readonly #parts: PartLoaderParts;

  constructor(parts: PartLoaderParts) {
    this.#parts = parts;
  }

  /**
   * The part. Never settles where the page is being reloaded for it.
   *
   * @throws what `bring` has thrown, where a reload by itself is no remedy.
   */
  readonly load: LoadPart = async (bring) => {
    try {
      return await bring();
    } catch (error) {
      if (!(await this.#mayReload())) throw error;
      this.onReload();
      this.#parts.reload();
      return new Promise<never>(() => undefined);
    }
  };

  /** Whether the server has a version that was not reloaded for; from now on it was. */
  async #mayReload(): Promise<boolean> {
    const { storage, version, newestVersion } = this.#parts;
    try {
      const newest = await newestVersion();
      if (storage === null || newest === null || newest === version) return false;
      const tried = (storage.getItem(KEY) ?? "").split(" ");
      if (tried.includes(newest)) return false;
      storage.setItem(KEY, [...tried, newest].slice(-VERSIONS_MAX).join(" "));
      return true;
    } catch {
      return false; // out of reach, or nothing can be remembered: the person decides
    }
  }
}
