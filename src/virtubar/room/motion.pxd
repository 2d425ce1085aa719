cimport cython

cdef class MotionEstimator:
    cdef public object _minima
    cdef public object _last_ts
    cdef public long long last_ms

    @cython.locals(answer="long long")
    cpdef long long motion_ms(self, long long ts, long long arrival_ms)
    cpdef long long now(self, long long moment_ms)
    @cython.locals(offset="long long")
    cpdef long long _estimate(self, long long ts, long long arrival_ms)
