"""Sockets and the live rooms: bytes in, rules asked, bytes out."""
