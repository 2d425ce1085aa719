"""The rules of one room, pure: time is an argument, nothing here does I/O."""
