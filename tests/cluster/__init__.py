"""Who owns a room."""
