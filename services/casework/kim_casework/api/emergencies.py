"""Opening a case that is closed to one, in an emergency."""

from __future__ import annotations

from kim_protection.api import emergency_resource
from kim_web.json_door import JsonDoor

from kim_casework.api.schemas import EmergencySchema
from kim_casework.operations.open_in_emergency import OPENING

api = JsonDoor("emergencies", __name__, description="Opening a case in an emergency, with a reason, for an hour.")
emergency_resource(api, OPENING, EmergencySchema, "/", shown="api_cases.One")
