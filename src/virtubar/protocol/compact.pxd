cimport cython
from libc.math cimport llrint as round

cpdef bint fits(event, long long ts)
cpdef list pack_moves(list moves)
@cython.locals(
    late_ms="long long", x="long long", y="long long", z="long long", rot_y="long long",
    flags=int, index="long long", ts="long long", seq="long long",
)
cpdef bytes _packed(list moves, long long base_ms)
