"""Lifelike patrons and a bartender: what they do is pure, the runner moves them."""
