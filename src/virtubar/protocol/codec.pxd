cpdef decode_client(bytes message)
cpdef bytes encode(event, ts)
