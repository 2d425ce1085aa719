"""Tests of the rules of one room."""
