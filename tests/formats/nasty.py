"""Two articles that are unkind to offsets, with all that a document can carry; the golden files hold them."""

from __future__ import annotations

from workbench.domain.bundle import (
    AnnotationRow,
    AnnotatorRow,
    Bundle,
    DecisionRow,
    DocumentRow,
    LinkRow,
    Origin,
    Project,
    SetKey,
    SetRow,
)
from workbench.domain.labels import (
    ATTRIBUTION,
    DEFAULT_LABEL_SET,
    Attribute,
    AttributeType,
    Label,
    LabelKind,
    LabelSet,
    LinkType,
)
from workbench.domain.text import text_hash

ANA = SetKey("annotator", "ana")
BEN = SetKey("annotator", "ben")
CY = SetKey("annotator", "cy")
GOLD = SetKey("gold", None)
MODEL = SetKey("imported", "model:x")
TIME = "2025-02-03T04:05:06Z"

FERRY = (
    "=Ferry 👩‍🚀 halted\u2028off Åland\n"
    "\tThe harbour master, Zoe\u0308 Ek, counted 1\u00a0200 cars.\f\n"
    "船は三日間止まる、と佐藤船長は語った。\n"
    "NA\u0085null and 🇫🇮 flags: -3 °C, @noon, +2 crews.\n"
    "She said the ferry, once mended, would sail again.\n"
)

ATTRIBUTES = (
    Attribute("checked", AttributeType.FLAG),
    Attribute("rating", AttributeType.CHOICE, ("true", "false", "unclear")),
    Attribute("weight", AttributeType.NUMBER),
    Attribute("why", AttributeType.TEXT),
)


def project() -> Project:
    """The default labels, the claim with attributes, an archived label, a link type without ends, and settings."""
    claim, *others = DEFAULT_LABEL_SET.labels
    labels = (
        Label(claim.uid, claim.name, "c", "amber", claim.kind, "What could be checked.", False, ATTRIBUTES),
        *others,
        Label("label-old", "old label", None, None, LabelKind.NONE, None, True),
    )
    link_types = (ATTRIBUTION, LinkType("lt-01", "contradicts"))
    annotators = (AnnotatorRow("ana", "u-ana", "Ana Å."), AnnotatorRow("ben"), AnnotatorRow("cy", "u-cy"))
    return Project("nasty", LabelSet(labels, link_types), annotators, {"window": 3, "name": "Ōta"})


def marked(uid: str, key: SetKey, label: str, *quotes: str, **details: object) -> AnnotationRow:
    """An annotation on words of FERRY, each found after the one before."""
    fragments = []
    place = 0
    for quote in quotes:
        place = FERRY.index(quote, place)
        fragments.append((place, place + len(quote)))
        place += len(quote)
    row = AnnotationRow(uid, key, label, tuple(fragments), created=TIME, updated=TIME)
    return row._replace(**details)


def ferry() -> Bundle:
    """An article with every kind of character and of record."""
    origin = Origin("ferry.txt", text_hash(FERRY), "utf-8", False, "lf")
    meta = {"outlet": "Skärgårdsbladet", "tags": ["sea", None, 1.5], "=sum": "=1+1"}
    document = DocumentRow("ferry", "=Ferry halted", FERRY, text_hash(FERRY), origin, meta)
    sets = [
        SetRow(GOLD, "finished", None),
        SetRow(MODEL, "finished", None),
        SetRow(CY, "finished", None),
        SetRow(BEN, "in_progress", None),
        SetRow(ANA, "finished", "@cy: see the flag\nand the tab\t."),
    ]
    values = (("checked", True), ("rating", "unclear"), ("weight", 2.5), ("why", "NA"))
    annotations = [
        marked("a1", ANA, "claim", "=Ferry 👩‍🚀 halted", note="null", attributes=values, made="drawn"),
        marked("a2", ANA, "speaker", "The harbour master, Zoe\u0308 Ek", made="selected"),
        marked("a3", ANA, "speaker", "Zoe\u0308 Ek", created=None, updated=None),
        marked("a4", ANA, "figure", "1\u00a0200 cars", derived_from=("m1",), made="accepted"),
        marked("a5", ANA, "claim", "船は三日間止まる"),
        marked("a6", ANA, "speaker", "佐藤船長", note='he "said", twice'),
        marked("a7", ANA, "claim", "the ferry", "would sail again", note="-"),
        marked("a8", ANA, "source", "NA\u0085null", made="propagated"),
        marked("a9", ANA, "figure", "-3 °C"),
        marked("b1", BEN, "claim", "harbour master, Zoe\u0308 Ek, counted 1\u00a0200"),
        marked("b2", BEN, "claim", "halted\u2028off Åland\n\tThe harbour"),
        marked("m1", MODEL, "figure", "1\u00a0200 cars", made="imported"),
        marked("m2", MODEL, "figure", "🇫🇮", made="imported"),
        marked(
            "g1",
            GOLD,
            "claim",
            "the ferry",
            "would sail again",
            derived_from=("a7",),
            provenance='{"adjudicator":"cy","decision":"take","free":{"k":[1,null]},"rule":null,"time":null}',
        ),
    ]
    links = [
        LinkRow("k2", ANA, "contradicts", "a9", "a4", "cold", None, None),
        LinkRow("k1", ANA, "attribution", "a5", "a6", None, TIME, TIME),
    ]
    decisions = [
        DecisionRow("d2", "neither", "cy", None, TIME, "both are =wrong", '[{"annotator":"ben","ids":["b1"]}]', ()),
        DecisionRow("d1", "take", "cy", None, None, None, '[{"annotator":"ana","ids":["a7"]}]', ("g1",), True),
    ]
    return Bundle(document, sets, annotations, links, decisions)


def plain() -> Bundle:
    """An ASCII article that nobody has looked at."""
    text = "Nothing happened.\n"
    return Bundle(DocumentRow("quiet", None, text, text_hash(text)))


def bundles() -> list[Bundle]:
    """Both articles, in the order of exports."""
    return [ferry(), plain()]
