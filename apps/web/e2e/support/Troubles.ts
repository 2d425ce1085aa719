import type { Page } from "@playwright/test";

/** Everything that a page complains of: no test passes with any, but those that it announces. */
export class Troubles {
  readonly #seen: string[] = [];
  readonly #expected: RegExp[] = [];

  constructor(page: Page) {
    page.on("console", (message) => {
      if (message.type() !== "error") return;
      const { url } = message.location();
      this.#seen.push(`${message.text()} (${url})`);
    });
    page.on("pageerror", (error) => this.#seen.push(`uncaught: ${error.message}`));
    page.on("crash", () => this.#seen.push("the page crashed"));
    page.on("dialog", (dialog) => {
      this.#seen.push(`a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
  }

  /** The browser itself complains where a test takes the server away, or has it refuse. */
  expect(...patterns: readonly RegExp[]): void {
    this.#expected.push(...patterns);
  }

  get unexpected(): readonly string[] {
    return this.#seen.filter((text) => !this.#expected.some((pattern) => pattern.test(text)));
  }
}

/** What Chromium says of a server that is not there. */
export const SERVER_GONE = [
  /net::ERR_(CONNECTION_|EMPTY_RESPONSE|SOCKET_|CONTENT_LENGTH_MISMATCH|INCOMPLETE_CHUNKED_ENCODING)/,
  /WebSocket connection to .* failed/,
];
