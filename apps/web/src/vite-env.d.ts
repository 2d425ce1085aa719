interface ImportMetaEnv {
  /** `sim` or `ws`; which provider the page uses unless its address says otherwise. */
  readonly VITE_REALTIME_PROVIDER?: string;
}
