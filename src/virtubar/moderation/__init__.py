"""Keeping order: who may do what, acts and what they leave, and what is remembered of people."""
