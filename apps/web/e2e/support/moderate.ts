import type { Page } from "@playwright/test";
import type { BarServer } from "./BarServer";

const MODERATOR_ID = "mod-barkeeper";

/** What a moderator does to somebody (§7). */
export interface Act {
  readonly action: "kick" | "ban" | "mute" | "unmute" | "unban";
  readonly userId: string;
  readonly reason?: string;
  readonly durationSeconds?: number;
}

/**
 * Has a moderator come in over a socket of their own, do it, and leave.
 *
 * @param page any page of the server: its origin may open sockets.
 */
export async function moderate(server: BarServer, page: Page, act: Act): Promise<void> {
  const realtimeToken = await server.token({ userId: MODERATOR_ID, role: "moderator" });
  await page.evaluate(
    async ({ userId, realtimeToken, act }) => {
      const socket = new WebSocket(`${location.origin.replace("http", "ws")}/ws`);
      const send = (t: string, payload: object): void =>
        socket.send(JSON.stringify({ v: 1, t, ts: Date.now(), payload }));
      const answer = (wanted: string): Promise<void> =>
        new Promise((resolve, reject) => {
          socket.addEventListener("close", () => reject(new Error("The socket was closed.")));
          socket.addEventListener("message", ({ data }) => {
            const { t, payload } = JSON.parse(String(data)) as { t: string; payload: unknown };
            if (t === wanted) resolve();
            else if (t === "error" || t === "auth_error") reject(new Error(JSON.stringify(payload)));
          });
        });
      await new Promise((resolve) => socket.addEventListener("open", resolve));
      const joined = answer("session");
      const user = { userId, displayName: "The barkeeper", avatarId: "default" };
      send("join_room", { roomId: "lobby", user, realtimeToken });
      await joined;
      // Answered in order: by then the act was carried out, or refused.
      const done = answer("heartbeat_ack");
      send("moderate", act);
      send("heartbeat", { roomId: "lobby", clientTimeMs: Date.now(), lastSeq: -1 });
      await done;
      socket.close(1000);
    },
    { userId: MODERATOR_ID, realtimeToken, act },
  );
}
