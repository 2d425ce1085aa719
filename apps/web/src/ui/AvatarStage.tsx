import { useEffect, useRef, useState } from "preact/hooks";
import { AvatarFigure } from "./AvatarFigure";
import type { AvatarPreview, DoorModel } from "./DoorModel";

interface AvatarStageProps {
  readonly avatarId: string;
  readonly preview: DoorModel["preview"];
}

/** The chosen look from all sides; flat until that is loaded, and where it cannot be drawn. */
export function AvatarStage({ avatarId, preview }: AvatarStageProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const chosen = useRef(avatarId);
  const [turntable, setTurntable] = useState<AvatarPreview | null>(null);
  chosen.current = avatarId;
  useEffect(() => {
    let opened: AvatarPreview | null = null;
    let isGone = false;
    const cancel = whenIdle(() => {
      if (canvas.current === null) return;
      void preview(canvas.current, chosen.current).then((made) => {
        opened = made;
        if (isGone) made?.dispose();
        else setTurntable(made);
      });
    });
    return () => {
      isGone = true;
      cancel();
      opened?.dispose();
    };
    // Opened once: a door keeps its model, and gives a new function for it with every drawing.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  useEffect(() => turntable?.show(avatarId), [turntable, avatarId]);
  return (
    <>
      <canvas ref={canvas} class="picker-canvas" aria-hidden="true" data-drawn={turntable !== null} />
      {turntable === null && (
        <span key={avatarId} class="picker-figure">
          <AvatarFigure avatarId={avatarId} />
        </span>
      )}
    </>
  );
}

/** Once the page has nothing better to do; Safari cannot tell, and gets a moment. */
function whenIdle(act: () => void): () => void {
  if (!("requestIdleCallback" in window)) {
    const timer = setTimeout(act, 300);
    return () => clearTimeout(timer);
  }
  const request = window.requestIdleCallback(act);
  return () => window.cancelIdleCallback(request);
}
