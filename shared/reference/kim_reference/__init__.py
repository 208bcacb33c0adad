"""Code lists of the field as dated data: municipalities, countries, languages, legal spheres, residence titles, topics.

A code that was ever used is never taken away: it gets a `valid_to`, and old rows keep their meaning.
"""

from kim_reference.dated import choices, choices_by_name

__all__ = ["choices", "choices_by_name"]
