cpdef read(bytes data)
cdef _event(bytes array)
