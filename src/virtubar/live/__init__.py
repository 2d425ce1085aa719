"""Rooms that run: their members' connections, their flushes, and which of them there are."""
