import type { Fetch } from "./http";
import type { IdentityKeeper } from "./IdentityKeeper";

const UNAUTHORIZED = 401;

/**
 * A fetch that sees to it that requests show an identity token that holds: the first is asked for
 * before anything is sent, and a fresh one when the server answers 401, once a request. A guest's
 * requests pass as they are.
 */
export function identified(fetch: Fetch, identity: IdentityKeeper): Fetch {
  if (!identity.isRenewable) return fetch;
  const fetchAs = (token: string, url: string, init: RequestInit): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set("Authorization", `Bearer ${token}`);
    return fetch(url, { ...init, headers });
  };
  return async (url, init) => {
    const kept = identity.token;
    if (kept === null) return fetchAs(await identity.renew(), url, init);
    const response = await fetchAs(kept, url, init);
    if (response.status !== UNAUTHORIZED) return response;
    // Another request may have met the same end and have had a fresh one meanwhile.
    const now = identity.token;
    return fetchAs(now !== null && now !== kept ? now : await identity.renew(), url, init);
  };
}
