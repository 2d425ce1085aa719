"""What VirtuBar costs, measured beside a floor and rivals under one load (see README.md)."""
