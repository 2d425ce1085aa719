import { browserEnvironment } from "./environment";
import { parseSimOptions } from "./sim/options";
import { SimProvider } from "./SimProvider";
import type { RealtimeProvider } from "./types";

export type ProviderKind = "sim" | "ws";

/**
 * Which provider a page uses: `?realtime=sim|ws` of its address, else `VITE_REALTIME_PROVIDER` of
 * its build, else `sim`. Anything else that they may say is passed over.
 *
 * @param search the query of the page's address.
 * @param built what the build was given.
 */
export function providerKind(
  search: string,
  built: string | undefined = import.meta.env.VITE_REALTIME_PROVIDER,
): ProviderKind {
  const asked = new URLSearchParams(search).get("realtime");
  return [asked, built].find((kind) => kind === "sim" || kind === "ws") ?? "sim";
}

/** A fresh provider, good for one membership. */
export function createProvider(search: string): RealtimeProvider {
  const environment = browserEnvironment();
  const options = parseSimOptions(new URLSearchParams(search).get("sim") ?? "");
  return new SimProvider(environment, options);
}
