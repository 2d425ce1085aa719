import type { LinkOwner } from "../net/realtime/link/Link";

/** Keeps what a link tells, in order: `opened`, envelopes, and the end. */
export class FakeOwner implements LinkOwner {
  readonly told: unknown[] = [];
  #onClosed: () => void = () => undefined;
  /** Settles when the link is over. */
  readonly over = new Promise<void>((resolve) => (this.#onClosed = resolve));

  opened(): void {
    this.told.push("opened");
  }

  received(envelope: unknown): void {
    this.told.push(envelope);
  }

  closed(code: number, reason: string): void {
    this.told.push({ code, reason });
    this.#onClosed();
  }
}
