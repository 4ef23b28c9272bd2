"""One curator's place in a queue: which work lies before them, where they came from, what they just did.

No drawing here. Nothing moves unless a decision was made, or the person says so.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from artml.collection import Collection, Decision, Person, Queued, Work
from artml.collection.review import Wish
from artml.errors import CollectionError, DecidedMeanwhile, UnknownName
from artml.exports.record import Outcome, Said
from artml.web.claims import CLAIMS
from artml.web.review.saying import in_words

RECENT = 8
"""Labels that were typed last, kept at hand."""


@dataclass
class Desk:
    """A desk in one session. `facet` and `wish` say which queue; change them by `turn_to`."""

    collection: Collection
    person: Person
    facet: str
    wish: Wish = field(default_factory=Wish)
    facets: tuple[str, ...] = ()
    """All that can be asked of its works."""
    work: Work | None = None
    """The one that lies here."""
    trail: list[Work] = field(default_factory=list)
    """Those that lay here before it, the first first."""
    passed: list[Work] = field(default_factory=list)
    """Those not to be shown again until the queue is through."""
    message: str = ""
    """What just happened, in a sentence; said once."""
    recent: dict[str, list[str]] = field(default_factory=dict)
    """Labels that were typed last, by facet."""
    session: str = field(default_factory=lambda: uuid.uuid4().hex)

    # Which work

    def turn_to(self, facet: str, wish: Wish) -> None:
        """Choose a queue. On another facet the same work stays, unless that is decided there."""
        if (facet, wish) == (self.facet, self.wish):
            return
        stays = (
            wish == self.wish and self.work is not None and facet not in self.collection.current(self.work)
        )
        self.facet, self.wish = facet, wish
        self.trail, self.passed = [], []
        if not stays:
            self.work = None

    def lay(self, sha256: str) -> None:
        """Lay the work of that id here, if there is one."""
        if self.work is not None and self.work.sha256 == sha256:
            return
        try:
            found = self.collection.work(sha256)
        except UnknownName:
            return
        if self.work is not None:
            self.trail.append(self.work)
        self.work = found

    def look(self) -> Queued | None:
        """The work that lies here, with what is known of it; the first that waits, where none does."""
        self.work = self.work or self._first()
        if self.work is None:
            self.away()
            return None
        CLAIMS.take(self.session, self.person.name, self.facet, self.work.id)
        return self.collection.queued(self.work, self.facet)

    def away(self) -> None:
        """Leave the work to others for as long as this person looks at something else."""
        CLAIMS.drop(self.session)

    def holder(self) -> str:
        """Who else has this work before them; empty where nobody has."""
        return CLAIMS.others(self.session, self.facet).get(self.work.id, "") if self.work else ""

    def next(self) -> None:
        """Pass the work by."""
        if self.work is not None:
            self.passed.append(self.work)
        self._on()

    def back(self) -> None:
        """Lay the work here that was here before; failing that, the one that this person decided last."""
        if self.trail:
            self.work = self.trail.pop()
            return
        if latest := self.collection.latest(self.person, self.facet, self.wish.get("folder")):
            self.work = latest[0]

    # What is said of it

    def accept(self, seen: Queued) -> None:
        """Agree with the label predicted first, and go on."""
        if seen.prediction is not None:
            self.say(seen, [Said(seen.prediction.label)])

    def say(self, seen: Queued, labels: Iterable[Said], note: str = "") -> None:
        """Decide on labels, and go on: it is accepted if it is the one predicted first, else corrected."""
        said = tuple(labels)
        first = seen.prediction.label if seen.prediction else ""
        accepted = len(said) == 1 and said[0] == Said(first)
        used = [label.label for label in said if label.label != first]
        self.recent[self.facet] = list(dict.fromkeys([*used, *self.recent.get(self.facet, [])]))[:RECENT]
        self._decide(seen, "accepted" if accepted else "corrected", said, note)

    def cannot_say(self, seen: Queued, note: str = "") -> None:
        """Say that it cannot be said, and go on."""
        self._decide(seen, "cannot_say", (), note)

    def undo(self) -> None:
        """Take back this person's last decision in this queue, and lay its work here again."""
        found = self.collection.latest(self.person, self.facet, self.wish.get("folder"))
        if found is None:
            self.message = f"There is no {self.facet} of yours to take back."
            return
        work, decision = found
        if self._done(self.collection.undo, self.person, decision):
            self.work = work
            self.passed = [passed for passed in self.passed if passed.id != work.id]
            self.message = f"Taken back: {in_words(decision)}."

    # Many at once

    def accept_all(self, queue: Iterable[Queued]) -> list[Decision]:
        """Agree with what was predicted first of each; what somebody decided meanwhile is left to them.

        All are stored together. Works of which nothing of use was predicted are left out.
        """
        taken, left = [], 0
        with self.collection.together():
            for each in queue:
                if each.prediction is None or not each.prediction.is_painting:
                    continue
                try:
                    label = each.prediction.label
                    taken.append(
                        self.collection.decide(self.person, each.work, self.facet, "accepted", [label])
                    )
                except DecidedMeanwhile:
                    left += 1
        self.message = f"Accepted: {len(taken)} works." + (
            f" {left} were decided meanwhile, and stay so." if left else ""
        )
        self.work = None
        return taken

    def take_back(self, decisions: Iterable[Decision]) -> None:
        """Take back decisions, those that stand still."""
        undone = 0
        with self.collection.together():
            for decision in decisions:
                try:
                    self.collection.undo(self.person, decision)
                    undone += 1
                except DecidedMeanwhile:
                    continue
        self.message = f"Taken back: {undone} decisions."
        self.work = None

    def _decide(self, seen: Queued, outcome: Outcome, labels: tuple[Said, ...], note: str) -> None:
        if self.work is None or self.work.id != seen.work.id:
            return  # a key pressed twice: that work is decided and gone
        expected = seen.decision and seen.decision.id
        decided = self._done(
            self.collection.decide,
            self.person,
            seen.work,
            self.facet,
            outcome,
            labels,
            note=note,
            expected=expected,
        )
        if decided:
            if self.wish.get("decided"):
                self.passed.append(seen.work)
            self._on()

    def _done(self, act: Callable[..., object], *arguments: object, **named: object) -> bool:
        """Whether the collection did as asked; if not, the reason is the message."""
        try:
            act(*arguments, **named)
        except CollectionError as error:
            self.message = str(error)
            return False
        return True

    def _on(self) -> None:
        if self.work is not None:
            self.trail.append(self.work)
        self.work = self._first()

    def _first(self) -> Work | None:
        """The first that waits and nobody else holds; failing that, one that was passed by or is held."""
        held = CLAIMS.others(self.session, self.facet)
        passed = [work.id for work in self.passed]
        for without in ([*passed, *held], passed, []):
            asked: Wish = {**self.wish, "without": without, "limit": 1}
            found = self.collection.queue(self.facet, **asked)
            if found:
                if not without:
                    self.passed = []
                return found[0].work
        return None
