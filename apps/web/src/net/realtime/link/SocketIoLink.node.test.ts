/** What the link expects of socket.io-client itself, which its documentation does not promise. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { io } from "socket.io-client";
import { afterEach, expect, it } from "vitest";
import { FakeOwner } from "../../../testing/FakeOwner";
import { envelopeOf } from "../codec";
import { UNSENT_MAX_BYTES } from "../constants";
import { SocketIoLink, type ConnectIo } from "./SocketIoLink";

const HANDSHAKE = `0${JSON.stringify({
  sid: "of-the-session",
  upgrades: [],
  pingInterval: 20_000,
  pingTimeout: 20_000,
  maxPayload: 16_384,
})}`;
const LET_IN = '40{"sid":"of-the-socket"}';
const SEPARATOR = "\x1e";
const WEBSOCKET_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

let server: Server | null = null;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function listen(made: Server): Promise<string> {
  server = made;
  await once(made.listen(0, "127.0.0.1"), "listening");
  return `http://127.0.0.1:${(made.address() as AddressInfo).port}/socket.io/`;
}

/** Answers polls with these bodies, one after the other, and then no more. */
function pollServer(bodies: string[]): Server {
  return createServer((request, response: ServerResponse) => {
    if (request.method === "POST") {
      request.resume().on("end", () => response.end("ok"));
      return;
    }
    const body = bodies.shift();
    if (body !== undefined) response.end(body);
  });
}

function packet(t: string, payload: object): string {
  return `42${JSON.stringify([t, { v: 1, t, ts: 0, payload }])}`;
}

it("hands on everything that one body holds, the end with it", async () => {
  const act = { type: "kicked", reason: "Loud." };
  const words = [packet("moderation_action", act), packet("closing", { code: 4001, reason: "kicked" })];
  const url = await listen(pollServer([HANDSHAKE, LET_IN, [...words, "41", "1"].join(SEPARATOR)]));
  const owner = new FakeOwner();
  new SocketIoLink(url, () => Promise.resolve((origin, options) => io(origin, options)), owner);
  await owner.over;
  expect(owner.told).toEqual([
    "opened",
    { v: 1, t: "moderation_action", ts: 0, payload: act },
    { code: 4001, reason: "kicked" },
  ]);
});

it("tells of an end without a word that it was one", async () => {
  const url = await listen(pollServer([HANDSHAKE, LET_IN, "1"]));
  const owner = new FakeOwner();
  new SocketIoLink(url, () => Promise.resolve((origin, options) => io(origin, options)), owner);
  await owner.over;
  expect(owner.told).toEqual(["opened", { code: 1006, reason: "" }]);
});

it("sees what the WebSocket below holds back", async () => {
  const made = createServer();
  made.on("upgrade", ({ headers }, socket: Socket) => {
    accept(socket, String(headers["sec-websocket-key"]));
    socket.write(frame(HANDSHAKE) + frame(LET_IN), "latin1");
    socket.pause(); // reads nothing: the client's packets stay where they are
  });
  const url = await listen(made);
  const owner = new FakeOwner();
  const opened = new Promise<void>((resolve) => (owner.opened = resolve));
  const connect: ConnectIo = (origin, options) => io(origin, { ...options, transports: ["websocket"] });
  const link = new SocketIoLink(url, () => Promise.resolve(connect), owner);
  await opened;
  expect(link.unsentBytes).toBeLessThan(UNSENT_MAX_BYTES);
  const text = "x".repeat(1_000_000);
  for (let count = 0; count < 20; count++) {
    link.send(envelopeOf("local_chat", { roomId: "lobby", text, mode: "local" }, 0));
  }
  await new Promise((resolve) => setImmediate(resolve)); // by now Socket.IO's own queue is empty
  expect(link.unsentBytes).toBeGreaterThan(UNSENT_MAX_BYTES);
  link.close(false);
});

function accept(socket: Socket, key: string): void {
  const answer = createHash("sha1")
    .update(key + WEBSOCKET_GUID)
    .digest("base64");
  const head = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"];
  socket.write([...head, `Sec-WebSocket-Accept: ${answer}`, "", ""].join("\r\n"));
}

/** A text message of under 126 characters, all ASCII. */
function frame(text: string): string {
  return `\x81${String.fromCharCode(text.length)}${text}`;
}
