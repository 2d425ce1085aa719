"""Bytes in and out, which every socket adds to."""


class Traffic:
    """What went over the sockets of a process since it started.

    Attributes:
        bytes_in, bytes_out: payload bytes in, frame bytes out.
    """

    __slots__ = ("bytes_in", "bytes_out")

    def __init__(self) -> None:
        self.bytes_in = 0
        self.bytes_out = 0
