"""The web client, as far as Python has a say in it."""
