"""The sample articles: ours in every sentence, with the troubles they promise, and annotations that fit them."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from workbench.domain.labels import DEFAULT_LABEL_SET
from workbench.services.seeds import find_quote

SEEDS = ROOT / "seeds"
NAMES = ("grateful-duty", "no-say-in-it", "pride-and-pay", "last-bullet", "choose-your-life")
SHARED_RUN = 7
"""Words in a row that no article may share with an original."""

TROUBLES = {
    "grateful-duty": [
        "Jump to the top menu Jump",
        "Comments0",
        "\n300\n",
        "[JUST IN]",
        "KimJong Un",
        "Kim Jong-un",
        "Ukraine's culture",
        "Ukraine’s culture",
        "The\u00a0Wall Street Journal\u00a0(WSJ)",
        "ASIA&nbsp\n",
        "ASIA\u00a0\n",
        "  • 1\n    ",
        "jobs in\nthe Workers’ Party",
        "journey: \na rare",
        "Lee Hyun Seung",
        "10,000 Troops",
    ],
    "no-say-in-it": [
        "“deployments.’",
        "fighters,even",
        "which was\nbarely",
        "$2,000\u00a0a month",
        "$100 a month",
        "going. \nA Word",
        "• Lima",
        "\n0 Comments\n",
    ],
    "pride-and-pay": [
        "close\nclose\n",
        "Russiareportedly",
        "Jong-unwho",
        "put . This",
        "North Korean role The war",
        "30 years Defectors",
        "“slaves” human rights groups",
        "ask be brought",
        "flat and flat",
        "scholarships",
        "Ahn Chang-il",
        "about 10,000",
        "$2,000 a month",
        "soldiers.\u00a0A year",
    ],
    "last-bullet": [
        "Menu\nMenu\n",
        "&nbsp;/&nbsp;",
        "South Korea’s SEOUL",
        "Lee Chul Eun",
        "Lee Chun Eul",
        "Lee Hyun-seung",
        "Ahn Chan Il",
        "entirely sure,\nsince",
        "more than 11,000",
    ],
    "choose-your-life": [
        "“our business.’ Besides,\non the 1st",
        "“Jangmadang generation,”‘",
        "to the  \nso-called",
        "Moscow. and spoke",
        "life itself His",
        "begin anew,\n",
        "secruity",
        "whathe",
        "Around 15,000",
        "$2,000\u00a0a month",
        "Kim Jong-un",
        "Kim Jong Un",
    ],
}


def text_of(name: str) -> str:
    return (SEEDS / f"{name}.txt").read_bytes().decode("utf-8")


def annotation_sets() -> list[dict[str, Any]]:
    data = tomllib.loads((SEEDS / "annotations.toml").read_text(encoding="utf-8"))
    return list(data["set"])


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+(?:['-]\w+)*", text.lower().replace("’", "'"))


def runs_of(text: str, length: int) -> set[tuple[str, ...]]:
    words = words_of(text)
    return {tuple(words[start : start + length]) for start in range(len(words) - length + 1)}


def place_of(entry: dict[str, Any], text: str) -> tuple[tuple[int, int], ...]:
    first, *others = entry.get("parts") or [entry["quote"]]
    places = [find_quote(text, first, within=entry.get("within"), occurrence=entry.get("occurrence"))]
    for part in others:
        start = text.index(part, places[-1][1])
        places.append((start, start + len(part)))
    return tuple(places)


def test_there_are_five_articles_and_each_is_named_in_the_readme() -> None:
    assert sorted(path.stem for path in SEEDS.glob("*.txt")) == sorted(NAMES)
    readme = (SEEDS / "README.md").read_text(encoding="utf-8")
    assert all(f"`{name}.txt`" in readme for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_an_article_shares_no_run_of_words_with_any_original(name: str, shared: Path) -> None:
    originals = sorted((shared / "seeds").glob("*.txt"))
    assert len(originals) == 5
    ours = runs_of(text_of(name), SHARED_RUN)
    for original in originals:
        common = ours & runs_of(original.read_text(encoding="utf-8"), SHARED_RUN)
        assert not common, sorted(" ".join(run) for run in common)


@pytest.mark.parametrize("name", NAMES)
def test_an_article_has_the_troubles_it_promises(name: str) -> None:
    text = text_of(name)
    assert [trouble for trouble in TROUBLES[name] if trouble not in text] == []


@pytest.mark.parametrize("name", NAMES)
def test_an_article_is_plain_utf8_with_lf_and_of_a_usual_length(name: str) -> None:
    content = (SEEDS / f"{name}.txt").read_bytes()
    assert b"\r" not in content and b"\x00" not in content and not content.startswith(b"\xef\xbb\xbf")
    assert 2_500 <= len(content) <= 8_700
    assert re.search("[“”]", content.decode("utf-8")) and "’" in content.decode("utf-8")


def test_one_article_ends_without_a_newline_and_some_lines_end_in_blanks() -> None:
    assert [name for name in NAMES if not text_of(name).endswith("\n")] == ["grateful-duty"]
    blank_ended = [name for name in NAMES if re.search(r" $", text_of(name), re.MULTILINE)]
    assert len(blank_ended) >= 3


@pytest.mark.parametrize("name", ["pride-and-pay", "last-bullet"])
def test_the_title_stands_twice(name: str) -> None:
    long_lines = [line for line in text_of(name).split("\n") if len(line.split()) > 5]
    assert long_lines[0] == long_lines[1]


def test_lists_of_headlines_are_repeated_inside_an_article_and_between_articles() -> None:
    inside = Counter(line for line in text_of("grateful-duty").split("\n") if line.startswith("  • "))
    assert sum(1 for number in inside.values() if number > 1) >= 10
    between = Counter(
        line.strip(" •") for name in NAMES for line in set(text_of(name).split("\n")) if len(line.split()) > 5
    )
    assert max(between.values()) >= 3


def test_ana_has_finished_all_five_and_ben_three_with_one_begun() -> None:
    states = {(row["document"], row["annotator"]): row["state"] for row in annotation_sets()}
    assert len(states) == len(annotation_sets())
    assert {name: states.get((name, "ana")) for name in NAMES} == dict.fromkeys(NAMES, "finished")
    ben = Counter(states.get((name, "ben")) for name in NAMES)
    assert ben == {"finished": 3, "in_progress": 1, None: 1}


@pytest.mark.parametrize("row", annotation_sets(), ids=lambda row: f"{row['annotator']}-{row['document']}")
def test_every_quotation_has_one_place_and_no_place_has_a_label_twice(row: dict[str, Any]) -> None:
    text = text_of(row["document"])
    places = Counter((entry["label"], place_of(entry, text)) for entry in row["annotations"])
    assert [place for place, number in places.items() if number > 1] == []


@pytest.mark.parametrize("row", annotation_sets(), ids=lambda row: f"{row['annotator']}-{row['document']}")
def test_every_attribution_goes_from_a_claim_to_a_speaker_or_source_of_its_set(row: dict[str, Any]) -> None:
    keys = [entry["key"] for entry in row["annotations"] if "key" in entry]
    assert len(set(keys)) == len(keys)
    label_of = {entry["key"]: entry["label"] for entry in row["annotations"] if "key" in entry}
    attribution = DEFAULT_LABEL_SET.link_type("attribution")
    uid = {label.name: label.uid for label in DEFAULT_LABEL_SET.labels}
    for entry in row["annotations"]:
        for target in entry.get("attributed_to", []):
            assert attribution.allows(uid[entry["label"]], uid[label_of[target]]), entry
    pointed = {target for entry in row["annotations"] for target in entry.get("attributed_to", [])}
    assert pointed == set(keys)


def test_the_annotations_have_what_a_demonstration_needs() -> None:
    entries = [entry for row in annotation_sets() for entry in row["annotations"]]
    assert sum(1 for entry in entries if "parts" in entry) >= 10
    assert sum(1 for entry in entries if "note" in entry) >= 10
    assert {entry["label"] for entry in entries} == {"claim", "speaker", "figure", "source"}
    assert any("occurrence" in entry for entry in entries)


def test_the_two_annotators_agree_on_much_and_differ_on_labels_and_edges() -> None:
    rows = {(row["document"], row["annotator"]): row for row in annotation_sets()}
    alike = relabelled = 0
    for name in ("grateful-duty", "no-say-in-it", "choose-your-life"):
        text = text_of(name)
        ana, ben = (
            {(place_of(entry, text), entry["label"]) for entry in rows[name, who]["annotations"]}
            for who in ("ana", "ben")
        )
        alike += len(ana & ben)
        relabelled += len({place for place, _ in ana - ben} & {place for place, _ in ben - ana})
        assert ana - ben and ben - ana
    assert alike >= 30
    assert relabelled >= 2
