"""The organisations' directory."""

import json
from datetime import date
from pathlib import Path

import pytest
from kim_bus.directory import Agreement, BrokenDirectory, Directory, Name, Organisation
from kim_bus.keys import BrokenKeys, Keys, PublicKeys
from kim_bus.set_up import set_up

TOPOLOGY = Path(__file__).parents[2] / "deploy/rabbitmq/topology.toml"


def organisation(id_, kind="welfare", runs=("casework",)):
    return Organisation(id_, kind, runs, "", (Name(id_.title()),))


def test_a_saved_directory_is_read_back_as_it_was(directory, tmp_path):
    directory.save(tmp_path / "directory.json")
    again = Directory.load(tmp_path / "directory.json")
    assert (again.organisations, again.agreements) == (directory.organisations, directory.agreements)
    assert {box: keys.as_dict() for box, keys in again.public_keys.items()} == {
        box: keys.as_dict() for box, keys in directory.public_keys.items()
    }


def test_a_saved_directory_holds_no_private_key(directory, tmp_path):
    directory.save(tmp_path / "directory.json")
    assert '"d"' not in (tmp_path / "directory.json").read_text()


def test_an_organisation_is_called_what_it_was_called_that_day(directory):
    diakonie = directory.organisation("diakonie-herzogenrath")
    assert "Diakonisches Werk" in diakonie.name_on(date(2022, 8, 15))
    assert "Lydia-Gemeinde" in diakonie.name_on(date(2023, 2, 1))
    assert "Lydia-Gemeinde" in diakonie.name


def test_partners_without_software_are_known_and_have_no_mailbox(directory):
    assert directory.organisation("sprungbrett").mailboxes == ()
    assert not any(box.startswith("sprungbrett") for box in directory.mailboxes())


def test_inside_a_house_all_is_agreed_and_across_only_what_was(directory):
    assert directory.agreed("caritas-eifel", "caritas-eifel", "case.changed.v1")
    assert directory.agreed("caritas-eifel", "staedteregion-aachen", "referral.offered.v1")
    assert not directory.agreed("caritas-eifel", "auslaenderamt", "referral.offered.v1")
    assert not directory.agreed("staedteregion-aachen", "caritas-eifel", "statistics.reported.v1")


@pytest.mark.parametrize(
    ("organisations", "agreements", "fault"),
    [
        ([organisation("a-1"), organisation("a-1")], [], "listed twice"),
        ([organisation("all")], [], "an id is"),
        ([organisation("Caritas")], [], "an id is"),
        ([organisation("a-1", kind="club")], [], "kind club"),
        ([organisation("a-1", runs=("case.work",))], [], "no service's name"),
        ([organisation("a-1")], [Agreement("a-1", "b-1", ("referral.*",))], "not in the directory"),
        ([organisation("a-1"), organisation("b-1")], [Agreement("a-1", "b-1", ("weather.*",))], "no event type"),
        ([organisation("a-1"), organisation("b-1")], [Agreement("a-1", "b-1", ("case.changed.v1",))], "stays in its house"),
        (
            [organisation("a-1"), organisation("b-1", kind="immigration_office")],
            [Agreement("a-1", "b-1", ("assignability.changed.v1",))],
            "receives referral",
        ),
    ],
)
def test_a_directory_that_contradicts_itself_is_refused_with_where(organisations, agreements, fault):
    with pytest.raises(BrokenDirectory, match=fault):
        Directory(tuple(organisations), tuple(agreements))


@pytest.mark.parametrize("text", ["", "[]", "{", '{"organisations": [{}]}', '{"organisations": 7}'])
def test_a_file_that_is_no_directory_is_refused(tmp_path, text):
    (tmp_path / "directory.json").write_text(text)
    with pytest.raises(BrokenDirectory):
        Directory.load(tmp_path / "directory.json")


def test_the_set_up_makes_each_key_once_and_readable_by_its_owner_only(tmp_path):
    first = set_up(TOPOLOGY, tmp_path)
    assert set(first.public_keys) == set(first.mailboxes())
    again = set_up(TOPOLOGY, tmp_path)
    assert {box: keys.as_dict() for box, keys in again.public_keys.items()} == {
        box: keys.as_dict() for box, keys in first.public_keys.items()
    }
    private = tmp_path / "keys" / "caritas-eifel.casework.json"
    assert private.stat().st_mode & 0o777 == 0o600


def test_an_organisation_that_makes_its_own_keys_hands_in_the_public_half(tmp_path):
    set_up(TOPOLOGY, tmp_path / "caritas", ["caritas-eifel"])
    (tmp_path / "all" / "keys").mkdir(parents=True)
    handed_in = tmp_path / "caritas" / "keys" / "caritas-eifel.casework.public.json"
    (tmp_path / "all" / "keys" / handed_in.name).write_bytes(handed_in.read_bytes())
    directory = set_up(TOPOLOGY, tmp_path / "all", ["staedteregion-aachen"])
    assert "caritas-eifel.casework" in directory.public_keys
    assert "auslaenderamt.intake" not in directory.public_keys
    assert not (tmp_path / "all" / "keys" / "caritas-eifel.casework.json").exists()


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"signing": {"kty": "OKP"}, "sealing": {}}'])
def test_a_file_that_holds_no_keys_is_refused(tmp_path, text):
    (tmp_path / "keys.json").write_text(text)
    with pytest.raises(BrokenKeys):
        Keys.load(tmp_path / "keys.json")


def test_public_and_swapped_keys_are_no_private_keys(tmp_path, keys):
    own = keys["caritas-eifel.casework"]
    (tmp_path / "public.json").write_text(json.dumps(own.public().as_dict()))
    with pytest.raises(BrokenKeys, match="private"):
        Keys.load(tmp_path / "public.json")
    with pytest.raises(BrokenKeys, match="not for"):
        PublicKeys.from_dict({"signing": own.sealing.as_dict(private=False), "sealing": own.signing.as_dict(private=False)})


def test_a_private_key_file_is_never_written_over(tmp_path, keys):
    keys["caritas-eifel.casework"].save(tmp_path / "keys.json")
    with pytest.raises(FileExistsError):
        keys["auslaenderamt.intake"].save(tmp_path / "keys.json")


def test_a_house_says_in_which_services_its_staff_are_bound_to_secrecy(directory):
    assert directory.organisation("staedteregion-aachen").sworn_mailboxes == ("staedteregion-aachen.casework",)
    assert directory.organisation("auslaenderamt").sworn_mailboxes == ()
    with pytest.raises(BrokenDirectory, match="which it does not run"):
        Directory((Organisation("a-1", "welfare", ("casework",), "", (Name("A"),), ("intake",)),), ())
