from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from intake.conftest import PEOPLE
from kim_intake.model.client import Client
from kim_intake.model.consultation import Consultation, consultation
from kim_intake.model.search import find_clients, is_too_short
from kim_intake.operations.issue_code import IssueCode, issue_code
from kim_intake.operations.link_consultation import LinkConsultation, link_consultation
from kim_intake.operations.register_client import RegisterClient, register_client
from kim_runtime.refusal import Refused

DAY = date(2022, 5, 10)


@pytest.fixture
def register(house: Any, act_of: Any) -> Callable[..., Client]:
    def make(name: str, **more: Any) -> Client:
        with house.database.write() as session:
            return register_client(session, act_of(), RegisterClient(site="aachen-arkaden", name=name, **{"consent_given_on": DAY, **more}))

    return make


def test_no_name_is_kept_without_consent(register: Callable[..., Client]) -> None:
    with pytest.raises(Refused) as refused:
        register("Olena Shevchenko", consent_given_on=None)
    assert (refused.value.code, refused.value.field) == ("consent_missing", "consent_given_on")


@pytest.mark.parametrize("typed", ["Shevchenko", "schewtschenko", "olena", "Олена", "Olena Sh", "0241 999 123", "Шев", "shevchenko 1988"])
def test_a_person_is_found_in_any_writing(typed: str, register: Callable[..., Client], house: Any) -> None:
    register("Олена Шевченко", phone="+49 241 999123", birth_year=1988)
    register("Mehmet Aydın", phone="0241 555444", birth_year=1975)
    with house.database.read() as session:
        assert [hit.name for hit in find_clients(session, house.act(PEOPLE["haddad"]), typed)] == ["Олена Шевченко"]


def test_a_person_is_found_by_the_code_on_the_slip(register: Callable[..., Client], house: Any) -> None:
    known = register("Mehmet Aydın")
    with house.database.read() as session:
        assert [hit.id for hit in find_clients(session, house.act(PEOPLE["haddad"]), f"{known.code[:3]}-{known.code[3:]}".lower())] == [
            known.id
        ]
        assert find_clients(session, house.act(PEOPLE["haddad"]), "") == []
        assert find_clients(session, house.act(PEOPLE["haddad"]), "%") == []


@pytest.mark.parametrize(
    ("typed", "found"),
    [("V", []), ("v 1990", []), ("Vo", ["Vo Thi Li"]), ("li", ["Vo Thi Li"]), ("Thi Vo", ["Vo Thi Li"]), ("Li 1990", ["Vo Thi Li"]),
     ("Yu", ["Chen Yu"]), ("Vog", ["Anna Vogel"]), ("Vogel", ["Anna Vogel"]), ("Vo Vogel", ["Anna Vogel"]), ("1990", []), ("Sch", []),
     ("Anna V", ["Anna Vogel"]), ("y l", [])],
)  # fmt: skip
def test_one_letter_lists_nobody_and_a_name_of_two_is_found_whole(
    typed: str, found: list[str], register: Callable[..., Client], house: Any
) -> None:
    """At a desk many share, a letter or a year would list the whole house."""
    for name in ("Vo Thi Li", "Anna Vogel", "Chen Yu", "Schahin Schulz"):
        register(name, birth_year=1990)
    with house.database.read() as session:
        assert [hit.name for hit in find_clients(session, house.act(PEOPLE["haddad"]), typed)] == found
    assert is_too_short(typed) == (typed not in {"Vog", "Vogel", "Vo Vogel", "Anna V"})


def test_two_people_of_one_name_stay_two(register: Callable[..., Client], house: Any) -> None:
    first, second = register("Ali Hassan", birth_year=1990), register("Ali Hassan", birth_year=1990)
    assert first.id != second.id
    with house.database.read() as session:
        assert len(find_clients(session, house.act(PEOPLE["haddad"]), "hassan ali")) == 2


def test_a_name_can_be_put_to_a_return_code_once(
    record: Callable[..., Consultation], register: Callable[..., Client], house: Any, act_of: Any
) -> None:
    talk = record(languages=("ukr",), place="52477")
    with house.database.write() as session:
        anonymous = issue_code(session, act_of(), IssueCode(talk.id))
    named = register("Olena Shevchenko", code=anonymous.code)
    assert (named.id, named.name) == (anonymous.id, "Olena Shevchenko")
    with pytest.raises(Refused, match="schon eine Person"):
        register("Somebody Else", code=anonymous.code)


def test_an_anonymous_consultation_is_linked_by_who_recognises_the_person(
    record: Callable[..., Consultation], register: Callable[..., Client], house: Any, act_of: Any
) -> None:
    talk, one, other = record(), register("Ali Hassan"), register("Mehmet Aydın")
    with house.database.write() as session:
        link_consultation(session, act_of(), LinkConsultation(talk.id, one.id))
    with house.database.write() as session, pytest.raises(Refused, match="anderen Person"):
        link_consultation(session, act_of(), LinkConsultation(talk.id, other.id))
    with house.database.read() as session:
        assert consultation(session, talk.id).client_id == one.id
