import eslint from "@eslint/js";
import reactHooks from "eslint-plugin-react-hooks";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";
import { arrowsRule } from "./eslint.arrows.js";

const FORBIDDEN = [
  { selector: "ExportDefaultDeclaration", message: "Exports have names." },
  {
    selector: "MemberExpression[property.name=/^(innerHTML|outerHTML|insertAdjacentHTML)$/]",
    message: "Text is set as text, never as HTML.",
  },
  {
    selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
    message: "Text is set as text, never as HTML.",
  },
];

/** The server's times are compared with the server's clock. */
const READERS_CLOCK = [
  "MemberExpression[object.name='Date'][property.name='now']",
  "NewExpression[callee.name='Date'][arguments.length=0]",
  "CallExpression[callee.name='Date']",
].map((selector) => ({
  selector,
  message: "The reader's clock may be wrong by any amount: useServerTime(), or ServerTime.",
}));

export default defineConfig(
  globalIgnores(["dist/", "test-results/", "playwright-report/"]),
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      // Texts are counted in code points, as the protocol does (§6).
      "@typescript-eslint/no-misused-spread": ["error", { allow: ["string"] }],
      eqeqeq: ["error", "always", { null: "ignore" }],
      "max-lines": ["error", { max: 300, skipBlankLines: false, skipComments: false }],
      "no-console": "error",
      "no-restricted-syntax": ["error", ...FORBIDDEN],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      // Loops over typed arrays know their bounds, and a check there would be paid in every frame.
      "@typescript-eslint/no-non-null-assertion": "off",
    },
  },
  {
    files: ["src/**/*.tsx"],
    plugins: { "react-hooks": reactHooks },
    rules: { "react-hooks/rules-of-hooks": "error", "react-hooks/exhaustive-deps": "error" },
  },
  {
    files: ["src/**"],
    rules: { "no-restricted-syntax": ["error", ...FORBIDDEN, ...READERS_CLOCK] },
  },
  // Arrows between the folders point one way.
  {
    files: ["src/**/*.{ts,tsx}"],
    ignores: ["**/*.test.{ts,tsx}", "src/testing/**"],
    plugins: { virtubar: { rules: { arrows: arrowsRule } } },
    rules: { "virtubar/arrows": "error" },
  },
  // Pure rooms: time, chance and the DOM come in as arguments, or not at all.
  {
    files: ["src/motion/**", "src/room/**"],
    ignores: ["**/*.test.ts"],
    rules: {
      "no-restricted-globals": [
        "error",
        ...["window", "document", "navigator", "performance", "setTimeout", "setInterval"],
        ...["requestAnimationFrame", "Date", "fetch", "WebSocket", "localStorage"],
      ],
      "no-restricted-properties": ["error", { object: "Math", property: "random" }],
      "no-restricted-imports": ["error", "three", "preact", "@preact/signals"],
    },
  },
  // Tables of the protocol, as long as the protocol is.
  {
    files: ["src/net/realtime/generated/**", "src/net/realtime/constants.ts"],
    rules: { "max-lines": "off" },
  },
  { files: ["**/*.test.{ts,tsx}"], rules: { "max-lines": ["error", 600] } },
  {
    files: ["bench/**", "scripts/**"],
    languageOptions: { globals: { console: "readonly", process: "readonly", URL: "readonly" } },
    rules: { "no-console": "off" },
  },
  {
    files: ["*.config.{js,ts}", "scripts/*.mjs"],
    rules: { "no-restricted-syntax": "off" },
  },
  { files: ["**/*.{js,mjs}"], extends: [tseslint.configs.disableTypeChecked] },
);
