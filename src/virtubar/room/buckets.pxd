cimport cython

cdef class TokenBucket:
    cdef public double _rate_per_ms
    cdef public double _burst
    cdef public double _tokens
    cdef public double _filled_ms

    @cython.locals(tokens=double)
    cpdef bint take(self, double now_ms)
    @cython.locals(tokens=double)
    cpdef double wait_ms(self, double now_ms)
