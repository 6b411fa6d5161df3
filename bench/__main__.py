"""`python -m bench [NAME…]`: run the measurements, all of them by default."""

import sys
from collections.abc import Callable, Mapping

from bench import latency

BENCHES: Mapping[str, Callable[[], None]] = {"latency": latency.measure}


def main() -> int:
    """Run those named on the command line."""
    names = sys.argv[1:] or list(BENCHES)
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"no such bench: {unknown[0]} (there are: {', '.join(BENCHES)})", file=sys.stderr)
        return 2
    for name in names:
        BENCHES[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main())
