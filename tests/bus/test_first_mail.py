"""Mail between houses over the embedded transport, from the act to its effect."""

from datetime import date

from kim_bus.outbox import emit
from kim_bus.reaction import Reaction
from kim_bus.tables import inbox, outbox
from sqlalchemy import select


def test_an_event_of_the_house_takes_effect_in_the_other_service(houses, pump_all):
    seen = []
    casework = houses("staedteregion-aachen.casework")
    interpreting = houses(
        "staedteregion-aachen.interpreting",
        reactions=[Reaction("case.changed.v1", lambda session, act, event: seen.append((act, event)))],
    )
    act = casework.act()
    with casework.database.write() as session:
        emit(
            session, act, "case.changed.v1", subject="c-1", version=1,
            data={"number": "2022-0041", "state": "open", "phase": "intake", "change": "opened", "changed_on": date(2022, 5, 10)},
        )  # fmt: skip
    pump_all()
    [(reacting, event)] = seen
    assert event.data["changed_on"] == date(2022, 5, 10)
    assert event.mailbox == "staedteregion-aachen.casework"
    assert reacting.organisation == "staedteregion-aachen"
    assert reacting.service == "interpreting"
    assert reacting.correlation_id == act.correlation_id
    assert reacting.causation_id == event.id
    with interpreting.database.read() as session:
        assert [row.state for row in session.execute(select(inbox))] == ["done"]
    with casework.database.read() as session:
        assert all(row.published_at for row in session.execute(select(outbox)))
