import { useEffect, useRef } from "preact/hooks";

/** Whether a component is still there, for what comes back after a while. */
export function useIsOpen(): { readonly current: boolean } {
  const isOpen = useRef(true);
  useEffect(() => {
    isOpen.current = true;
    return () => {
      isOpen.current = false;
    };
  }, []);
  return isOpen;
}
