/** What browsers' translators put in the place of a text. Nothing of ours makes one. */
const WRAPPER = "font";

/** What a translator shows, by the page's own text that it stands for, and the other way round. */
const standIns = new WeakMap<Node, ChildNode>();
const owners = new WeakMap<Node, Text>();
const watched = new WeakSet<Node>();

const EMULATED = ["parentNode", "nextSibling", "remove", "data"] as const;

/**
 * Lets a page change its texts though a browser has translated them.
 *
 * Chrome's translation takes text nodes out and puts `<font>` elements in, of which Preact knows
 * nothing: it goes on with the nodes that it made, and what one reads stays as it was, or ends up in
 * another order. While another stands for it, such a node therefore answers as if it were still there:
 * whatever is put before it is put before the stand-in, it takes it along when it goes, and once it is
 * changed it comes back, to be translated anew.
 *
 * @returns how to stop.
 */
export function followTranslations(root: Node): () => void {
  const observer = new MutationObserver((records) => {
    const added = new Set(records.flatMap(({ addedNodes }) => [...addedNodes]));
    for (const record of records) for (const node of record.removedNodes) follow(node, record, added);
  });
  observer.observe(root, { childList: true, subtree: true });
  return () => observer.disconnect();
}

/** @param added what came to the page meanwhile, anywhere. */
function follow(removed: Node, record: MutationRecord, added: ReadonlySet<Node>): void {
  const owner = owners.get(removed);
  if (owner === undefined && (!(removed instanceof Text) || standIns.has(removed))) return;
  // In its place in one step, or put beside it before.
  const successor = [...record.addedNodes, record.previousSibling, record.nextSibling].find(
    (node): node is ChildNode => node !== null && added.has(node) && node.isConnected && !owners.has(node),
  );
  if (successor === undefined) return;
  if (owner !== undefined) {
    // Translated once more, or back: by the page's own text, or by another that reads the same.
    release(owner);
    if (successor !== owner) standFor(owner, successor);
  } else if (isWrapper(successor) && (!removed.isConnected || successor.contains(removed))) {
    standFor(removed as Text, successor);
  }
}

function isWrapper(node: Node): boolean {
  return node instanceof HTMLElement && node.localName === WRAPPER;
}

/** The text answers for where its stand-in is. */
function standFor(text: Text, standIn: ChildNode): void {
  standIns.set(text, standIn);
  owners.set(standIn, text);
  if (standIn.parentNode !== null) watchInsertions(standIn.parentNode);
  Object.defineProperties(text, {
    parentNode: { configurable: true, get: () => standIn.parentNode },
    nextSibling: { configurable: true, get: () => standIn.nextSibling },
    remove: {
      configurable: true,
      value: () => {
        release(text);
        standIn.remove();
        text.remove();
      },
    },
    data: {
      configurable: true,
      get: () => text.nodeValue,
      set: (data: string) => {
        comeBack(text);
        text.data = data;
      },
    },
  });
}

function release(text: Text): void {
  const standIn = standIns.get(text);
  if (standIn !== undefined) owners.delete(standIn);
  standIns.delete(text);
  for (const name of EMULATED) Reflect.deleteProperty(text, name);
}

/** Into its own place, from where it was shown by another. */
function comeBack(text: Text): void {
  const standIn = standIns.get(text);
  release(text);
  standIn?.replaceWith(text);
}

/** Who inserts before a text, or moves one, need not know that another stands for it. */
function watchInsertions(parent: Node): void {
  if (watched.has(parent)) return;
  watched.add(parent);
  for (const name of ["insertBefore", "moveBefore"] as const) {
    const insert: unknown = Reflect.get(parent, name);
    if (typeof insert !== "function") continue; // not every browser has both
    const place = (node: Node, before: Node | null): unknown => {
      const at = before === null ? null : (standIns.get(before) ?? before);
      const isAtItself = at !== null && at === standIns.get(node);
      if (node instanceof Text && standIns.has(node)) comeBack(node);
      return isAtItself ? node : Reflect.apply(insert, parent, [node, at]);
    };
    Object.defineProperty(parent, name, { configurable: true, value: place });
  }
}
