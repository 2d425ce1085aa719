import type { IdentityKeeper } from "../../../api/IdentityKeeper";
import type { Fetch } from "../../../api/requests";
import type { Device } from "../constants";
import type { Environment } from "../environment";

/** What of a WebSocket is used. */
export type Socket = Pick<
  WebSocket,
  "bufferedAmount" | "close" | "onclose" | "onmessage" | "onopen" | "readyState" | "send"
>;

/** What a provider needs that speaks to a server. */
export interface ServerWorld extends Environment {
  readonly fetch: Fetch;
  /** May throw where the URL is none, or not allowed. */
  openSocket(url: string): Socket;
  readonly identity: IdentityKeeper;
  /** Absent, the browser's own hint decides (§3). */
  readonly device?: Device;
  /** Tells when the network is said to be back. Returns how to stop. */
  onOnline(act: () => void): () => void;
}
