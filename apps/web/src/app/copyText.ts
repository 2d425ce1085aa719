/** Into the clipboard; false where the browser does not allow it, as on pages without HTTPS. */
export async function copyText(text: string): Promise<boolean> {
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (clipboard === undefined) return false;
  try {
    await clipboard.writeText(text);
    return true;
  } catch {
    return false; // not allowed, which the caller says
  }
}
