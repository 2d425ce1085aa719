from virtubar.room.member cimport Member
from virtubar.room.outbox cimport Outbox

cdef class Seating:
    cdef public object seats
    cdef public Outbox _outbox

    cpdef moved(self, Member member, wall_ms)
