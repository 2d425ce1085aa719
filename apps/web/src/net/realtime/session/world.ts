import type { IdentityKeeper } from "../../../api/IdentityKeeper";
import type { Fetch } from "../../../api/requests";
import type { Device } from "../constants";
import type { Environment } from "../environment";

/** What a provider needs that speaks to a server. */
export interface ServerWorld extends Environment {
  readonly fetch: Fetch;
  readonly identity: IdentityKeeper;
  /** Absent, the browser's own hint decides (§3). */
  readonly device?: Device;
  /** Tells when the network is said to be back. Returns how to stop. */
  onOnline(act: () => void): () => void;
}
