import type { Drawing } from "./BarWorld";

/** From above, and without a graphics card: nothing of the room in three dimensions is fetched. */
export const MAP_DRAWING: Drawing = {
  loadWorld: async (load) => {
    const { MapWorld } = await load(() => import("../map/MapWorld"));
    return (canvas, options) => new MapWorld(canvas, options);
  },
  preview: () => Promise.resolve(null),
  mapPath: null,
};
