/** What a session takes in and gives out, and the steps that the six states of §9 hide. */
import type { Addresses } from "../link/Link";
import type { ClientEventName, ClientPayloads, ConnectionState, ServerEventEnvelope } from "../types";
import type { TicketResult } from "./tickets";

export type Step =
  | "idle"
  /** `POST /rooms/join` is under way. */
  | "ticket"
  /** The socket is being opened. */
  | "socket"
  /** `join_room` was sent. */
  | "answer"
  /** Refused; the socket is open, and the next try waits for its time. */
  | "pause"
  /** Refused; the socket is open, and a fresh ticket was asked for. */
  | "reticket"
  | "joined"
  /** No socket, and the next try waits for its time. */
  | "wait"
  | "closed";

const FIRST_STATES: Readonly<Record<Step, ConnectionState>> = {
  idle: "idle",
  ticket: "connecting",
  socket: "connecting",
  wait: "connecting",
  answer: "joining",
  pause: "joining",
  reticket: "joining",
  joined: "joined",
  closed: "closed",
};

/** The state that a step belongs to; on the way back to a room it is `reconnecting`. */
export function stateOf(step: Step, wasJoined: boolean): ConnectionState {
  if (step === "idle" || step === "joined" || step === "closed") return step;
  return wasJoined ? "reconnecting" : FIRST_STATES[step];
}

/** The steps in which a socket is opening or open. */
export const SOCKET_STEPS: ReadonlySet<Step> = new Set<Step>([
  "socket",
  "answer",
  "pause",
  "reticket",
  "joined",
]);

export type Input =
  | { readonly type: "start" }
  | TicketResult
  | { readonly type: "opened" }
  | { readonly type: "received"; readonly event: ServerEventEnvelope }
  /** 1006 where it could not even be opened. */
  | { readonly type: "socketClosed"; readonly code: number; readonly reason: string }
  | { readonly type: "timer" }
  | { readonly type: "visibility"; readonly visible: boolean }
  /** Somebody wants it now, or the network is said to be back. */
  | { readonly type: "nudge" }
  | { readonly type: "stop" };

/** By far the most of them. */
export function isTransform(input: Input): boolean {
  return input.type === "received" && input.event.t === "avatar_transform_broadcast";
}

/** One client event, of any name. */
export type Sent = {
  readonly [Name in ClientEventName]: {
    readonly type: "send";
    readonly t: Name;
    readonly payload: ClientPayloads[Name];
  };
}[ClientEventName];

export type Command =
  | { readonly type: "requestTicket" }
  | { readonly type: "abandonTicket" }
  | { readonly type: "forgetIdentity" }
  | { readonly type: "openSocket"; readonly addresses: Addresses }
  /** A leave (1000), or as good as lost: the place is kept (§4). */
  | { readonly type: "closeSocket"; readonly leaves: boolean }
  | { readonly type: "deliver"; readonly event: ServerEventEnvelope }
  | Sent;
