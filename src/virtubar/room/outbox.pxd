cdef class Outbox:
    cdef public list posts
    cdef public long long flush_number, coalesced
    cdef public list _addressed
    cdef public object cursors

    cpdef post(self, event, ts, audience=*)
