import type { IdentityKeeper } from "../../api/IdentityKeeper";
import type { Device } from "./constants";
import { browserEnvironment } from "./environment";
import { parseSimOptions } from "./sim/options";
import { SimProvider } from "./SimProvider";
import type { RealtimeProvider } from "./types";
import { ServerProvider } from "./ServerProvider";

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

/**
 * A fresh provider, good for one membership.
 *
 * @param identity keeps who one is between visits; shared with whatever else asks the server.
 * @param device the rate class to ask for (§3); absent, the browser's own hint decides.
 */
export function createProvider(search: string, identity: IdentityKeeper, device?: Device): RealtimeProvider {
  const environment = browserEnvironment();
  if (providerKind(search) === "sim") {
    const options = parseSimOptions(new URLSearchParams(search).get("sim") ?? "");
    return new SimProvider(environment, options);
  }
  return new ServerProvider({
    ...environment,
    fetch: (url, init) => fetch(url, init),
    openSocket: (url) => new WebSocket(socketUrl(url, location)),
    identity,
    ...(device !== undefined && { device }),
    onOnline: (act) => {
      window.addEventListener("online", act);
      return () => {
        window.removeEventListener("online", act);
      };
    },
  });
}

/**
 * The address to open a socket at. A proxy that speaks TLS for a server that does not know of it
 * makes the server answer `ws:` on its own host, which a page of `https:` may not open.
 */
export function socketUrl(url: string, page: { protocol: string; host: string }): string {
  const target = new URL(url);
  const isUnaware = page.protocol === "https:" && target.protocol === "ws:";
  if (isUnaware && target.host === page.host) target.protocol = "wss:";
  return target.href;
}
