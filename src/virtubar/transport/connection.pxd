from virtubar.live.live_room cimport LiveRoom

cdef class Connection:
    cdef public object _error_bucket, _error_times, _events_in, _held, _hub, _parts, _token, _user_id, _handlers
    cdef public LiveRoom _live
    cdef public int _refusals
    cdef public object address, state, transport, wake_ms

    cpdef message(self, bytes data, double now_ms, name=*)
