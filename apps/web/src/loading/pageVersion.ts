import { PartLoader, type TabStorage } from "./PartLoader";

/** The name of a page's own script; null where it has none. */
export function versionOf(page: ParentNode): string | null {
  return page.querySelector('script[type="module"][src]')?.getAttribute("src") ?? null;
}

/** For the page that is open now. */
export function pagePartLoader(storage: TabStorage | null): PartLoader {
  return new PartLoader({
    storage,
    version: versionOf(document) ?? "",
    newestVersion: async () => {
      const answer = await fetch(window.location.pathname, { cache: "no-store" });
      return versionOf(new DOMParser().parseFromString(await answer.text(), "text/html"));
    },
    reload: () => window.location.reload(),
  });
}
