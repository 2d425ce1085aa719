cimport cython

from virtubar.live.fanout cimport FanOut

cdef class LiveRoom:
    cdef public object room, wake_ms, rates, connections
    cdef public bint entered
    cdef public object _timer, _clock, _budget, _metrics, _record_chat, _counted
    cdef public double _counted_ms, _flushed_ms, _made_ms
    cdef public object _flush_ms
    cdef public FanOut _fan_out

    cpdef touched(self, double now_ms)
    cpdef _schedule(self)
    cpdef wake(self, double now_ms)
    cpdef flush(self, double now_ms)
