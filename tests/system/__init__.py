"""The protocol against a real server: a file for each section, a real WebSocket client."""
