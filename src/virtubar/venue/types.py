"""A floor plan as its file has it. Pure.

Metres on the ground plane, x to the right and z toward the door; headings in radians about +y, 0
facing +z.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

FORMAT: Literal[1] = 1
"""Files of another format are refused: what they say would be read wrongly."""
FILE_MAX_BYTES = 1_000_000
"""A plan is read whole; a thousand seats are a tenth of it. Larger ones are refused."""

Coordinate = Annotated[float, Meta(ge=-500, le=500)]
"""Metres: as far out as the protocol lets anybody be (§5)."""
Length = Annotated[float, Meta(gt=0, le=500)]
Heading = Annotated[float, Meta(ge=-3.15, le=3.15)]
Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}(?![\s\S])")]
"""As ids of rooms and seats; `$` would let a newline follow in Python."""
Height = Annotated[float, Meta(ge=0, le=100)]
SeatKind = Literal["table", "counter", "bench"]
FurnitureKind = Literal["bench", "booth", "jukebox"]


class Plan(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What every part of a file is: a field that nobody knows is a slip of the pen, and refused."""


class Place(Plan, frozen=True):
    """A place on the ground."""

    x: Coordinate
    z: Coordinate


class Stand(Place, frozen=True):
    """A place to be, and where one looks from it."""

    rot_y: Heading


class Size(Plan, frozen=True):
    """The room, its middle at the origin."""

    half_width_m: Length
    half_depth_m: Length
    ceiling_m: Length


class Porch(Plan, frozen=True):
    """What is behind the doorway in the middle of the front wall."""

    half_width_m: Length
    depth_m: Length
    ceiling_m: Length


class Block(Plan, frozen=True):
    """A box that stands on the floor."""

    min_x: Coordinate
    max_x: Coordinate
    min_z: Coordinate
    max_z: Coordinate
    height_m: Height


class Furniture(Block, frozen=True, kw_only=True):
    """A piece of a kind that clients know how to draw."""

    kind: FurnitureKind


class Tables(Plan, frozen=True):
    """Round tables, all alike."""

    radius_m: Length
    height_m: Length
    places: tuple[Place, ...]


class Plants(Plan, frozen=True):
    """Plants in square tubs, all alike; those at a wall leave no gap behind them."""

    half_size_m: Length
    height_m: Length
    places: tuple[Place, ...]


class Seat(Stand, frozen=True, kw_only=True):
    """A place to sit.

    Attributes:
        id: as the protocol names it (§11).
        height_m: of the cushion.
        approach: where one stands who sits down there; None is the seat's own place.
    """

    id: Id
    kind: SeatKind
    height_m: Height
    approach: Place | None = None


class DanceFloor(Place, frozen=True):
    """A round area, and where one dances on it."""

    radius_m: Length
    spots: tuple[Stand, ...]


class Venue(Plan, frozen=True):
    """One floor plan.

    Attributes:
        door: where one stands who goes in and out.
        spawns: where people come in, the first first; it starts over after the last.
        counter: its top; what is between it and the wall behind is the staff's.
        shelf: what stands at the wall behind the counter.
        staff: where those stand who work behind the counter.
    """

    format: Literal[1]
    venue_id: Id
    title: Annotated[str, Meta(min_length=1, max_length=64)]
    size: Size
    porch: Porch
    door: Place
    spawns: Annotated[tuple[Stand, ...], Meta(min_length=1)]
    counter: Block
    shelf: Block
    staff: tuple[Stand, ...]
    tables: Tables
    seats: tuple[Seat, ...]
    dance_floor: DanceFloor
    plants: Plants
    furniture: tuple[Furniture, ...]
