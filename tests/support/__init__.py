"""What the tests share: vectors, fakes, a server to talk to."""
