"""`python -m benchmarks.crowd.larger N …`: the server's command line, for rooms of up to N.

The limit of a thousand is compiled into the types that the server checks everything with, so it is
set before any of them is made. For this measurement alone: nothing else here is known to hold.
"""

import sys

from virtubar.room import config

config.CAPACITY_MAX = int(sys.argv.pop(1))

from virtubar.cli import main  # noqa: E402 - after the limit, see above

if __name__ == "__main__":
    sys.exit(main())
