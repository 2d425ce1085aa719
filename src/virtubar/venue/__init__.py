"""Floor plans: what stands in a bar, and where one can walk there. Pure."""
