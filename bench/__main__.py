"""`python -m bench [--folder FOLDER] [NAME…]`: run the measurements, all of them by default.

Files go below FOLDER, by default ./var: a disk, for what waits for the disk tells nothing in memory.
"""

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from bench import backlog, growth, latency, reading, workers

BENCHES: Mapping[str, Callable[[Path], None]] = {
    "latency": latency.measure,
    "backlog": backlog.measure,
    "growth": growth.measure,
    "workers": workers.measure,
    "reading": reading.measure,
}


def main() -> int:
    """Run those named on the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHES))
    parser.add_argument("--folder", type=Path, default=Path("var"), help="where files go (default: ./var)")
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in BENCHES]
    if unknown:
        parser.error(f"no such bench: {unknown[0]} (there are: {', '.join(BENCHES)})")
    given.folder.mkdir(parents=True, exist_ok=True)
    for name in given.names or BENCHES:
        BENCHES[name](given.folder.absolute())
    return 0


if __name__ == "__main__":
    sys.exit(main())
