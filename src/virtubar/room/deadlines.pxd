cdef class Deadlines:
    cdef public list _heap
    cdef public dict _when_ms

    cpdef set(self, user_id, when_ms)
    cpdef hasten(self, user_id, when_ms)
    cpdef next_ms(self)
