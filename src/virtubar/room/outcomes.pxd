cdef class Counts:
    cdef public long long moves, messages, emotes
