cimport cython
from libc.math cimport rint as round

from virtubar.room.buckets cimport TokenBucket
from virtubar.room.motion cimport MotionEstimator

cdef double _STEPS, _TAU, _PI

cdef double _rounded(double value)

cdef class Member:
    cdef public str user_id
    cdef public object display_name, avatar_id, role, device, expires_at_ms, mute, anim
    cdef public object expires_ms, kept_ms, grace_ms, unmute_ms, release_ms, sight_ms
    cdef public bint is_bot, connected, visible, unloading
    cdef public int move_bytes
    cdef public double x, y, z, rot_y
    cdef public object seq_accepted, seq_broadcast
    cdef public MotionEstimator motion
    cdef public TokenBucket move_bucket
    cdef public object chat_bucket, emote_bucket, seat_bucket, sight_bucket
    cdef public object pending, latest
    cdef public long long latest_flush

    @cython.locals(rot_y=double)
    cpdef place(self, event)
