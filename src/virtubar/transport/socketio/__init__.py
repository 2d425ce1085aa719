"""Socket.IO for clients that want it: Engine.IO 4 over polling and WebSocket (§1)."""
