"""A report as one HTML file that opens without a network: figures, tables and, if asked, pictures inside."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any, Final

import pandas as pd
from plotly.offline import get_plotlyjs

from artml.figures import percent
from artml.report.parts import Chart, Mistake, Part, Pictures, Section, Table, Varied, Words

Shown = Callable[[Sequence[Mistake]], Iterable[tuple[Mistake, str]]]
Rows = Sequence[Sequence[bytes]]
_FOLDER: Final = Path(__file__).parent
_CELL: Final = 22
"""Least width of a cell of a matrix, in pixels."""
POLICY: Final = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; "
    "font-src data:"
)
"""Nothing is fetched from anywhere."""


def page(title: str, sections: Sequence[Section], shown: Shown | None = None, varied: Rows = ()) -> str:
    """The whole file. `shown` gives the HTML of mistakes, `varied` rows of JPEGs, a picture and its versions;
    without them the file holds no picture.
    """
    links = "".join(f'<li><a href="#{each.name}">{escape(each.title)}</a></li>' for each in sections)
    body = "".join(_section(each, shown, varied) for each in sections)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<title>{escape(title)}</title>
<style>{_read("report.css")}</style>
</head>
<body>
<header><p>Report</p><h1>{escape(title)}</h1><nav aria-label="Questions"><ul>{links}</ul></nav></header>
<main>{body}</main>
<script>{get_plotlyjs()}</script>
<script>{_read("report.js")}</script>
</body>
</html>
"""


def write(file: Path, text: str) -> None:
    """Write the file, or leave what was there if that fails."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(file.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(file)


def csv_of(data: pd.DataFrame) -> str:
    """What a chart was drawn from, as CSV."""
    return data.to_csv(index=False)


def gallery(rows: Rows) -> str:
    """A row of pictures (JPEGs) for each picture that was varied."""
    drawn = ["".join(_version(number, image) for number, image in enumerate(row)) for row in rows]
    return "".join(f'<div class="varied">{row}</div>' for row in drawn)


def _version(number: int, image: bytes) -> str:
    alt = "A picture trained on" if number == 0 else "The same picture, varied"
    data = base64.b64encode(image).decode()
    return f'<img alt="{alt}" src="data:image/jpeg;base64,{data}">'


def _section(section: Section, shown: Shown | None, varied: Rows) -> str:
    parts = "".join(html for part in section.parts for html in _part(section, part, shown, varied))
    return f'<section id="{section.name}"><h2>{escape(section.title)}</h2>{parts}</section>'


def _part(section: Section, part: Part, shown: Shown | None, varied: Rows) -> Iterator[str]:
    match part:
        case Varied():
            yield f'<p class="sentence">{escape(part.sentence)}</p>{gallery(varied)}'
        case Words():
            yield f'<p class="sentence">{escape(part.text)}</p>'
        case Chart():
            yield _chart(f"{section.name}-{part.key}", part)
        case Table():
            table = part.data.to_html(index=False, border=0, escape=True, na_rep="")
            yield f'<p class="sentence">{escape(part.sentence)}</p><div class="wide">{table}</div>'
            yield f'<p class="below">{escape(part.below)}</p>'
        case Pictures() if shown is not None:
            pictures = "".join(_mistake(mistake, html) for mistake, html in shown(part.mistakes))
            if pictures:
                yield f'<p class="sentence">{escape(part.sentence)}</p><div class="mistakes">{pictures}</div>'


def _chart(name: str, chart: Chart) -> str:
    content = {"figure": json.loads(chart.figure.to_json()), "csv": csv_of(chart.data), "name": name}
    width = _CELL * len(chart.data) + 220 if chart.key.startswith("confusion") else 0
    said = f"{name}-said"
    save = "".join(_button(kind, name) for kind in ("PNG", "SVG", "CSV"))
    return (
        f'<figure class="chart" aria-labelledby="{said}">'
        f'<p class="sentence" id="{said}">{escape(chart.sentence)}</p><div class="wide">'
        f'<div class="plot" style="min-width:{width}px" role="img" aria-labelledby="{said}"></div></div>'
        f'<figcaption class="below"><span>{escape(chart.below)}</span><span class="save">{save}</span>'
        f'</figcaption><script type="application/json">{_inert(content)}</script></figure>'
    )


def _button(kind: str, name: str) -> str:
    return f'<button type="button" data-save="{kind.lower()}" aria-label="{kind} of {name}">{kind}</button>'


def _mistake(mistake: Mistake, html: str) -> str:
    said = f"{mistake.answer}, {percent(mistake.probability)}"
    return (
        f'<div class="mistake">{html}<p><strong>{escape(said)}</strong><br>'
        f"in truth {escape(mistake.truth)} <span>{escape(mistake.facet)}</span></p></div>"
    )


def _inert(content: Any) -> str:
    """JSON that cannot end the script element it stands in."""
    return json.dumps(content).replace("<", "\\u003c")


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")
