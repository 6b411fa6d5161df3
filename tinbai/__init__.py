"""tinbai's front door: command line, daemon, settings and wiring.

Every object is built here and every setting is read here; the other rooms are handed what they need.
"""

__version__ = "0.1.0"
