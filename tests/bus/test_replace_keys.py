"""Keys of a mailbox are replaced while mail flows, whoever has which directory already; docs/operations/keys.md, as it stands there."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from kim_bus import set_up, tables
from kim_bus.directory import Directory
from kim_bus.inspection import Accepted, Rejected, inspect
from kim_bus.keys import BrokenKeys, Keys, PublicKeys
from kim_bus.post import Post
from kim_bus.replace_keys import WrongStep, main, step
from kim_bus.sealing import CannotOpen, unseal
from kim_bus.transports.interface import Delivery
from kim_events.envelope import decode

SENDER, RECEIVER = "staedteregion-aachen.intake", "caritas-eifel.casework"
STEPS = ("next", "switch", "forget")


@pytest.fixture
def stages(keys: dict[str, Keys]) -> dict[str, list[Keys]]:
    """The keys of both mailboxes before the first step and after each."""
    found = {}
    for mailbox in (SENDER, RECEIVER):
        found[mailbox] = [keys[mailbox]]
        for which in STEPS:
            found[mailbox].append(step(which, found[mailbox][-1]))
    return found


@pytest.fixture
def sent(houses: Any, say: Any, rows: Any) -> Callable[[Keys, Directory], Delivery]:
    """`sent(keys, directory)`: a sealed event, as the sender with these keys sends it who knows this directory."""

    def send(keys: Keys, directory: Directory) -> Delivery:
        house = next((one for one in houses.opened if one.mailbox == SENDER), None) or houses(SENDER)
        post = Post(SENDER, directory, keys)
        house.post = post
        house.database.info["post"] = post
        say(house, "referral.offered.v1", to=RECEIVER)
        row = rows(house, tables.outbox)[-1]
        return Delivery(1, row.routing_key, row.body, row.headers)

    return send


def taken(post: Post, delivery: Delivery) -> bool:
    """Whether it is believed and opened."""
    found = inspect(post, delivery)
    if isinstance(found, Rejected):
        return False
    assert isinstance(found, Accepted)
    body = decode(delivery.body)
    try:
        unseal(str(body.data), *(pair.sealing for pair in post.keys.pairs()), source=body.source, event_id=body.id)
    except CannotOpen:
        return False
    return True


def told(directory: Directory, stages: dict[str, list[Keys]], stage: int) -> Directory:
    return directory.with_keys({mailbox: found[stage].public() for mailbox, found in stages.items()})


@pytest.mark.parametrize("stage", range(3))
def test_at_each_step_mail_is_taken_whoever_has_the_new_directory_already(
    directory: Directory, stages: dict[str, list[Keys]], sent: Any, stage: int
) -> None:
    """A step is taken by both mailboxes; each of the two may still have the directory of the step before, or the new one."""
    now, after = told(directory, stages, stage), told(directory, stages, stage + 1)
    for mine, theirs, sender_knows, receiver_knows in product((stage, stage + 1), (stage, stage + 1), (now, after), (now, after)):
        if sender_knows is after and theirs == stage:
            continue  # nobody is told of a pair before its owner has it
        delivery = sent(stages[SENDER][mine], sender_knows)
        assert taken(Post(RECEIVER, receiver_knows, stages[RECEIVER][theirs]), delivery), (mine, theirs)


def test_after_the_last_step_the_old_pair_neither_signs_nor_opens(directory: Directory, stages: dict[str, list[Keys]], sent: Any) -> None:
    last = told(directory, stages, 3)
    stolen = sent(stages[SENDER][0], last)
    assert not taken(Post(RECEIVER, last, stages[RECEIVER][3]), stolen)
    sealed_to_the_old = sent(stages[SENDER][3], told(directory, stages, 0))
    assert not taken(Post(RECEIVER, last, stages[RECEIVER][3]), sealed_to_the_old)
    assert taken(Post(RECEIVER, last, stages[RECEIVER][3]), sent(stages[SENDER][3], last))


def test_to_switch_before_all_know_the_new_pair_is_noticed(directory: Directory, stages: dict[str, list[Keys]], sent: Any) -> None:
    """Which is why the directory goes round first."""
    old = told(directory, stages, 0)
    assert not taken(Post(RECEIVER, old, stages[RECEIVER][0]), sent(stages[SENDER][2], old))


def test_the_steps_come_in_their_order(stages: dict[str, list[Keys]]) -> None:
    first, second, third, _last = stages[SENDER]
    for keys, wrong in ((first, "switch"), (first, "forget"), (second, "next"), (second, "forget"), (third, "next"), (third, "switch")):
        with pytest.raises(WrongStep):
            step(wrong, keys)


def test_the_command_takes_them_on_a_file_and_the_set_up_tells_the_directory(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    topology = Path(__file__).parents[2] / "deploy/rabbitmq/topology.toml"
    set_up.set_up(topology, tmp_path)
    file = tmp_path / "keys" / f"{SENDER}.json"
    seen = [Keys.load(file).public()]
    for which in STEPS:
        assert main([which, str(file)]) == 0
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert sorted(path.name for path in file.parent.glob(f"{SENDER}*")) == [f"{SENDER}.json", f"{SENDER}.public.json"]
        directory = set_up.set_up(topology, tmp_path)
        seen.append(directory.public_keys[SENDER])
        assert Directory.load(tmp_path / "directory.json").public_keys[SENDER].as_dict() == seen[-1].as_dict()
    assert [len(one.also) for one in seen] == [0, 1, 1, 0]
    assert seen[0].signing.as_dict() == seen[1].signing.as_dict() == seen[2].also[0].as_dict()
    assert seen[1].also[0].as_dict() == seen[2].signing.as_dict() == seen[3].signing.as_dict()
    assert '"d"' not in (tmp_path / "directory.json").read_text()
    assert main(["switch", str(file)]) == 1
    assert "next comes first" in capsys.readouterr().err
    assert main(["next"]) == 2
    assert main(["next", str(tmp_path / "nowhere")]) == 1


def test_a_next_pair_that_is_public_is_no_private_key(tmp_path: Path, stages: dict[str, list[Keys]]) -> None:
    raw = stages[SENDER][1]._written()
    raw["next"] = stages[SENDER][2].public().as_dict()
    (tmp_path / "keys.json").write_text(json.dumps(raw))
    with pytest.raises(BrokenKeys):
        Keys.load(tmp_path / "keys.json")


def test_what_is_believed_beside_must_be_a_signing_key(keys: dict[str, Keys]) -> None:
    raw = keys[SENDER].public().as_dict()
    with pytest.raises(BrokenKeys):
        PublicKeys.from_dict({**raw, "also": [raw["sealing"]]})
    assert PublicKeys.from_dict(raw).also == ()
    assert PublicKeys.from_dict(raw).as_dict() == raw
