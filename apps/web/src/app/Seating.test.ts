import { describe, expect, it } from "vitest";
import type { ServerEventEnvelope } from "../net/realtime/types";
import { Seating } from "./Seating";

function seats(...taken: [string, string][]): ServerEventEnvelope {
  return { t: "seats", ts: 0, payload: { taken } };
}

function changed(seatId: string | null, userId = "ada"): ServerEventEnvelope {
  return { t: "seat_changed", ts: 0, payload: { userId, seatId } };
}

function refused(event = "seat"): ServerEventEnvelope {
  return { t: "error", ts: 0, payload: { code: "seat_taken", message: "No.", event } };
}

function open() {
  const sent: (string | null)[] = [];
  const seating = new Seating((seatId) => sent.push(seatId));
  const handle = (event: ServerEventEnvelope) => seating.handle(event, "ada");
  return { seating, sent, handle };
}

describe("Seating", () => {
  it("asks once for what is wanted, and has it when the server says so", () => {
    const { seating, sent, handle } = open();
    seating.want("stool");
    seating.want("stool");
    expect(sent).toEqual(["stool"]);
    expect(seating.held).toBeNull();
    expect(handle(changed("stool", "grace"))).toBeNull();
    expect(seating.held).toBeNull();
    expect(handle(changed("stool"))).toBeNull();
    expect(seating.held).toBe("stool");
    seating.want("stool");
    expect(sent).toEqual(["stool"]);
  });

  it("has a seat no more as soon as it is given up", () => {
    const { seating, sent, handle } = open();
    handle(seats(["stool", "ada"]));
    seating.want(null);
    expect(sent).toEqual([null]);
    expect(seating.held).toBeNull();
    expect(handle(changed(null))).toBeNull();
    seating.want("stool");
    expect(sent).toEqual([null, "stool"]);
  });

  it("asks the next question when the last one is answered", () => {
    const { seating, sent, handle } = open();
    seating.want("stool");
    seating.want("chair");
    expect(sent).toEqual(["stool"]);
    handle(changed("stool"));
    seating.want("chair");
    expect(sent).toEqual(["stool", "chair"]);
  });

  it("says which seat was refused, and takes no other refusal for one", () => {
    const { seating, handle } = open();
    seating.want("stool");
    expect(handle(refused("emote"))).toBeNull();
    expect(handle(refused())).toBe("stool");
    expect(seating.held).toBeNull();
  });

  it("says which seat is lost that was not given up", () => {
    const { seating, handle } = open();
    handle(seats(["chair", "grace"], ["stool", "ada"]));
    expect(handle(changed(null))).toBe("stool");
    expect(seating.held).toBeNull();
  });

  it("waits on for the seat that was asked for while another is freed", () => {
    const { seating, sent, handle } = open();
    handle(seats(["stool", "ada"]));
    seating.want("chair");
    handle(changed(null));
    seating.want("chair");
    expect(sent).toEqual(["chair"]);
    handle(changed("chair"));
    expect(seating.held).toBe("chair");
  });

  it("begins anew with another connection", () => {
    const { seating, sent, handle } = open();
    seating.want("stool");
    handle(seats());
    expect(seating.held).toBeNull();
    seating.want("stool");
    expect(sent).toEqual(["stool", "stool"]);
  });
});
