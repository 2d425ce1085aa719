interface ImportMetaEnv {
  /** `sim`, `ws` or `socketio`: which provider the page uses unless its address says otherwise. */
  readonly VITE_REALTIME_PROVIDER?: string;
  /** `auto`, `json` or `compact`: how transforms come over a WebSocket; `auto` as the server likes it. */
  readonly VITE_REALTIME_WIRE?: string;
}

/** What a page of one's own around the client may set before it loads the client. */
interface VirtuBarHost {
  /** Gives a fresh token of the identity provider's; asked at first, and when one has ended. */
  readonly identityToken?: () => string | Promise<string>;
}

interface Window {
  readonly virtubar?: VirtuBarHost;
}
