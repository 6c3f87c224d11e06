"""Loading the sample articles: ids and times that never change, places found by quotation, errors that say where."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.domain.bundle import Bundle
from workbench.domain.text import text_hash
from workbench.errors import EnvironmentFault, OffsetError, WorkbenchError
from workbench.services import seeds
from workbench.services.seeds import find_quote, headline, load_seeds, seeds_folder

ARTICLE = "Skip to the story\nThe toll will double, says the port\nThe port, not the town, sets it. The port knows.\n"


@pytest.fixture(scope="module")
def bundles() -> list[Bundle]:
    return load_seeds(seeds_folder())


def a_folder(place: Path, entry: str, *, article: str = ARTICLE) -> Path:
    """A seeds folder with one article and one annotation."""
    (place / "toll.txt").write_bytes(article.encode())
    (place / seeds.ANNOTATIONS).write_text(
        f'[[document]]\nid = "toll"\n[[set]]\ndocument = "toll"\nannotator = "ana"\nstate = "finished"\n'
        f"started = 2026-03-02T09:15:00Z\nannotations = [ {entry} ]\n",
        encoding="utf-8",
    )
    return place


def test_every_article_comes_with_its_text_hash_title_and_origin(bundles: list[Bundle]) -> None:
    assert len(bundles) == 5
    for bundle in bundles:
        document = bundle.document
        assert document.sha256 == text_hash(document.text)
        assert document.origin is not None
        assert document.origin.path == f"{document.uid}.txt"
        assert document.origin.sha256 == document.sha256
        assert not document.given
        assert document.title is not None and document.title in document.text
        assert document.meta["kind"]


def test_titles_are_headlines_and_not_menus(bundles: list[Bundle]) -> None:
    assert [(bundle.document.title or "")[:24] for bundle in bundles] == [
        "Cannon Fodder, and ‘Grat",
        "Nobody Asked, Nobody Cou",
        "The war is fierce, but P",
        "One Bullet Kept Back: Wh",
        "Russia Admits to the Tro",
    ]


def test_uids_are_unique_in_a_document_and_the_same_at_every_load(bundles: list[Bundle]) -> None:
    assert load_seeds(seeds_folder()) == bundles
    for bundle in bundles:
        uids = [annotation.uid for annotation in bundle.annotations]
        assert uids == [f"a{number:03}" for number in range(1, len(uids) + 1)]
        assert [link.uid for link in bundle.links] == [f"k{number:03}" for number in range(1, len(bundle.links) + 1)]


def test_times_grow_within_a_set_and_everything_was_selected(bundles: list[Bundle]) -> None:
    for bundle in bundles:
        for row in bundle.sets:
            annotations = [annotation for annotation in bundle.annotations if annotation.key == row.key]
            links = [link for link in bundle.links if link.key == row.key]
            times = [annotation.created for annotation in annotations] + [link.created for link in links]
            assert times == sorted(set(times), key=str)
            assert all(annotation.updated == annotation.created for annotation in annotations)
            assert {annotation.made for annotation in annotations} == {"selected"}
    assert bundles[0].annotations[0].created == "2026-03-02T09:15:20Z"


def test_links_join_annotations_of_one_set(bundles: list[Bundle]) -> None:
    for bundle in bundles:
        key_of = {annotation.uid: annotation.key for annotation in bundle.annotations}
        for link in bundle.links:
            assert key_of[link.source] == key_of[link.target] == link.key
            assert link.type == "attribution"


def test_fragments_lie_inside_the_text_apart_from_each_other_and_on_words(bundles: list[Bundle]) -> None:
    for bundle in bundles:
        text = bundle.document.text
        for annotation in bundle.annotations:
            for start, end in annotation.fragments:
                assert text[start:end] == text[start:end].strip()
                assert not (text[start - 1].isalnum() and text[start].isalnum()), text[start - 9 : end]
                run_together = text[end : end + 10] == "reportedly"
                assert run_together or not (text[end - 1].isalnum() and text[end].isalnum()), text[start : end + 9]


def test_a_quotation_that_is_there_once_needs_no_help() -> None:
    assert find_quote("aa bb cc", "bb") == (3, 5)


def test_an_occurrence_counts_from_one_and_over_overlaps() -> None:
    assert find_quote("aaa", "aa", occurrence=2) == (1, 3)


def test_a_longer_quotation_says_which_one_is_meant() -> None:
    assert find_quote("he said, then he left", "he", within="then he left", occurrence=2) == (14, 16)


@pytest.mark.parametrize(
    ("quote", "occurrence", "said"),
    [
        ("port", None, "2 times"),
        ("ferry", None, "not there"),
        ("port", 3, "not there 3 times"),
        ("port", 0, "not there"),
    ],
)
def test_a_quotation_without_one_place_is_refused(quote: str, occurrence: int | None, said: str) -> None:
    with pytest.raises(OffsetError, match=said):
        find_quote("port and port", quote, occurrence=occurrence)


def test_the_parts_of_a_claim_are_found_one_after_the_other(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, '{ label = "claim", parts = ["The port", "sets", "it"], within = "The port, not" }')
    [bundle] = load_seeds(folder)
    assert [bundle.document.text[start:end] for start, end in bundle.annotations[0].fragments] == [
        "The port",
        "sets",
        "it",
    ]


def test_a_quotation_that_is_not_in_its_article_is_refused_by_name(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, '{ label = "claim", quote = "The toll is halved" }')
    with pytest.raises(OffsetError, match=r"toll, ana, claim: .*The toll is halved"):
        load_seeds(folder)


def test_an_annotations_file_that_is_broken_is_refused_by_name(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, '{ label = "claim" }')
    with pytest.raises(WorkbenchError, match=r"annotations\.toml: not a file of annotations"):
        load_seeds(folder)


def test_a_missing_article_says_so(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, '{ label = "claim", quote = "The port knows" }')
    (folder / "toll.txt").unlink()
    with pytest.raises(EnvironmentFault, match=r"toll\.txt: cannot read it"):
        load_seeds(folder)


def test_an_article_of_short_lines_has_no_headline() -> None:
    assert headline("close\nMenu\n\nSkip to the main story\n") is None


def test_the_checkout_is_used_before_the_copy_in_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "workbench"
    packaged, checkout = package / "_seeds", tmp_path / "seeds"
    for folder in (packaged, checkout):
        folder.mkdir(parents=True)
        (folder / seeds.ANNOTATIONS).touch()
    monkeypatch.setattr(seeds, "_PACKAGE", package)
    assert seeds_folder() == packaged
    (tmp_path / "pyproject.toml").touch()
    assert seeds_folder() == checkout


def test_an_installation_without_the_articles_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeds, "_PACKAGE", tmp_path / "workbench")
    with pytest.raises(EnvironmentFault, match=r"sample articles are missing.*Install the workbench again"):
        seeds_folder()
