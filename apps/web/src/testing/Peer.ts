import type {
  ClientEventEnvelope,
  ClientEventName,
  ServerEventName,
  ServerPayloads,
} from "../net/realtime/types";

/** The other end of a link, which is the test. */
export abstract class Peer {
  readonly url: string;
  /** What the page's own side has not sent yet, bytes. */
  abstract unsentBytes: number;
  /** Everything sent, oldest first. */
  readonly sent: ClientEventEnvelope[] = [];
  /** How the page has ended it, if it has. */
  abstract readonly ended: "left" | "dropped" | null;

  constructor(url: string) {
    this.url = url;
  }

  /** The server accepts. */
  abstract open(): void;

  /** The server sends an event. */
  tell<Name extends ServerEventName>(t: Name, payload: ServerPayloads[Name], ts = 0): void {
    this.say(JSON.stringify({ v: 1, t, ts, payload }));
  }

  /** The server sends a text in an envelope's place, whatever it says. */
  abstract say(text: string): void;

  /** The connection ends, from the other side. */
  abstract end(code: number, reason?: string): Promise<void>;

  /** The payloads of everything sent by one name. */
  of<Name extends ClientEventName>(t: Name): Extract<ClientEventEnvelope, { t: Name }>["payload"][] {
    return this.sent.filter((one) => one.t === t).map((one) => one.payload) as never;
  }
}
