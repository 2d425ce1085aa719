import type { Socket } from "../net/realtime/link/WsLink";
import type { ClientEventEnvelope } from "../net/realtime/types";
import { settle } from "./ManualEnvironment";
import { Peer } from "./Peer";

/** A WebSocket whose other end is the test. */
export class FakeSocket extends Peer implements Socket {
  readyState: Socket["readyState"] = 0;
  bufferedAmount = 0;
  binaryType: Socket["binaryType"] = "blob";
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  /** The subprotocols that the page offered, best first. */
  readonly offered: readonly string[];
  /** The code that the page closed it with; undefined for none, null while it is open. */
  closedWith: number | undefined | null = null;

  constructor(url: string, offered: readonly string[] = []) {
    super(url);
    this.offered = offered;
  }

  get unsentBytes(): number {
    return this.bufferedAmount;
  }

  set unsentBytes(bytes: number) {
    this.bufferedAmount = bytes;
  }

  get ended(): "left" | "dropped" | null {
    if (this.closedWith === null) return null;
    return this.closedWith === 1000 ? "left" : "dropped";
  }

  send(message: string): void {
    if (this.readyState !== 1) throw new Error("The socket is not open.");
    this.sent.push(JSON.parse(message) as ClientEventEnvelope);
  }

  close(code?: number): void {
    if (code !== undefined && code !== 1000 && (code < 3000 || code > 4999)) {
      throw new Error(`A page may not close with ${code}.`);
    }
    this.closedWith = code;
    this.readyState = 3;
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.call(this as unknown as WebSocket, new Event("open"));
  }

  say(data: string | ArrayBuffer): void {
    const event = new MessageEvent("message", { data });
    this.onmessage?.call(this as unknown as WebSocket, event);
  }

  async end(code: number, reason = ""): Promise<void> {
    this.readyState = 3;
    const event = Object.assign(new Event("close"), { code, reason, wasClean: code !== 1006 });
    this.onclose?.call(this as unknown as WebSocket, event);
    await settle();
  }
}
