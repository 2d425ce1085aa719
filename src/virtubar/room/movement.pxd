cimport cython

from virtubar.room.deadlines cimport Deadlines
from virtubar.room.member cimport Member
from virtubar.room.outbox cimport Outbox
from virtubar.room.outcomes cimport Counts
from virtubar.room.seating cimport Seating

cdef class Movement:
    cdef public Counts _counts
    cdef public Deadlines _deadlines
    cdef public object _motion_ms
    cdef public Outbox _outbox
    cdef public object _room_id
    cdef public Seating _seating
    cdef public object drops

    @cython.locals(motion_ms="long long")
    cpdef handle(self, Member member, event, ts, double now_ms, wall_ms)
    cpdef release(self, Member member, double now_ms, wall_ms)
    cpdef let_through(self, Member member, wall_ms)
    cpdef _commit(self, Member member, event, motion_ms, wall_ms)
    cpdef _publish(self, Member member, event, motion_ms, wall_ms)
