/** What outlives a visit; null where the browser forbids it: reading the property throws then. */
export function browserStorage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/** What outlives a reload, in one tab; null where the browser forbids it: reading the property throws then. */
export function tabStorage(): Storage | null {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}
