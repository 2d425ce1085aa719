interface ImportMetaEnv {
  /** `sim`, `ws` or `socketio`: which provider the page uses unless its address says otherwise. */
  readonly VITE_REALTIME_PROVIDER?: string;
}
