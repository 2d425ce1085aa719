# No types: compiled as it is.
