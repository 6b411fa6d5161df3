"""The demo: schools, a board and their mail servers inside one process, for a first look without any account."""

from tinbai.demo.play import show_demo

__all__ = ["show_demo"]
