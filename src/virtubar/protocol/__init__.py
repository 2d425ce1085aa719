"""The VirtuBar Realtime Protocol, version 1: pure types and their JSON form."""
