import { describe, expect, it } from "vitest";
import type { ServerEventEnvelope } from "../net/realtime/types";
import { ManualEnvironment } from "../testing/ManualEnvironment";
import { ActLedger, ANSWER_MS } from "./ActLedger";

const KICK = { action: "kick", userId: "ada", scope: "room", untilMs: 7 } as const;

function done(requestId?: string): ServerEventEnvelope {
  const payload = requestId === undefined ? KICK : { ...KICK, requestId };
  return { t: "moderation_done", ts: 1, payload };
}

function refused(requestId: string | undefined, code = "forbidden", event = "moderate"): ServerEventEnvelope {
  const payload = { code, message: "No.", event, ...(requestId !== undefined && { requestId }) };
  return { t: "error", ts: 1, payload };
}

function start() {
  const clock = new ManualEnvironment();
  return { clock, ledger: new ActLedger((delayMs, act) => clock.after(delayMs, act)) };
}

describe("ActLedger", () => {
  it("gives every act its own answer, in whichever order they come", async () => {
    const { ledger } = start();
    const [first, second, third] = [ledger.open(), ledger.open(), ledger.open()];
    ledger.handle(refused(third.requestId, "not_stored"));
    ledger.handle(done(second.requestId));
    ledger.handle(refused(first.requestId));
    await expect(first.answer).rejects.toMatchObject({ code: "forbidden" });
    await expect(second.answer).resolves.toEqual(KICK);
    await expect(third.answer).rejects.toMatchObject({ code: "not_stored" });
  });

  it("tells two acts apart that are the same", async () => {
    const { ledger } = start();
    const [first, second] = [ledger.open(), ledger.open()];
    ledger.handle(refused(second.requestId));
    ledger.handle(done(first.requestId));
    await expect(second.answer).rejects.toMatchObject({ code: "forbidden" });
    await expect(first.answer).resolves.toEqual(KICK);
  });

  it("does not wait for ever", async () => {
    const { clock, ledger } = start();
    const { requestId, answer } = ledger.open();
    clock.pass(ANSWER_MS);
    await expect(answer).rejects.toMatchObject({ code: "no_answer" });
    // Too late: nobody waits for it any more.
    ledger.handle(done(requestId));
  });

  it("passes over what nobody here asked for, and what is about something else", async () => {
    const { ledger } = start();
    const { requestId, answer } = ledger.open();
    ledger.handle(done());
    ledger.handle(done("another"));
    ledger.handle(refused(undefined));
    ledger.handle(refused(requestId, "muted", "local_chat"));
    ledger.handle(done(requestId));
    await expect(answer).resolves.toEqual(KICK);
  });
});
