import { describe, expect, it } from "vitest";
import { readConfig, roomLink } from "./config";

describe("readConfig", () => {
  it("leads into the lobby", () => {
    expect(readConfig("/", "")).toMatchObject({ roomId: "lobby", isRoomIdGood: true, isDebug: false });
  });

  it("reads the room of a link, with and without a slash at its end", () => {
    expect(readConfig("/r/quiz-night_1", "").roomId).toBe("quiz-night_1");
    expect(readConfig("/r/quiz-night_1/", "").roomId).toBe("quiz-night_1");
  });

  it.each(["/r", "/r/", "/r/lobby.", "/r/a b", "/r/%3Cb%3E", `/r/${"x".repeat(65)}`])(
    "says that %s is no room",
    (path) => {
      expect(readConfig(path, "").isRoomIdGood).toBe(false);
    },
  );

  it("reads what is asked of the provider and of debugging", () => {
    expect(readConfig("/", "?realtime=ws&debug")).toMatchObject({ provider: "ws", isDebug: true });
    expect(readConfig("/", "?realtime=sim").provider).toBe("sim");
  });

  it("reads the room of the map from its query", () => {
    expect(readConfig("/map", "")).toMatchObject({ roomId: "lobby", isRoomIdGood: true });
    expect(readConfig("/map", "?room=snug&debug")).toMatchObject({ roomId: "snug", isDebug: true });
    expect(readConfig("/map", "?room=a%20b")).toMatchObject({ roomId: "lobby", isRoomIdGood: false });
    expect(readConfig("/", "?room=snug").roomId).toBe("lobby");
  });

  it("knows the lobby in the same way of drawing", () => {
    expect(readConfig("/r/snug", "?debug").lobbyHref).toBe("/?debug");
    expect(readConfig("/map", "?room=snug&debug").lobbyHref).toBe("/map?debug=");
    expect(readConfig("/map", "?room=snug").lobbyHref).toBe("/map");
  });

  it("gives a link that leads back", () => {
    const link = roomLink("https://bar.example", "snug");
    expect(readConfig(new URL(link).pathname, "").roomId).toBe("snug");
  });
});
