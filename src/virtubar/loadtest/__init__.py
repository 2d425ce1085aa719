"""Load on a running server, and a verdict: `virtubar loadtest`."""
