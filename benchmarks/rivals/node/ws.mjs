// The `ws` package on Node as its documentation broadcasts: a send to each open member per event.
//
//     node ws.mjs PORT
//
// permessage-deflate is off, as it is by default.

import process from "node:process";
import { WebSocket, WebSocketServer } from "ws";

const rooms = new Map();
const encode = (t, ts, payload) => JSON.stringify({ v: 1, t, ts, payload });

function join(socket, { roomId, user }) {
  const members = rooms.get(roomId) ?? new Set();
  rooms.set(roomId, members.add(socket));
  socket.on("close", () => members.delete(socket));
  const now = Date.now();
  socket.send(encode("room_state", now, { roomId, serverTimeMs: now, members: [] }));
  return { members, userId: user.userId };
}

const server = new WebSocketServer({ host: "127.0.0.1", port: Number(process.argv[2]) });
server.on("connection", (socket) => {
  let joined;
  socket.on("message", (data) => {
    const { t, ts, payload } = JSON.parse(data);
    if (t === "join_room") {
      joined = join(socket, payload);
      return;
    }
    const { roomId: _, ...transform } = payload;
    const text = encode("avatar_transform_broadcast", ts, { userId: joined.userId, ...transform });
    for (const member of joined.members)
      if (member.readyState === WebSocket.OPEN) member.send(text);
  });
});

process.on("SIGTERM", () => process.exit(0));
