import type { ClientEventEnvelope } from "../../src/net/realtime/types";
import type { CrowdServer } from "./CrowdServer";

/** A WebSocket whose other end is in the page: each message is a task of its own, as a real one's is. */
export class ScriptedSocket {
  /** The server of all sockets; set before the first is opened. */
  static server: CrowdServer | null = null;
  binaryType: BinaryType = "arraybuffer";
  readonly bufferedAmount = 0;
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: MessageEvent<unknown>) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  readonly #tasks = new MessageChannel();

  constructor() {
    this.#tasks.port1.onmessage = ({ data }: MessageEvent<unknown>) => {
      this.onmessage?.(new MessageEvent("message", { data }));
    };
    setTimeout(() => {
      this.readyState = 1;
      this.onopen?.();
    });
  }

  send(text: string): void {
    const envelope = JSON.parse(text) as ClientEventEnvelope;
    ScriptedSocket.server?.hear(envelope, (message) => this.#tasks.port2.postMessage(message));
  }

  close(): void {
    this.readyState = 3;
    this.#tasks.port2.close();
  }
}
