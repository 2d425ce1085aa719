import type { ScreenRouter } from "./ScreenRouter";

/** What tests ask of a page: where everybody is drawn, and what is known of the connection. */
export interface DebugState {
  members(): readonly DebugMember[];
  me(): DebugMember | null;
  /** Where the view goes, radians about +y. */
  viewYaw(): number;
  status(): unknown;
  stats(): unknown;
  chat(): unknown;
}

export interface DebugMember {
  readonly userId: string;
  readonly displayName: string;
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly rotY: number;
  readonly anim: string;
  readonly speaking: boolean;
  readonly isMe: boolean;
}

declare global {
  interface Window {
    __virtubar?: DebugState;
  }
}

/** Shows state at `window.__virtubar`; nothing can be done with it. */
export function exposeDebug(router: ScreenRouter): void {
  const members = (): DebugMember[] => {
    const { visit } = router;
    if (visit === null) return [];
    const me = visit.room.value.me;
    return [...visit.play.drawn.values()].map(({ member, pose: { x, y, z, rotY, anim } }) => {
      const { userId, displayName, speaking } = member;
      return { userId, displayName, speaking, x, y, z, rotY, anim, isMe: userId === me };
    });
  };
  window.__virtubar = {
    members,
    me: () => members().find(({ isMe }) => isMe) ?? null,
    viewYaw: () => router.visit?.play.viewYaw ?? Math.PI,
    status: () => router.visit?.status.value ?? { state: "idle" },
    stats: () => router.visit?.stats() ?? null,
    chat: () => router.visit?.room.value.chat ?? [],
  };
}
