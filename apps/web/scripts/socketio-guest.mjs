// A Socket.IO client that the Python tests lead by the hand: commands come in on standard input,
// what happens goes out on standard output, one JSON value a line.
// Usage: node socketio-guest.mjs URL OPTIONS

import process from "node:process";
import { createInterface } from "node:readline";
import { io } from "socket.io-client";

const [url, options] = process.argv.slice(2);
const tell = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
const socket = io(url, JSON.parse(options));

socket.on("connect", () => tell({ connected: socket.io.engine.transport.name }));
socket.io.on("open", () => {
  socket.io.engine.on("upgrade", (transport) => tell({ upgraded: transport.name }));
});
socket.on("connect_error", (error) => tell({ refused: error.message }));
socket.on("disconnect", (reason) => tell({ disconnected: reason }));
socket.onAny((name, ...args) => tell({ name, args }));

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const { emit, disconnect } = JSON.parse(line);
    if (emit !== undefined) {
      socket.emit(...emit);
    }
    if (disconnect === true) {
      socket.disconnect();
    }
  })
  .on("close", () => process.exit(0));
