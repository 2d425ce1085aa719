"""`virtubar watch`: a room in a terminal; what it shows is pure, the shell draws it."""
