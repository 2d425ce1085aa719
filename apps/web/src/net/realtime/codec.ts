/** Texts ⇄ events (§2). Nothing is kept between calls. */
import { isInteger, isObject } from "./checking";
import { ErrorCode, PROTOCOL_VERSION } from "./constants";
import { SERVER_CHECKS } from "./generated/checks";
import type { SentEnvelope } from "./link/Link";
import type { ClientEventName, ClientPayloads, ServerEventEnvelope, ServerEventName } from "./types";

/** A message that is no event of the protocol, and in which way. */
export interface DecodeRefusal {
  readonly code: ErrorCode;
  /** The event's name as far as it could be read. */
  readonly event: string | null;
}

export type Decoded =
  | { readonly event: ServerEventEnvelope; readonly refusal?: undefined }
  | { readonly event?: undefined; readonly refusal: DecodeRefusal };

/** The event in one server message. */
export function decodeServer(message: string): Decoded {
  return decodeEnvelope(parseText(message));
}

/**
 * The event in what should be an envelope. Events of a newer server are refused with
 * `unknown_event`: who reads them goes on with the next message.
 */
export function decodeEnvelope(envelope: unknown): Decoded {
  if (!isObject(envelope)) return refused(ErrorCode.MALFORMED, null);
  const { v, t, ts, payload } = envelope;
  const name = typeof t === "string" ? t : null;
  if (!isInteger(v)) return refused(ErrorCode.MALFORMED, name);
  if (v !== PROTOCOL_VERSION) return refused(ErrorCode.UNSUPPORTED_VERSION, name);
  if (name === null || !isInteger(ts) || !isObject(payload)) {
    return refused(ErrorCode.MALFORMED, name);
  }
  if (!isServerEventName(name)) return refused(ErrorCode.UNKNOWN_EVENT, name);
  if (!SERVER_CHECKS[name](payload)) return refused(ErrorCode.INVALID_PAYLOAD, name);
  // The check has tied the payload to the name, which the type of a union cannot say.
  return { event: { t: name, ts, payload } as unknown as ServerEventEnvelope };
}

/** One client message as a text. */
export function encodeClient<Name extends ClientEventName>(
  t: Name,
  payload: ClientPayloads[Name],
  ts: number,
): string {
  return JSON.stringify(envelopeOf(t, payload, ts));
}

/** One client message; `ts` is rounded, since it has to be an integer. */
export function envelopeOf<Name extends ClientEventName>(
  t: Name,
  payload: ClientPayloads[Name],
  ts: number,
): SentEnvelope {
  // The signature has tied the payload to the name, which the type of a union cannot say.
  return { v: PROTOCOL_VERSION, t, ts: Math.round(ts), payload } as unknown as SentEnvelope;
}

/** The JSON in a message, undefined where it is none. */
export function parseText(message: string): unknown {
  try {
    return JSON.parse(message) as unknown;
  } catch {
    return undefined; // not JSON: refused as malformed
  }
}

function isServerEventName(name: string): name is ServerEventName {
  return Object.hasOwn(SERVER_CHECKS, name);
}

function refused(code: ErrorCode, event: string | null): Decoded {
  return { refusal: { code, event } };
}
