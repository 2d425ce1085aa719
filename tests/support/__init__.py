"""What tests share: a real server in a thread, and a stock WebSocket client that speaks to it."""
