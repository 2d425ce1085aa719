"""Who owns a room: the one process that it lives in, wherever it is asked for."""
