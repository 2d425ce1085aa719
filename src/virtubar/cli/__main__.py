"""`python -m virtubar.cli`."""

import sys

from virtubar.cli import main

sys.exit(main())
