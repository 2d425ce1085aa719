import type { Page, WebSocketRoute } from "@playwright/test";

/** "Too slow": a close code after which a client comes back by itself (§8). */
const TRY_AGAIN = 1013;

/** The wire between a page and the server, to be cut. Laid before the page connects. */
export class Wire {
  #isCut = false;
  #current: WebSocketRoute | null = null;
  /** How many sockets the page has opened, those of a cut wire among them. */
  opened = 0;

  static async lay(page: Page): Promise<Wire> {
    const wire = new Wire();
    await page.routeWebSocket(/\/ws$/, (socket) => wire.#open(socket));
    return wire;
  }

  /** The page loses its socket and gets no other; the server does not notice at first. */
  async cut(): Promise<void> {
    this.#isCut = true;
    await this.#current?.close({ code: TRY_AGAIN });
  }

  mend(): void {
    this.#isCut = false;
  }

  #open(socket: WebSocketRoute): void {
    this.opened += 1;
    if (this.#isCut) {
      void socket.close({ code: TRY_AGAIN });
      return;
    }
    socket.connectToServer();
    this.#current = socket;
  }
}
