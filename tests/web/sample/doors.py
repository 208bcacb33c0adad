"""Its doors."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import request, url_for
from flask.views import MethodView
from kim_runtime.policy import grant, permissions
from kim_runtime.refusal import Forbidden, NotFound, Refused
from kim_web.doors import Doors, NavEntry
from kim_web.json_door import JsonDoor, Page
from kim_web.language import _
from kim_web.page import OPEN, Pages, act_on, blank, redirect_to, render, see, submitted
from web.sample.visits import KINDS, TOPICS, TOWNS, RecordVisit, RecordVisitSchema, VisitSchema, VisitsSchema

RULES = (*grant("visit.see", "intake_staff", "auditor"), *grant("visit.record", "intake_staff"))

pages = Pages("visits", __name__)
api = JsonDoor("visits", __name__, description="Visits")

VISITS: dict[str, RecordVisit] = {}
CHOICES = {"topics": TOPICS, "kinds": KINDS, "towns": TOWNS}


def record_visit(command: RecordVisit) -> RecordVisit:
    if command.town == "monschau":
        raise Refused("desk_closed", "Die Stelle in {town} ist bis {until} geschlossen.", "town", town="Monschau", until=Decimal("9.5"))
    if command.persons_present == 13:
        raise Refused("unlucky", "Nicht mit 13 Personen.")
    return VISITS.setdefault(command.id, command)


@pages.get("/besuche")
@pages.guard("visit.see")
def show() -> Any:
    with see() as (_session, act):
        return render("sample/show.html", visits=list(VISITS.values()), today=act.today, page=int(request.args.get("page", 1)))


@pages.get("/besuche/neu")
@pages.guard("visit.record")
def new() -> Any:
    return render("sample/new.html", form=blank(RecordVisitSchema, kind="first", topics=["school"]), **CHOICES)


@pages.post("/besuche")
@pages.guard("visit.record")
def record() -> Any:
    form = submitted(RecordVisitSchema)
    if form.command:
        with form.attempt(), act_on():
            visit = record_visit(form.command)
        if form.ok:
            return redirect_to("visits.show", said=_("Besuch mit {n} Personen gespeichert").format(n=visit.persons_present))
    return render("sample/new.html", form=form, **CHOICES), 422


@pages.get("/besuche/<visit_id>")
@pages.guard("visit.see")
def one(visit_id: str) -> Any:
    if visit_id == "secret":
        raise Forbidden("not_yours", "Dieser Besuch gehört einer anderen Stelle.")
    if visit_id == "broken":
        raise RuntimeError("the name of somebody")
    raise NotFound("no_such_visit", "Diesen Besuch gibt es nicht.")


@pages.post("/besuche/<visit_id>/stornieren")
@pages.guard("visit.record")
def cancel(visit_id: str) -> Any:
    return redirect_to("visits.show", said=_("Besuch gestrichen"), tone="warning")


@pages.get("/offen")
@pages.guard(OPEN)
def public() -> Any:
    return render("sample/public.html")


@api.route("/")
class Visits(MethodView):
    @api.guard("visit.see")
    @api.arguments(Page, location="query")
    @api.response(200, VisitsSchema)
    def get(self, page: dict[str, Any]) -> Any:
        """List visits."""
        return {"items": list(VISITS.values())[: page["limit"]], "next": None}

    @api.guard("visit.record")
    @api.arguments(RecordVisitSchema)
    @api.response(201, VisitSchema)
    @api.alt_response(409, response="CONFLICT")
    def post(self, command: RecordVisit) -> Any:
        """Record a visit."""
        with act_on():
            visit = record_visit(command)
        return visit, 201, {"Location": url_for(".Visit", visit_id=visit.id)}


@api.route("/<visit_id>")
class Visit(MethodView):
    @api.guard("visit.see")
    @api.response(200, VisitSchema)
    @api.alt_response(404, response="NOT_FOUND")
    def get(self, visit_id: str) -> Any:
        """One visit."""
        if visit_id not in VISITS:
            raise NotFound("no_such_visit", "Diesen Besuch gibt es nicht.")
        return VISITS[visit_id]


DOORS = Doors(
    service="intake",
    title="Erstberatung",
    package="web.sample",
    pages=(pages,),
    apis=(api,),
    permissions=permissions(RULES),
    rules=RULES,
    nav=(NavEntry("Heute am Standort", "visits.show", "visit.see"), NavEntry("Neue Beratung", "visits.new", "visit.record", key="n")),
    start="visits.show",
    action_words={"visit.see": "Besuche ansehen"},
)
