import type { Environment } from "../environment";
import type { TicketSource } from "./tickets";

/** What a provider needs that speaks to a server. */
export interface ServerWorld extends Environment {
  readonly tickets: TicketSource;
  /** Tells when the network is said to be back. Returns how to stop. */
  onOnline(act: () => void): () => void;
}
