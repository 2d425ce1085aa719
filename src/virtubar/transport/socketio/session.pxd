cdef class Session:
    cdef public object session_id, socket_id, probe, _ended, carrier, application
    cdef public bint _connected, _left, _over

    cpdef write(self, bytes data)
    cpdef message(self, bytes data, double now_ms)
