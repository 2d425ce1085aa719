"""Tests of the protocol: vectors, properties, schema, figures."""
