/**
 * Translates into capitals, as Chrome's translator does it: every text node gives way to a `<font>` in
 * a `<font>`, also those that are added later. Needs nothing but the page, so that browser tests can
 * run it there.
 *
 * @returns how to translate what is new at once, and how to stop.
 */
export function translatePage(root: Node): { catchUp: () => void; stop: () => void } {
  // As old as translators are.
  const makeWrapper = (): Element => document.createElementNS("http://www.w3.org/1999/xhtml", "font");
  const translate = (): void => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const texts: Text[] = [];
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const isNew = node.parentElement?.closest("font, script, style, [translate=no]") == null;
      if (isNew && (node.nodeValue ?? "").trim() !== "") texts.push(node as Text);
    }
    for (const text of texts) {
      const outer = makeWrapper();
      const inner = makeWrapper();
      outer.append(inner);
      inner.append((text.nodeValue ?? "").toUpperCase());
      text.parentNode?.replaceChild(outer, text);
    }
  };
  const observer = new MutationObserver(translate);
  observer.observe(root, { childList: true, subtree: true, characterData: true });
  translate();
  return { catchUp: translate, stop: () => observer.disconnect() };
}
