/**
 * A crowd that walks in circles at 15 Hz and does not look: `node scripts/run.mjs
 * bench/recording/crowd.ts URL COUNT`. It says "ready" when all are in, and goes when its input ends.
 *
 * In a process of its own, and with sockets that throw away what they hear, so that it disturbs the
 * server and nothing else.
 */
import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import { joinRoom, type JoinAnswer } from "../../src/api/requests";
import { encodeClient } from "../../src/net/realtime/codec";
import { LOBBY_ID, SEND_RATE_HZ, type ClientEventName } from "../../src/net/realtime/constants";
import type { ClientPayloads } from "../../src/net/realtime/types";

const INTERVAL_MS = 1000 / SEND_RATE_HZ;
const RADIUS_M = 3;
const SPEED_MPS = 2;

/** One masked text message (RFC 6455 §5.2); the mask is nought, which changes nothing. */
function frame(text: string): Buffer {
  const payload = Buffer.from(text);
  const head = payload.length < 126 ? 2 : 4;
  const bytes = Buffer.alloc(head + 4 + payload.length);
  bytes[0] = 0x81;
  bytes[1] = 0x80 | (head === 2 ? payload.length : 126);
  if (head === 4) bytes.writeUInt16BE(payload.length, 2);
  payload.copy(bytes, head + 4);
  return bytes;
}

function send<Name extends ClientEventName>(socket: Socket, t: Name, payload: ClientPayloads[Name]): void {
  socket.write(frame(encodeClient(t, payload, Date.now())));
}

async function enter(url: string, index: number): Promise<Socket> {
  const reach: typeof fetch = (path, init) => fetch(new URL(path as string, url), init);
  const request = { roomId: LOBBY_ID, displayName: `Crowd ${index}`, device: "desktop" } as const;
  const ticket = await joinRoom(reach, request, null, new AbortController().signal);
  const socket = await upgrade(new URL(ticket.realtimeUrl));
  join(socket, ticket);
  socket.resume();
  return socket;
}

async function upgrade(url: URL): Promise<Socket> {
  const socket = connect(Number(url.port), url.hostname);
  socket.setNoDelay(true);
  socket.write(
    `GET ${url.pathname} HTTP/1.1\r\nHost: ${url.host}\r\nUpgrade: websocket\r\n` +
      `Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
      `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\n\r\n`,
  );
  const answer = await new Promise<Buffer>((resolve, reject) => {
    socket.once("data", resolve);
    socket.once("error", reject);
  });
  if (!answer.toString("latin1").startsWith("HTTP/1.1 101")) throw new Error(answer.toString());
  return socket;
}

function join(socket: Socket, { userId, realtimeToken }: JoinAnswer): void {
  const user = { userId, displayName: "Crowd", avatarId: "default" };
  send(socket, "join_room", { roomId: LOBBY_ID, user, realtimeToken });
}

function walk(socket: Socket, index: number): void {
  let seq = 0;
  const step = (): void => {
    const angle = index + ((SPEED_MPS / RADIUS_M) * seq * INTERVAL_MS) / 1000;
    const place = { x: RADIUS_M * Math.sin(angle), y: 0, z: RADIUS_M * Math.cos(angle) };
    const pose = { rotY: angle + Math.PI / 2, anim: "walk", speaking: false } as const;
    send(socket, "avatar_transform", { roomId: LOBBY_ID, seq, ...place, ...pose });
    seq += 1;
  };
  setTimeout(() => setInterval(step, INTERVAL_MS), INTERVAL_MS * ((index * 0.618) % 1));
}

const [url, count] = process.argv.slice(2);
if (url === undefined || count === undefined) throw new Error("Say where, and how many.");
for (let index = 0; index < Number(count); index++) walk(await enter(url, index), index);
console.log("ready");
process.stdin.on("end", () => process.exit(0)).resume();
