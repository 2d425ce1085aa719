/**
 * A floor plan as its file has it; src/virtubar/venue/types.py says what each part means. Metres,
 * x to the right, z toward the door; radians about +y, 0 facing +z.
 */

/** A place on the ground. */
export interface Point {
  readonly x: number;
  readonly z: number;
}

/** A place to be, and where one looks from it. */
export interface Stand extends Point {
  readonly rotY: number;
}

/** A box that stands on the floor. */
export interface Block {
  readonly minX: number;
  readonly maxX: number;
  readonly minZ: number;
  readonly maxZ: number;
  readonly heightM: number;
}

export interface VenueSeat extends Stand {
  readonly id: string;
  readonly kind: string;
  /** The cushion's height. */
  readonly heightM: number;
  /** Where one stands who sits down there; the seat's own place where it is not said. */
  readonly approach?: Point;
}

export interface Venue {
  readonly venueId: string;
  readonly title: string;
  readonly size: { readonly halfWidthM: number; readonly halfDepthM: number; readonly ceilingM: number };
  readonly porch: { readonly halfWidthM: number; readonly depthM: number; readonly ceilingM: number };
  readonly door: Point;
  readonly spawns: readonly Stand[];
  readonly counter: Block;
  readonly shelf: Block;
  readonly staff: readonly Stand[];
  readonly tables: {
    readonly radiusM: number;
    readonly heightM: number;
    readonly places: readonly Point[];
  };
  readonly seats: readonly VenueSeat[];
  readonly danceFloor: Point & { readonly radiusM: number; readonly spots: readonly Stand[] };
  readonly plants: {
    readonly halfSizeM: number;
    readonly heightM: number;
    readonly places: readonly Point[];
  };
  readonly furniture: readonly (Block & { readonly kind: string })[];
}
