cdef class FanOut:
    cdef public dict connections
    cdef public object _room, _metrics
    cdef public dict _streams

    cpdef look_who_reads(self)
    cpdef deliver(self, flush)
    cpdef _sort(self, route, encoder, number)
    cpdef _write(self, list transports, data)
