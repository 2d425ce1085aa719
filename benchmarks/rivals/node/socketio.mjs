// Socket.IO on Node as its documentation advises: a room for each room, an emit to it per event.
//
//     node socketio.mjs PORT
//
// permessage-deflate is off, as it is by default.

import process from "node:process";
import { Server } from "socket.io";

const io = new Server(Number(process.argv[2]));
const envelope = (t, ts, payload) => ({ v: 1, t, ts, payload });

io.on("connection", (socket) => {
  let userId = "";
  socket.on("join_room", ({ payload }) => {
    const { roomId, user } = payload;
    userId = user.userId;
    const now = Date.now();
    const state = { roomId, serverTimeMs: now, members: [] };
    socket.emit("room_state", envelope("room_state", now, state));
    socket.join(roomId);
  });
  socket.on("avatar_transform", ({ ts, payload }) => {
    const { roomId, ...transform } = payload;
    const name = "avatar_transform_broadcast";
    io.to(roomId).emit(name, envelope(name, ts, { userId, ...transform }));
  });
});

process.on("SIGTERM", () => process.exit(0));
