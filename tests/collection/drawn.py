"""Works to explore whose clusters are known: three families of colour, drawn here."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import numpy as np
from PIL import Image

from artml.catalogue import Catalogue
from artml.classifier import Classifier
from artml.collection import Collection
from artml.collection.atlas import Atlas
from artml.collection.charting import chart
from artml.collection.exploring import gathered
from tests.colours import write_colour_bundle

FAMILIES = (
    ("Impressionism", "landscape", "Claude Monet", "French", 1880, (210, 40, 40)),
    ("Cubism", "portrait", "Pablo Picasso", "Spanish", 1912, (40, 210, 40)),
    ("Ukiyo-e", "cityscape", "Hokusai", "Japanese", 1830, (40, 40, 210)),
)
EACH = 12


def draw(folder: Path, each: int = EACH) -> Path:
    """Write `each` pictures a family and their catalogue; returns the catalogue's file."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(5)
    rows = []
    for style, genre, artist, nation, year, colour in FAMILIES:
        for number in range(each):
            base = np.array(colour) + rng.normal(0, 12, 3)
            pixels = np.clip(base + rng.normal(0, 25, (24, 32, 3)), 0, 255).astype(np.uint8)
            path = f"{artist.split()[-1].lower()}-{number:02}.png"
            Image.fromarray(pixels).resize((96, 72), Image.Resampling.BICUBIC).save(folder / path)
            rows.append((path, f"{artist} {number}", artist, str(year + number), style, genre, nation))
    file = folder / "catalogue.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("path", "title", "artist", "date", "style", "genre", "nationality"))
        writer.writerows(rows)
    return file


def charted(catalogue: Path, bundle: Path, *, public: bool = False, count: int = 3) -> Atlas:
    """An atlas of a catalogue, by the embedding of the bundle that goes by colour."""
    if not bundle.exists():
        write_colour_bundle(bundle)
    with gathered(catalogue, public=public) as (works, name, facts):
        return chart(
            works,
            name,
            facts,
            spaces=("embedding", "pca", "kernel-pca"),
            count=count,
            classifier=lambda: Classifier.load(bundle),
        )


def store(collection: Collection, catalogue: Path) -> None:
    """Put the works of a drawn catalogue into a collection, with a thumbnail each."""
    for row in Catalogue.read(catalogue).frame.drop(columns="line").to_dict("records"):
        content = (catalogue.parent / str(row["path"])).read_bytes()
        collection.add_work(
            hashlib.sha256(content).hexdigest(),
            size=len(content),
            width=96,
            height=72,
            folder="drawn",
            name=str(row["path"]),
            columns={str(column): str(text) for column, text in row.items()},
            thumbnail=content,
        )
