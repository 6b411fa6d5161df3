"""`tinbai` and `python -m tinbai`."""

import sys

from tinbai.cli import main

if __name__ == "__main__":
    sys.exit(main())
