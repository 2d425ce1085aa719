"""Tests of floor plans: what a file may say, and the ways that it leaves."""
