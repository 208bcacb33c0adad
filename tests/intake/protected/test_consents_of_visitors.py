"""A consent recorded for a visitor without a talk is closed by giving the visitor a record, and all that was told goes along."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from intake.protected.conftest import HERE, WHO, WHY, audit
from kim_intake.model.client import Client
from kim_intake.operations.open_in_emergency import OpenRecordInEmergency, open_in_emergency
from kim_referral.model.consent import Consent
from kim_referral.operations.preview_referral import ReferPerson
from kim_referral.operations.record_consent import RecordConsent, record_consent
from kim_referral.operations.record_release import RecordRelease, record_release
from kim_referral.operations.refer_by_letter import refer_by_letter
from sqlalchemy import select
from web.signed_in import bearer

NAME = "Zahra Azizi"


@pytest.fixture
def visitor(record: Any, do: Any) -> dict[str, str]:
    """Addresses of a consent of a visitor recorded by Aydın, and of the release and the letter that go with it."""
    record()
    dates = date(2022, 5, 1), date(2022, 12, 31)
    proof: dict[str, Any] = {"informed": True, "signed": True, "kept_at": "Ordner"}
    consent = do(record_consent, RecordConsent(NAME, "Wohnung", ("sprungbrett",), ("name",), *dates, **proof))
    about = {"about_kind": consent.about_kind, "about_id": consent.about_id}
    release = do(record_release, RecordRelease(NAME, "Beratung", ("sprungbrett",), ("topics",), *dates, **proof, **about))
    letter = do(refer_by_letter, ReferPerson("sprungbrett", consent_id=consent.id, name=NAME, **about))
    return {
        "consents": f"/einwilligungen/{consent.id}",
        "releases": f"/schweigepflichtentbindungen/{release.id}",
        "referrals": f"/verweise/{letter.id}",
    }


def shown(client: Any, app: Any, who: str, visitor: dict[str, str]) -> set[str]:
    """Which of the three stand in a list, a page or the JSON door of somebody's."""
    found = set()
    for group, address in visitor.items():
        thing = address.rpartition("/")[2]
        listed = client.get(address.rpartition("/")[0] + "/").text
        told = app.test_client().get(f"/api/{group}/", headers=bearer(app, WHO[who])).text
        if client.get(address).status_code == 200 or address in listed or thing in told:
            found.add(group)
    return found


@pytest.mark.slow
def test_it_is_closed_with_the_record_it_gets(house: Any, visitor: dict[str, str], browse: Any, app: Any, do: Any) -> None:
    everything, nothing = {"consents", "releases", "referrals"}, set()
    assert shown(browse("haddad"), app, "haddad", visitor) == everything
    haddad, address = browse("haddad"), f"{visitor['consents']}/schutz"
    assert address in haddad.get(visitor["consents"]).text
    page = haddad.get(address)
    assert (page.status_code, NAME in page.text) == (200, False)
    assert haddad.post(address, data={"site": HERE[0]}).status_code == 422
    answer = haddad.post(address, data={"site": HERE[0], "reason": "endangered"})
    with house.database.read() as session:
        person = session.scalars(select(Client).where(Client.created_by == WHO["haddad"].id)).one()
        session.expunge_all()
    assert (answer.status_code, answer.location) == (303, f"/personen/{person.id}")
    assert person.name == ""
    for who, sees in (("haddad", everything), ("celik", everything), ("aydin", nothing), ("lindner", nothing), ("pruefer", nothing)):
        assert shown(browse(who), app, who, visitor) == sees, who
    assert ("client.protect", f"clients:{person.id}", "done", "endangered") in audit(house)
    do(open_in_emergency, OpenRecordInEmergency(person.code, WHY), by="aydin")
    assert browse("aydin").get(f"/personen/{person.id}").status_code == 200
    assert haddad.get(address).status_code == 422 or haddad.post(address, data={"site": HERE[0], "reason": "endangered"}).status_code == 422


def test_a_program_closes_it_too_and_only_one_that_may_see_it(house: Any, visitor: dict[str, str], app: Any) -> None:
    consent = visitor["consents"].rpartition("/")[2]
    said = {"consent_id": consent, "site": HERE[0], "reason": "endangered"}

    def close(who: str, **more: str) -> Any:
        return app.test_client().post("/api/clients/visitors", json={**said, **more}, headers=bearer(app, WHO[who]))

    assert close("aydin", site="rathaus-herzogenrath").status_code == 404
    assert close("pruefer").status_code == 403
    made = close("aydin")
    assert (made.status_code, made.json["protected"], len(made.json["code"])) == (200, True, 6)
    assert close("lindner").status_code == 404, "it is not there any more"
    assert close("aydin").json["code"] == "not_of_a_visitor"
    with house.database.read() as session:
        assert session.get_one(Consent, consent).about_id == made.json["client"]
