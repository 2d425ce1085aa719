"""VirtuBar: a realtime server, a Python client and bots for shared virtual rooms."""

__version__ = "0.1.0"
