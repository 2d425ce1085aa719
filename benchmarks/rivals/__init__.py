"""The same job done the ordinary ways: each file is one server, runnable on its own."""
