"""The code lists hold what the field needs: facts of the law, the Federal Statistical Office and the StädteRegion."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kim_reference import choices, choices_by_name, countries, languages, legal_spheres, municipalities, residence_titles, topics
from kim_reference.countries import country, country_of_destatis, origin_choices
from kim_reference.dated import valid_on
from kim_reference.languages import language
from kim_reference.municipalities import MUNICIPALITIES, municipality, municipality_of, responsible

DAY = date(2022, 8, 15)
LISTS = {
    "municipalities": municipalities.MUNICIPALITIES,
    "countries": countries.COUNTRIES,
    "languages": languages.LANGUAGES,
    "legal spheres": legal_spheres.LEGAL_SPHERES,
    "residence titles": residence_titles.RESIDENCE_TITLES,
    "topics": topics.TOPICS,
}


@pytest.mark.parametrize("name", LISTS)
def test_every_entry_has_a_name_in_german_and_english(name):
    assert all(entry.name("de") and entry.name("en") for entry in LISTS[name])


@pytest.mark.parametrize("name", LISTS)
def test_no_code_has_two_entries_on_one_day(name):
    seen = {}
    for entry in LISTS[name]:
        for other in seen.setdefault(entry.code, []):
            assert other.valid_to is not None and entry.valid_from is not None and other.valid_to < entry.valid_from, entry
        seen[entry.code].append(entry)


@pytest.mark.parametrize("name", LISTS)
def test_every_code_fits_where_an_event_carries_an_id(name):
    assert all(entry.code.isascii() and len(entry.code) <= 64 and entry.code[0].isalnum() for entry in LISTS[name])


def test_the_ten_municipalities_are_those_of_the_staedteregion_in_steps_of_four_after_aachen():
    assert [place.ags for place in MUNICIPALITIES] == ["05334002", *(f"053340{number:02}" for number in range(4, 37, 4))]
    assert municipality("05334024").name("de") == "Roetgen"
    assert municipality("05334032").name("en") == "Stolberg (Rhld.)"


@pytest.mark.parametrize("postcode", ["52062", "52080", "05334002", " 52070 "])
def test_the_city_of_aachen_is_served_by_its_own_case_management(postcode):
    assert responsible(postcode, DAY) == "stadt-aachen"


@pytest.mark.parametrize("place", MUNICIPALITIES[1:], ids=lambda place: place.german)
def test_the_other_nine_are_served_by_the_staedteregion(place):
    assert {responsible(key, DAY) for key in (place.ags, *place.postcodes)} == {"staedteregion-aachen"}


@pytest.mark.parametrize("elsewhere", ["50667", "05313000", "5334002", ""])
def test_nobody_here_is_responsible_for_a_place_elsewhere(elsewhere):
    assert municipality_of(elsewhere) is None
    assert responsible(elsewhere, DAY) is None


@pytest.mark.parametrize(
    ("alpha3", "key"),
    [("UKR", "166"), ("SYR", "475"), ("AFG", "423"), ("IRQ", "438"), ("IRN", "439"), ("SRB", "170"), ("MKD", "144"), ("ALB", "121"),
     ("ROU", "154"), ("BGR", "125"), ("ERI", "224"), ("GIN", "261"), ("TJK", "470"), ("TUR", "163"), ("XKX", "150"), ("DEU", "000"),
     ("TWN", "465"), ("XXA", "997"), ("UNKNOWN", "998"), ("NOT_SAID", "999")],
)  # fmt: skip
def test_a_country_has_the_key_of_the_federal_statistical_office(alpha3, key):
    assert country(alpha3).destatis == key
    assert country_of_destatis(key).alpha3 == alpha3


def test_no_key_of_the_federal_statistical_office_stands_twice():
    keys = [entry.destatis for entry in countries.COUNTRIES if entry.destatis]
    assert len(keys) == len(set(keys))


def test_serbia_had_another_key_while_it_included_kosovo():
    assert country("SRB", date(2007, 6, 1)).destatis == "133"
    assert country("SRB", DAY).destatis == "170"


def test_a_state_that_is_gone_keeps_its_name_but_is_offered_no_more():
    assert country("YUG").name("de") == "Jugoslawien"
    offered = [code for code, _ in origin_choices("de", DAY)]
    assert not {"YUG", "SUN", "CSK", "SCG"} & set(offered)
    assert "SUN" in [code for code, _ in origin_choices("de", date(1990, 1, 1))]


def test_answers_that_are_no_country_come_last():
    assert [label for _, label in origin_choices("de", DAY)][-3:] == ["Staatenlos", "Ungeklärt", "Keine Angabe"]


def test_names_are_sorted_as_people_look_for_them():
    labels = [label for _, label in origin_choices("de", DAY)]
    assert labels.index("Afghanistan") < labels.index("Ägypten") < labels.index("Albanien")


def test_a_code_that_never_was_is_an_error():
    with pytest.raises(KeyError):
        country("ZZZ")
    with pytest.raises(KeyError):
        language("xx")


@pytest.mark.parametrize(
    ("code", "german", "own"),
    [("ukr", "Ukrainisch", "українська"), ("prs", "Dari", "دری"), ("pus", "Paschto", "پښتو"), ("tir", "Tigrinya", "ትግርኛ"),
     ("kmr", "Kurmandschi (Nordkurdisch)", "Kurmancî"), ("gsg", "Deutsche Gebärdensprache", "Deutsche Gebärdensprache")],
)  # fmt: skip
def test_a_language_has_its_german_name_and_its_own(code, german, own):
    assert (language(code).name("de"), language(code).own_name) == (german, own)


def test_languages_that_two_letters_cannot_tell_apart_are_told_apart():
    for pair in (("prs", "pes"), ("kmr", "ckb"), ("ara", "apc")):
        first, second = map(language, pair)
        assert first.name("de") != second.name("de")
        assert first.own_name != second.own_name


def test_direction_follows_the_script():
    assert language("prs").direction == "rtl"
    assert language("ukr").direction == "ltr"


def test_each_topic_has_a_letter_of_its_own():
    letters = [topic.shorthand for topic in topics.TOPICS]
    assert len(set(letters)) == len(letters)
    assert topics.topic_of_shorthand("W").code == "housing"
    assert topics.topic_of_shorthand("x") is None


def test_the_nine_topics_of_the_progress_report_are_there():
    report = {"housing", "residence", "family_reunification", "employment", "social_participation", "german_courses",
              "recognition_of_qualifications", "change_of_legal_sphere", "health"}  # fmt: skip
    assert report <= {topic.code for topic in topics.TOPICS}


def test_legal_spheres_name_the_law_and_never_a_brand():
    names = " ".join(sphere.name("de") for sphere in legal_spheres.LEGAL_SPHERES)
    assert "Hartz" not in names and "Bürgergeld" not in names


def test_the_right_of_residence_as_an_opportunity_is_offered_from_its_first_day():
    def offered(day):
        return "aufenthg_104c" in [code for code, _ in choices(residence_titles.RESIDENCE_TITLES, "de", day)]

    assert (offered(date(2022, 12, 30)), offered(date(2022, 12, 31))) == (False, True)


def test_every_residence_title_belongs_to_a_named_group():
    assert {title.group for title in residence_titles.RESIDENCE_TITLES} == set(residence_titles.GROUPS)
    assert residence_titles.group_name("toleration", "de") == "Duldung"
    assert (
        residence_titles.residence_title("aufenthg_25_2").name("de") == "§ 25 Abs. 2 AufenthG: Flüchtling oder subsidiär Schutzberechtigte"
    )


@given(st.dates(), st.sampled_from(sorted(LISTS)))
def test_what_is_offered_is_valid_and_named_once(day, name):
    offered = choices_by_name(LISTS[name], "de", day)
    assert len(dict(offered)) == len(offered)
    assert {code for code, _ in offered} == {entry.code for entry in LISTS[name] if valid_on(entry, day)}
