"""The scenario as steps on a calendar, each a use case of its own, carried out through the services' own operations."""

from kim_demo.story.play import play

__all__ = ["play"]
