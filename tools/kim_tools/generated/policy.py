"""The page of the policy: for each service who may do what, with which things, in which state."""

from __future__ import annotations

from flask import Flask
from kim_runtime.policy import Relation, Rule
from kim_web.account import ROLES

from kim_tools.declared import application, declared_services, report_application
from kim_tools.generated.text import NOTE, table

INTRODUCTION = """# Who may do what

The tables that decide every page, JSON door, list and export (`kim_runtime.policy`, `kim_web.policy.decide`). What stands in no line is
refused. A line allows the action only with things of that relation and state; another organisation's things are in another database.

- `house`: everything of the organisation (das ganze Haus)
- `own_site`: of one's own sites, of any for who has none of their own (eigener Standort)
- `own_team`: of one's own team or of nobody's, of any for who is in no team (eigenes Team)
- `no_team`: in no team oneself, whatever it is about (ohne Team)
- `own_case`: responsible for the case, or standing in (zuständig, Vertretung)
- `emergency`: opened in an emergency, with a reason, for an hour (Notzugriff)
- `own_record`: recorded or placed oneself (selbst erfasst); of a protected person: registered them, or closed their record
- `entrusted`: may read protected records, besides what the role of the line does (mit Zugang zu geschützten Akten)
- `second_person`: somebody else than who did the step before it (zweite Person, Vier-Augen-Prinzip)

Roles without German words are programs: `service` is the progress report asking for figures.
"""


def documents() -> dict[str, str]:
    applications = {service.name: application(service) for service in declared_services()} | {"report": report_application()}
    page = [NOTE, INTRODUCTION]
    for name, app in applications.items():
        page += [f"## {name}\n", table(("Action", "Role", "Relation", "State", "Note"), map(_row, _rules(app)))]
    return {"docs/policy.md": "\n".join(page)}


def _rules(app: Flask) -> list[Rule]:
    return sorted(app.extensions["kim_web"].doors.rules, key=lambda rule: (rule.action, rule.role, rule.relation))


def _row(rule: Rule) -> tuple[str, ...]:
    words = f" ({ROLES[rule.role]})" if rule.role in ROLES else ""
    beside = f"not for who is {' or '.join(f'`{role}`' for role in sorted(rule.not_beside))} too" if rule.not_beside else ""
    note = "; ".join(filter(None, (rule.note, beside)))
    return (f"`{rule.action}`", f"`{rule.role}`{words}", f"`{Relation(rule.relation).value}`", rule.state or "any", note)
