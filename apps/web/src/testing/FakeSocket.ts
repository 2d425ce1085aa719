import type { Socket } from "../net/realtime/session/world";
import type {
  ClientEventEnvelope,
  ClientEventName,
  ServerEventName,
  ServerPayloads,
} from "../net/realtime/types";

/** A socket whose other end is the test. */
export class FakeSocket implements Socket {
  readonly url: string;
  readyState: Socket["readyState"] = 0;
  bufferedAmount = 0;
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  /** Everything sent, oldest first. */
  readonly sent: ClientEventEnvelope[] = [];
  /** The code that the page closed it with; undefined for none, null while it is open. */
  closedWith: number | undefined | null = null;

  constructor(url: string) {
    this.url = url;
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

  /** The server accepts. */
  open(): void {
    this.readyState = 1;
    this.onopen?.call(this as unknown as WebSocket, new Event("open"));
  }

  /** The server sends an event. */
  tell<Name extends ServerEventName>(t: Name, payload: ServerPayloads[Name], ts = 0): void {
    this.say(JSON.stringify({ v: 1, t, ts, payload }));
  }

  /** The server sends a text, whatever it says. */
  say(data: string): void {
    const event = new MessageEvent("message", { data });
    this.onmessage?.call(this as unknown as WebSocket, event);
  }

  /** The connection ends, from the other side. */
  end(code: number, reason = ""): void {
    this.readyState = 3;
    const event = Object.assign(new Event("close"), { code, reason, wasClean: code !== 1006 });
    this.onclose?.call(this as unknown as WebSocket, event);
  }

  /** The payloads of everything sent by one name. */
  of<Name extends ClientEventName>(t: Name): Extract<ClientEventEnvelope, { t: Name }>["payload"][] {
    return this.sent.filter((one) => one.t === t).map((one) => one.payload) as never;
  }
}
