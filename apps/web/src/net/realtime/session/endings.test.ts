import { describe, expect, it } from "vitest";
import { AuthCode } from "../constants";
import { failureOfRefusal, isFinalAuthCode } from "./endings";

const FINAL: readonly string[] = [
  AuthCode.BANNED,
  AuthCode.KICKED,
  AuthCode.ROOM_NOT_FOUND,
  AuthCode.ROOM_LOCKED,
  AuthCode.NOT_ALLOWED,
  AuthCode.SIGN_IN_REQUIRED,
  AuthCode.REPLACED,
];

describe("isFinalAuthCode", () => {
  it.each(Object.values(AuthCode))("knows whether %s ends it", (code) => {
    expect(isFinalAuthCode(code, true)).toBe(FINAL.includes(code));
  });

  it("takes a full room for the end only before one was in it", () => {
    expect(isFinalAuthCode(AuthCode.ROOM_FULL, false)).toBe(true);
    expect(isFinalAuthCode(AuthCode.ROOM_FULL, true)).toBe(false);
  });
});

describe("failureOfRefusal", () => {
  it("keeps until when, why and from where one is kept out, for good too", () => {
    const refusal = { status: 403, code: "banned", message: "No.", retryAfterMs: null };
    expect(failureOfRefusal({ ...refusal, untilMs: null, reason: "Watches.", scope: "server" })).toEqual({
      code: "banned",
      message: "No.",
      untilMs: null,
      reason: "Watches.",
      scope: "server",
    });
    expect(failureOfRefusal({ ...refusal, retryAfterMs: 5 })).toEqual({
      code: "banned",
      message: "No.",
      retryAfterMs: 5,
    });
  });
});
