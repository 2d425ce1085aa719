"""VirtuBar beside other servers that do the same job: `make bench-peers`, docs/performance.md."""
