cimport cython
cimport picows.picows as pw

from virtubar.room.buckets cimport TokenBucket
from virtubar.runtime.clock cimport Clock
from virtubar.runtime.traffic cimport Traffic

cdef int _TEXT, _CLOSE, _PING, _PONG

cdef class WebSocketTransport(pw.WSListener):
    cdef public TokenBucket _bucket
    cdef public Clock _clock
    cdef public Traffic _traffic
    cdef public object _closing, _congested_ms, _ended, _fragments, _held, _metrics, _ping_sent_ms
    cdef public object _timer, _transport
    cdef public double _heard_ms
    cdef public long long _held_bytes, _state_bytes, _unread_bytes
    cdef public bint _left, congested, deflates
    cdef public object dialect, sink, wake_ms

    cpdef write(self, bytes data)
    cpdef pause_writing(self)
    cpdef resume_writing(self)
    cpdef on_ws_disconnected(self, pw.WSTransport transport)
    @cython.locals(kind=int, plain=bint, now_ms=double)
    cpdef on_ws_frame(self, pw.WSTransport transport, pw.WSFrame frame)
    cpdef _deliver(self, bytes data, double now_ms)
