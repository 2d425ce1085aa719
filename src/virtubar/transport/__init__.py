"""Sockets: from bytes to events and back, whatever they speak."""
