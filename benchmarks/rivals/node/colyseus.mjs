// Colyseus as its documentation advises: a room's state is a map of players, moves are messages that
// change it, and every 50 ms each client gets a patch of what has changed.
//
//     node colyseus.mjs PORT
//
// The load generator reads these fields in this order (native/colyseus.c).

import process from "node:process";
import { Room, Server } from "@colyseus/core";
import { schema, t } from "@colyseus/schema";
import { WebSocketTransport } from "@colyseus/ws-transport";

const Player = schema(
  {
    seq: t.uint32(),
    x: t.float32(),
    y: t.float32(),
    z: t.float32(),
    rotY: t.float32(),
    anim: t.string(),
    speaking: t.boolean(),
  },
  "Player",
);
const State = schema({ players: t.map(Player) }, "State");
const ENTERING = { seq: 0, x: 0, y: 0, z: 0, rotY: 0, anim: "idle", speaking: false };

class Bar extends Room {
  patchRate = 50;
  maxClients = 2000;
  seatReservationTimeout = 120; // the generator takes all seats first, and sits down then
  state = new State();

  onCreate() {
    this.onMessage("move", (client, move) => {
      const player = this.state.players.get(client.sessionId);
      player.seq = move.seq;
      player.x = move.x;
      player.y = move.y;
      player.z = move.z;
      player.rotY = move.rotY;
      player.anim = move.anim;
      player.speaking = move.speaking;
    });
  }

  onJoin(client) {
    this.state.players.set(client.sessionId, new Player().assign(ENTERING));
  }

  onLeave(client) {
    this.state.players.delete(client.sessionId);
  }
}

const server = new Server({
  greet: false,
  gracefullyShutdown: false,
  transport: new WebSocketTransport(),
});
server.define("bar", Bar).filterBy(["bar"]);
await server.listen(Number(process.argv[2]), "127.0.0.1");

process.on("SIGTERM", () => process.exit(0));
