"""`tinbai` and `python -m tinbai`."""

import os
import sys

from tinbai import cli


def main() -> int:
    """Run the command line as a process of its own; returns the exit status."""
    os.umask(0o077)  # what tinbai writes holds other people's mail: nobody else on this machine is to read it
    if not os.access(".", os.X_OK):
        os.chdir("/")  # started with sudo from a home of somebody else's: no child could be started from there
    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
