/** How long a text is, as the protocol counts (§6): an emoji may be several, but never half a one. */
export function codePoints(text: string): number {
  return [...text].length;
}
