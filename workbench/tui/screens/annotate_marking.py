"""Marking on the annotate screen: labels, the live span, pieces, removal, undo; notes, attributes and links."""

from __future__ import annotations

from workbench.domain.annotation import Annotation
from workbench.domain.change import Operation
from workbench.domain.labels import Attribute, AttributeType, AttributeValue, Label
from workbench.domain.liveness import Edge, Unit
from workbench.domain.span import cover
from workbench.errors import Refused
from workbench.services.annotating import OverSeveral
from workbench.services.library import Ruled
from workbench.tui.actions import Need
from workbench.tui.article import value_words
from workbench.tui.screens.annotate_base import AnnotateBase
from workbench.tui.screens.dialogs.choose import Choice, ChooseDialog, with_letters
from workbench.tui.screens.dialogs.prompt import NoteEditor, TextPrompt

MOST_TARGETS = 500
"""Annotations that are offered as a link's other end, nearest first."""
HINT_LETTERS = "asdfghjklqwertyuiopz"


class MarkingActions(AnnotateBase):
    """What changes annotations. Each method is the action of its name."""

    # Labels.

    def do_annotate_label(self, label: str) -> None:
        """Mark the selection with a label."""
        selection = self.view.selection
        if selection is None:
            name = self.article.label_set.by_uid(label).name
            more = " To give the live span another label, press = first." if self.marking.live else ""
            raise Refused(f"{Need.SELECTION} Then press the letter again to mark it as {name}.{more}")
        words = self.marking.mark(label, selection)
        self.clear_selection()
        self.stand_on_live()
        self.show_subject()
        self.say_live(words)

    async def do_annotate_chooser(self) -> None:
        """Choose a label for the selection, else for the annotation at hand."""
        selection, target = self.view.selection, self.target()
        if selection is None and target is None:
            raise Refused(str(Need.SELECTION))
        about = self.article.quoted(selection) if selection else self.article.name(target) if target else ""
        label = await self._choose_label(about, None if selection else target)
        if label is not None and selection is not None:
            self.do_annotate_label(label)
        elif label is not None and target is not None:
            self.do_annotate_relabel(label, target.uid)

    def do_annotate_relabel(self, label: str, uid: str | None = None) -> None:
        """Give the annotation at hand another label."""
        words = self.marking.relabel(uid or self.known_target().uid, label)
        self.stand_on_live()
        self.show_subject()
        self.say_done(words)

    async def do_annotate_relabel_chooser(self) -> None:
        """Choose another label for the annotation at hand."""
        target = self.known_target()
        label = await self._choose_label(self.article.name(target), target)
        if label is not None:
            self.do_annotate_relabel(label, target.uid)

    async def _choose_label(self, about: str, target: Annotation | None) -> str | None:
        choices = with_letters(
            [
                Choice(
                    label.uid, label.name, label.key or "", label.guideline or "", self.article.look(label.uid).style
                )
                for label in self.article.label_set.active
            ]
        )
        current = target.label if target is not None else None
        dialog = ChooseDialog[str]("Which label?", choices, text=about, current=current)
        return await self.workbench.push_screen_wait(dialog)

    # The live span.

    def do_annotate_end_later(self) -> None:
        """Move the end one token later."""
        self._step(Edge.END, Unit.TOKEN, later=True)

    def do_annotate_end_earlier(self) -> None:
        """Move the end one token earlier."""
        self._step(Edge.END, Unit.TOKEN, later=False)

    def do_annotate_start_earlier(self) -> None:
        """Move the start one token earlier."""
        self._step(Edge.START, Unit.TOKEN, later=False)

    def do_annotate_start_later(self) -> None:
        """Move the start one token later."""
        self._step(Edge.START, Unit.TOKEN, later=True)

    def do_annotate_end_character_later(self) -> None:
        """Move the end one character later."""
        self._step(Edge.END, Unit.CHARACTER, later=True)

    def do_annotate_end_character_earlier(self) -> None:
        """Move the end one character earlier."""
        self._step(Edge.END, Unit.CHARACTER, later=False)

    def do_annotate_start_character_later(self) -> None:
        """Move the start one character later."""
        self._step(Edge.START, Unit.CHARACTER, later=True)

    def do_annotate_start_character_earlier(self) -> None:
        """Move the start one character earlier."""
        self._step(Edge.START, Unit.CHARACTER, later=False)

    def _step(self, edge: Edge, unit: Unit, *, later: bool) -> None:
        words = self.marking.step(self.view.cursor, edge, unit, later=later)
        self._adjusted(words, edge)

    def do_annotate_quotes(self) -> None:
        """Take quotation marks in, or leave them out."""
        self._adjusted(self.marking.toggle_quotes(self.view.cursor), Edge.START)

    def _adjusted(self, words: str, edge: Edge) -> None:
        """Keep the cursor on the start of the piece it is in, and the edge that moved on screen."""
        self.stand_on_live(self.view.cursor)
        live = self.marking.live_annotation
        if live is not None and edge is Edge.END:
            self.view.scroll_to_offset(self.piece_of(live, self.view.cursor).end)
        self.show_subject()
        self.say_done(words)

    def do_annotate_add_fragment(self) -> None:
        """Add the selection to the annotation that is or was live last."""
        selection = self.view.selection
        if selection is None:
            raise Refused(str(Need.SELECTION))
        words = self.marking.add_fragment(selection)
        self.clear_selection()
        self.stand_on_live(selection.start)
        self.show_subject()
        self.say_done(words)

    def do_annotate_remove_fragment(self) -> None:
        """Take the piece at the cursor away."""
        words = self.marking.remove_fragment(self.known_target().uid, self.view.cursor)
        self.stand_on_live(self.view.cursor)
        self.show_subject()
        self.say_done(words)

    def do_annotate_remove(self) -> None:
        """Remove the annotation at hand."""
        target = self.known_target()
        words = self.marking.remove(target.uid)
        self.after_removal(target)
        self.show_subject()
        self.say_done(words)

    # Undo.

    def do_annotate_undo(self) -> None:
        """Take back the last operation."""
        self._repeat(back=True)

    def do_annotate_redo(self) -> None:
        """Bring back what was undone."""
        self._repeat(back=False)

    def _repeat(self, *, back: bool) -> None:
        try:
            operation, words = self.marking.undo() if back else self.marking.redo()
        except OverSeveral:
            future = self.article.session.repeat_whole(back=back)
            self.in_background(future.result, lambda ruled: self._repeated_whole(ruled, back=back), group="whole")
        else:
            self._repeated(operation, words)

    def _repeated_whole(self, ruled: Ruled, *, back: bool) -> None:
        title = ruled.head.title.partition(" ")[2]
        self.say_done(f"{'Undone' if back else 'Done again'} in {len(ruled.changed):,} articles: {title}")

    def _repeated(self, operation: Operation, words: str) -> None:
        place = self.marking.place_of(operation)
        self.clear_selection()
        if place is not None:
            self.view.move_cursor(place, jump=True)
        self.show_subject()
        self.say_done(words)

    # About an annotation.

    async def do_annotate_note(self) -> None:
        """Write a note on the annotation at hand."""
        target = self.known_target()
        editor = NoteEditor("Note", target.note or "", text=self.article.name(target, 60))
        note = await self.workbench.push_screen_wait(editor)
        if note is not None and note != (target.note or ""):
            self.tell_done(self.marking.set_note(target.uid, note))

    async def do_annotate_attributes(self) -> None:
        """Set values of the attributes of the annotation at hand, until esc."""
        uid = self.known_target().uid
        while True:
            target = self.marking.article.index.get(uid)
            if target is None:
                return
            label = self.article.label(target)
            attribute = await self._choose_attribute(label, target)
            if attribute is None:
                return
            answer = await self._ask_value(attribute, dict(target.attributes).get(attribute.name))
            if answer is not None and answer[0] != dict(target.attributes).get(attribute.name):
                self.tell_done(self.marking.set_attribute(uid, attribute.name, answer[0]))
            if len(label.attributes) == 1:
                return

    async def _choose_attribute(self, label: Label, target: Annotation) -> Attribute | None:
        if len(label.attributes) == 1:
            return label.attributes[0]
        values = dict(target.attributes)
        choices = with_letters(
            [
                Choice(known, known.name, help=value_words(values[known.name]) if known.name in values else "no value")
                for known in label.attributes
            ]
        )
        about = self.article.name(target, 60)
        return await self.workbench.push_screen_wait(ChooseDialog[Attribute]("Attribute values", choices, text=about))

    async def _ask_value(
        self, attribute: Attribute, present: AttributeValue | None
    ) -> tuple[AttributeValue | None] | None:
        """Ask for a value; a tuple holds the answer, which may be that there is none, and None means esc."""
        if attribute.type in (AttributeType.CHOICE, AttributeType.FLAG):
            values: list[AttributeValue] = list(attribute.choices) or [True, False]
            answers: list[tuple[AttributeValue | None]] = [(value,) for value in values]
            choices = [Choice(answer, value_words(value)) for answer, value in zip(answers, values, strict=True)]
            choices.append(Choice((None,), "no value", "-"))
            current = (present,) if present is not None else None
            dialog = ChooseDialog[tuple[AttributeValue | None]](attribute.name, with_letters(choices), current=current)
            return await self.workbench.push_screen_wait(dialog)
        text = "Leave it empty to take the value away."
        prompt = TextPrompt(
            attribute.name,
            "" if present is None else str(present),
            text=text,
            check=lambda line: None if not line.strip() else _problem(attribute, line),
        )
        line = await self.workbench.push_screen_wait(prompt)
        if line is None:
            return None
        return (_value(attribute, line) if line.strip() else None,)

    # Links.

    async def do_annotate_link(self) -> None:
        """Link the annotation at hand to another, or take such a link away."""
        source = self.known_target()
        targets = self.marking.targets(source)
        links = [
            (words, link, other) for words, link, other in self.article.ends_of(source) if link.source == source.uid
        ]
        if not targets and not links:
            raise Refused(
                f"there is nothing yet that this {self.article.label(source).name} could be linked to",
                remedy=f"Mark it first: {self._linkable_labels(source)}.",
            )
        answer = await self.workbench.push_screen_wait(self._link_dialog(source))
        if answer is None:
            return
        what, first, second = answer
        words = self.marking.unlink(first) if what == "unlink" else self.marking.link(first, source.uid, second)
        self.tell_done(words)

    def _linkable_labels(self, source: Annotation) -> str:
        label_set = self.article.label_set
        names = [
            label.name
            for label in label_set.active
            if any(kind.allows(source.label, label.uid) for kind in label_set.link_types)
        ]
        return " or ".join(names)

    def _link_dialog(self, source: Annotation) -> ChooseDialog[tuple[str, str, str]]:
        targets = self.marking.targets(source)[:MOST_TARGETS]
        several = len({kind.uid for kind, _ in targets}) > 1
        choices: list[Choice[tuple[str, str, str]]] = []
        for number, (kind, other) in enumerate(targets):
            look = self.article.look(other.label)
            letter = HINT_LETTERS[number] if number < len(HINT_LETTERS) else ""
            help_text = f"{kind.name}  " if several else ""
            help_text += f"{self.article.label(other).name}, {self._how_far(source, other)}"
            text = self.article.words(other, 44)
            choices.append(Choice(("link", kind.uid, other.uid), text, letter, help_text, look.style))
        for words, link, other in self.article.ends_of(source):
            if link.source == source.uid:
                text = f"take away: {words} {self.article.words(other, 36)}"
                choices.append(Choice(("unlink", link.uid, ""), text, "-" if len(choices) == len(targets) else ""))
        return ChooseDialog("Attribute to", choices, text=self.article.name(source, 60))

    @staticmethod
    def _how_far(source: Annotation, other: Annotation) -> str:
        here, there = cover(source.extent), cover(other.extent)
        if there.end <= here.start:
            return f"{here.start - there.end:,} characters before"
        if here.end <= there.start:
            return f"{there.start - here.end:,} characters after"
        return "in the same place"

    async def do_annotate_unlink(self) -> None:
        """Choose a link of the annotation at hand to take away."""
        source = self.known_target()
        links = self.article.ends_of(source)
        if len(links) == 1:
            self.tell_done(self.marking.unlink(links[0][1].uid))
            return
        choices = with_letters([Choice(link.uid, f"{how} {self.article.words(other)}") for how, link, other in links])
        link = await self.workbench.push_screen_wait(ChooseDialog[str]("Take which link away?", choices))
        if link is not None:
            self.tell_done(self.marking.unlink(link))

    def tell_done(self, words: str) -> None:
        """Show what an action did that moved nothing."""
        self.show_subject()
        self.say_done(words)


def _value(attribute: Attribute, line: str) -> AttributeValue:
    if attribute.type is not AttributeType.NUMBER:
        return line.strip()
    try:
        return int(line)
    except ValueError:
        return float(line)


def _problem(attribute: Attribute, line: str) -> str | None:
    try:
        value = _value(attribute, line)
    except ValueError:
        return f"{line.strip()!r} is not a number; write it like 1200 or 0.5."
    if isinstance(value, float) and not abs(value) < float("inf"):
        return f"{line.strip()!r} is not a number that can be stored."
    problem = attribute.problem_with(value)
    return f"{line.strip()!r} {problem}." if problem else None
