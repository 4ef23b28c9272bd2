"""What the page says of an answer, in words: no widgets here, so that every sentence is tested."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from artml.classifier import Answer, Prediction

SURE: Final = "sure"
FAIRLY_SURE: Final = "fairly sure"
PERHAPS: Final = "perhaps"
NOT_SURE: Final = "not sure"

SURE_FROM = 0.9
PERHAPS_FROM = 0.35

MADE: Final = {"hand": "Made by hand", "algorithm": "Drawn by an algorithm"}
CANNOT_SAY: Final = "By hand or by algorithm: cannot say"
NO_GENERATORS: Final = (
    "the model has met art drawn by programs, never pictures from AI image generators, and cannot judge those"
)

NOT_A_PAINTING: Final = "This does not look like a painting, so take nothing here for certain."


def confidence(probability: float, certain: bool) -> str:
    """The word for a calibrated probability (0 to 1): "sure", "fairly sure", "perhaps" or "not sure".

    The first two are for answers the model calls certain (right nine times in ten on works it had not
    seen), "sure" from 0.9 up. Below that, "perhaps" from 0.35 up.
    """
    if certain:
        return SURE if probability >= SURE_FROM else FAIRLY_SURE
    return PERHAPS if probability >= PERHAPS_FROM else NOT_SURE


def confidence_of(prediction: Prediction) -> str:
    """The word for the first label of one facet."""
    return confidence(prediction.probability, prediction.certain)


@dataclass(frozen=True)
class WallText:
    """The words of one wall label: its title, how sure that is, the line under it, the doubt, and quietly
    whether it was made by hand.
    """

    title: str
    confidence: str
    line: str
    doubt: str
    made: str = ""

    @property
    def certain(self) -> bool:
        """Whether its title is one of the answers that the model calls certain."""
        return self.confidence in (SURE, FAIRLY_SURE)

    @property
    def spoken(self) -> str:
        """All of it in one breath, as alternative text or under a small picture."""
        return " — ".join(part for part in (self.title, self.confidence) if part)


def wall_text(answer: Answer) -> WallText:
    """The words for one answer; `line`, `doubt` and `made` are empty where there is nothing to say."""
    line = _sentence(_genre(answer.get("genre")), _artist(answer.get("artist")))
    made = _made(answer.get("technique"))
    style = answer.get("style")
    if not answer.is_painting:
        return WallText("Not a painting, it seems", "", "", NOT_A_PAINTING, made)
    if style is None:
        return WallText("A painting", "", line, "", made)
    word = confidence_of(style)
    if word == NOT_SURE:
        return WallText("Style uncertain", "", line, _undecided(style), made)
    doubt = _wavering(style) if word == PERHAPS else ""
    return WallText(style.label, word, line, doubt, made)


def verdicts(answer: Answer) -> list[str]:
    """For each facet with bars, whether its first label is certain, in a sentence; none for no painting."""
    if not answer.is_painting:
        return []
    return [_verdict(answer[facet]) for facet in ("style", "genre", "artist") if facet in answer]


def reasons(answer: Answer) -> list[str]:
    """Sentences on how sure this one answer is: what is likely in it, and what the technique rests on."""
    return [sentence for sentence in (_likely(answer), _technique(answer.get("technique"))) if sentence]


def bars_title(prediction: Prediction) -> str:
    """What stands above the bars of one facet: its name, or on what condition its bars hold."""
    if prediction.open_set and not prediction.certain:
        return f"If it were by one of the {len(prediction.ranked)}"
    return prediction.facet.capitalize()


def several(names: tuple[str, ...], joint: str = "or") -> str:
    """The names as English lists them: "A", "A or B", "A, B or C"."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {joint} {names[-1]}"


def _verdict(prediction: Prediction) -> str:
    facet, first = prediction.facet.capitalize(), prediction.label
    if prediction.certain:
        return f"{facet}: certain. Of answers as clear as {first} here, nine in ten were right."
    if prediction.open_set:
        return f"{facet}: not certain, so nobody is named."
    word = (
        "leads without being certain" if confidence_of(prediction) == PERHAPS else "is no more than a guess"
    )
    return f"{facet}: {first} {word}."


def _undecided(style: Prediction) -> str:
    nearest = several(tuple(ranked.label for ranked in style.top(3)))
    return f"I am not sure of the style. The nearest that I know are {nearest}."


def _wavering(style: Prediction) -> str:
    if len(style.ranked) < 2:
        return "I am not sure of it."
    return f"I am not sure of it: it could also be {style.ranked[1].label}."


def _genre(genre: Prediction | None) -> str:
    if genre is None:
        return ""
    word = confidence_of(genre)
    if word == NOT_SURE:
        return ""
    return f"perhaps {_a(genre.label)}" if word == PERHAPS else genre.label


def _artist(artist: Prediction | None) -> str:
    """A painter is named only when certain: most works are by somebody the model never met."""
    if artist is None:
        return ""
    if artist.certain:
        by = "by" if confidence_of(artist) == SURE else "most likely by"
        return f"{by} {artist.label}"
    return f"by none of the {len(artist.ranked)} painters I know well" if artist.open_set else ""


def _made(technique: Prediction | None) -> str:
    if technique is None:
        return ""
    return MADE.get(technique.label, "") if technique.certain else CANNOT_SAY


def _technique(technique: Prediction | None) -> str:
    if technique is None:
        return ""
    leaning = f"{technique.probability:.0%} for {technique.label}; " if technique.is_painting else ""
    return f"Hand or algorithm: {leaning}{NO_GENERATORS}."


def _likely(answer: Answer) -> str:
    """The prediction sets of style and genre. A painter is mostly none that the model knows."""
    sets = {facet: answer[facet].likely for facet in ("style", "genre") if facet in answer}
    told = [
        f"the {facet} is {several(tuple(label for label, _ in likely))}"
        for facet, likely in sets.items()
        if likely
    ]
    return f"Nine times in ten {'; as often, '.join(told)}." if told else ""


def _sentence(*parts: str) -> str:
    text = ", ".join(part for part in parts if part)
    return text[:1].upper() + text[1:]


def _a(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"
