import type { RoomInfo } from "../api/requests";
import { Role } from "../net/realtime/constants";
import type { RoomIntro } from "../ui/DoorModel";

type Closed = Extract<RoomIntro, { type: "known" }>["closed"];
type Rules = Pick<RoomInfo, "locked" | "allowedRoles" | "memberCount" | "capacity">;

/**
 * Why a stranger would not be let in; what lasts longest first.
 *
 * @param isVouched whether somebody else says who the person is: what their role is, only the server
 *   knows.
 */
export function closedBecause(
  { locked, allowedRoles, memberCount, capacity }: Rules,
  isVouched: boolean,
): Closed {
  if (locked) return "locked";
  if (!isVouched && allowedRoles !== null && !allowedRoles.includes(Role.GUEST)) return "members";
  return memberCount >= capacity ? "full" : null;
}
