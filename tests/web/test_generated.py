from __future__ import annotations

import pytest
from flask import Flask
from web.generated_requests import attack


@pytest.mark.slow
def test_the_door_does_what_its_description_says(app: Flask, token: dict[str, str]) -> None:
    assert attack(app, token) > 80
