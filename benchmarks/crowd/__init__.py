"""A crowd in one room: what it costs, and how it is seen."""
