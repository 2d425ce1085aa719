cdef class Clock:
    cdef public double _ahead_ms

    cpdef double now_ms(self)
    cpdef long long wall_ms(self)
    cpdef long long motion_ms(self, double now_ms)
