"""The description of the JSON door: OpenAPI 3.1 at `/api/openapi.json`, and to try out at `/api/`."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, current_app, jsonify, render_template
from werkzeug.wrappers import Response

from kim_web.json_door import DOOR_PREFIX, PREFIX
from kim_web.policy import OPEN, guard

API = "kim_web_api"

description = Blueprint("openapi", __name__, url_prefix=PREFIX)


@description.get("/openapi.json")
@guard(OPEN)
def document() -> Response:
    return jsonify(openapi(current_app))


@description.get("/")
@guard(OPEN)
def browse() -> str:
    return render_template("openapi.html")


def openapi(app: Flask) -> dict[str, Any]:
    """The OpenAPI document of a service, the same each time: `docs/openapi/<service>.json` is compared with it."""
    found: dict[str, Any] = app.extensions[API].spec.to_dict()
    found["paths"] = dict(sorted(found["paths"].items()))
    tagged = [operation for path in found["paths"].values() for operation in path.values() if "tags" in operation]
    for operation in tagged:
        operation["tags"] = [tag.removeprefix(DOOR_PREFIX) for tag in operation["tags"]]
    found["tags"] = [{**tag, "name": tag["name"].removeprefix(DOOR_PREFIX)} for tag in found.get("tags", [])]
    for kind, components in found.get("components", {}).items():
        found["components"][kind] = dict(sorted(components.items()))
    return found
