import { TransformSender } from "../../src/motion/TransformSender";
import { LOBBY_ID } from "../../src/net/realtime/constants";
import { Mover } from "../Mover";
import { Leg, type NetworkPlan } from "../network";
import type { Random } from "../random";
import { nowMs, type Guest } from "./Guest";

const FRAME_MS = 1000 / 60;

/** A mover in the real room, behind a slow uplink. */
export class RecordedMover {
  readonly mover: Mover;
  /** When each transform was handed to the uplink. */
  readonly sentMs: number[] = [];
  readonly #guest: Guest;
  readonly #uplink: Leg;
  readonly #sender = new TransformSender();
  #seq = 0;
  #frameMs = nowMs();

  constructor(guest: Guest, network: NetworkPlan, random: Random) {
    this.#guest = guest;
    this.#uplink = new Leg(network, random);
    this.mover = new Mover(random);
  }

  get userId(): string {
    return this.#guest.userId;
  }

  /** Play until then, at 60 frames a second, as well as timers can. */
  async play(untilMs: number): Promise<void> {
    for (let dueMs = nowMs(); dueMs < untilMs; dueMs += FRAME_MS) {
      await new Promise((resolve) => setTimeout(resolve, dueMs - nowMs()));
      const frameMs = nowMs();
      this.mover.step(frameMs, (frameMs - this.#frameMs) / 1000);
      this.#frameMs = frameMs;
      this.#send(frameMs);
    }
    this.#guest.leave();
  }

  #send(frameMs: number): void {
    const transform = this.#sender.update(frameMs, this.mover.motion.pose, false);
    if (transform === null) return;
    const payload = { roomId: LOBBY_ID, seq: this.#seq, ...transform };
    this.#seq += 1;
    this.sentMs.push(frameMs);
    const waitMs = this.#uplink.deliver(frameMs) - frameMs;
    // Timers of Node with rising due times fire in their order.
    if (waitMs < 1) this.#guest.send("avatar_transform", payload, frameMs);
    else setTimeout(() => this.#guest.send("avatar_transform", payload, frameMs), waitMs);
  }
}
