import { describe, expect, it } from "vitest";
import type { ActRequest } from "../api/moderation";
import type { ServerEventEnvelope } from "../net/realtime/types";
import { ManualEnvironment } from "../testing/ManualEnvironment";
import { ActLedger, ANSWER_MS } from "./ActLedger";

const KICK: ActRequest = { action: "kick", userId: "ada", reason: "", durationSeconds: null, scope: "room" };

function done(userId: string, action: ActRequest["action"] = "kick"): ServerEventEnvelope {
  return { t: "moderation_done", ts: 1, payload: { action, userId, scope: "room", untilMs: 7 } };
}

function refused(event: string, code = "forbidden"): ServerEventEnvelope {
  return { t: "error", ts: 1, payload: { code, message: "No.", event } };
}

function open() {
  const clock = new ManualEnvironment();
  return { clock, ledger: new ActLedger((delayMs, act) => clock.after(delayMs, act)) };
}

describe("ActLedger", () => {
  it("gives every act its own answer, in whichever order they come", async () => {
    const { ledger } = open();
    const ada = ledger.wait(KICK);
    const grace = ledger.wait({ ...KICK, userId: "grace" });
    ledger.handle(done("grace"));
    ledger.handle(done("ada"));
    await expect(ada).resolves.toMatchObject({ userId: "ada", untilMs: 7 });
    await expect(grace).resolves.toMatchObject({ userId: "grace" });
  });

  it("takes a refusal for the oldest, and only one of `moderate`", async () => {
    const { ledger } = open();
    const first = ledger.wait(KICK);
    const second = ledger.wait({ ...KICK, userId: "grace" });
    ledger.handle(refused("local_chat"));
    ledger.handle(refused("moderate", "not_stored"));
    await expect(first).rejects.toMatchObject({ code: "not_stored" });
    ledger.handle(done("grace"));
    await expect(second).resolves.toMatchObject({ userId: "grace" });
  });

  it("does not wait for ever", async () => {
    const { clock, ledger } = open();
    const waiting = ledger.wait(KICK);
    clock.pass(ANSWER_MS);
    await expect(waiting).rejects.toMatchObject({ code: "no_answer" });
    // Too late: nobody waits for it any more.
    ledger.handle(done("ada"));
  });

  it("passes over what nobody here asked for", async () => {
    const { ledger } = open();
    const waiting = ledger.wait(KICK);
    ledger.handle(done("ada", "ban"));
    ledger.handle(done("ada"));
    await expect(waiting).resolves.toMatchObject({ action: "kick" });
  });
});
