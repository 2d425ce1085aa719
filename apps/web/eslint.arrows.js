/** Which folder of `src/` may import which: see docs/web.md. */
import { dirname, relative, resolve, sep } from "node:path";

/**
 * Each folder, and those that it may import; all of these stand above it, so that there are no circles.
 * Tests may import whatever they need, and `testing/` is theirs alone.
 */
export const ARROWS = {
  text: [],
  type: [],
  storage: [],
  loading: [],
  venue: [],
  net: ["venue"],
  motion: ["net"],
  room: ["net"],
  api: ["net"],
  moderation: ["api", "net", "text"],
  input: ["loading", "motion", "venue"],
  scene: ["motion", "net", "room", "type", "venue"],
  ui: ["api", "input", "moderation", "net", "room", "scene", "text"],
  map: ["motion", "room", "scene", "type", "ui", "venue"],
  admin: ["api", "input", "map", "moderation", "net", "scene", "storage", "text", "type", "ui", "venue"],
  app: [
    ...["api", "input", "loading", "map", "moderation", "motion", "net", "room", "scene", "storage"],
    ...["ui", "venue"],
  ],
};

/** What is wrong with a table of arrows: a folder may only import folders that stand above it. */
export function turnedArrows(arrows) {
  const above = new Set();
  const wrong = [];
  for (const [folder, targets] of Object.entries(arrows)) {
    wrong.push(...targets.filter((target) => !above.has(target)).map((target) => `${folder} → ${target}`));
    above.add(folder);
  }
  return wrong;
}

/** The folder of `src/` that a file is in; null for one that is in none. */
function folderOf(path, src) {
  const parts = relative(src, path).split(sep);
  return parts.length > 1 && parts[0] !== ".." ? parts[0] : null;
}

const SRC = resolve(import.meta.dirname, "src");

/** Reports what turns an arrow round, whichever way it is imported: for its type or later, too. */
export const arrowsRule = {
  meta: {
    type: "problem",
    schema: [],
    messages: {
      turned: "{{from}}/ may not import {{to}}/: see ARROWS in eslint.arrows.js.",
      unknown: "{{from}}/ has no line in ARROWS of eslint.arrows.js.",
    },
  },
  create(context) {
    const { filename } = context;
    const from = folderOf(filename, SRC);
    function check(source) {
      if (from === null || typeof source?.value !== "string" || !source.value.startsWith(".")) return;
      const to = folderOf(resolve(dirname(filename), source.value), SRC);
      if (to === null || to === from) return;
      const allowed = ARROWS[from];
      if (allowed === undefined) context.report({ node: source, messageId: "unknown", data: { from } });
      else if (!allowed.includes(to)) {
        context.report({ node: source, messageId: "turned", data: { from, to } });
      }
    }
    return {
      ImportDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      TSImportType: (node) => check(node.source ?? node.argument?.literal),
    };
  },
};
