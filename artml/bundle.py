"""A bundle: a trained model as a folder, checked against its own list before anything in it is read.

bundle.json     facets, labels in order, temperatures, thresholds, input, versions, SHA-256 of every other
file network.xml     the graph; its weights, stored once, are in network.bin
metrics.json    figures, with n and 95 % intervals
history.csv     how it was trained, a row a checkpoint
card.md         the model card
ranges.json     perhaps: what its network takes to run in eight bits (`artml.quantisation`)
works.npz       perhaps: the works it was trained on, as embeddings and labels; they may vote (`artml.memory`)
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from artml import service
from artml.errors import BundleDamaged, BundleError, BundleForeign, BundleNotFound
from artml.memory import Memory, Recall, read_works
from artml.settings import settings
from artml.views import Crops

if TYPE_CHECKING:
    import keras

    from artml.bundle_works import BundleWorks
    from artml.quantisation import Ranges

SCHEMA = 1
GUIDE = "guide"
MANIFEST, NETWORK, METRICS, HISTORY, CARD, RANGES, WORKS = (
    "bundle.json",
    "network.xml",
    "metrics.json",
    "history.csv",
    "card.md",
    "ranges.json",
    "works.npz",
)

_log = logging.getLogger(__name__)


class Facet(BaseModel):
    """What a bundle knows of a facet: labels in the order of the logits, and how to read its confidence."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    labels: tuple[str, ...]
    temperature: float
    threshold: float
    """Probability from which an answer is certain."""
    open_set: bool = False
    """Whether works with none of these labels are to be expected."""
    set_threshold: float | None = None
    """Probability from which a label is in the prediction set; None: no sets were made."""


class Manifest(BaseModel):
    """The content of `bundle.json`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_version: int = SCHEMA
    name: str
    version: str
    network: str
    side: int
    """Height and width of the input, pixels; RGB, uint8."""
    view: Crops | None = None
    """The crops that are seen; None: the whole picture, squashed to a square."""
    stages: tuple[str, ...]
    head: dict[str, Any] = {}
    """What stands on the stages: the fields of `artml.networks.head.Head` that differ from its own."""
    facets: dict[str, Facet]
    memory: Recall | None = None
    """How the works that it carries vote; None: they do not."""
    painting_threshold: float | None = None
    """Logit of `painting` below which a picture does not look like a painting; None: it cannot tell."""
    taught_by: str = ""
    """The bundle whose word it learnt to repeat, smaller and faster: it answers in that one's place, where it
    is asked for. Empty for one that answers by itself.
    """
    embedding_version: str = ""
    """The version of this bundle whose embedding it has kept to the bit; empty: its own."""
    made_with: dict[str, str]
    files: dict[str, str]
    """File name -> SHA-256, in hexadecimal."""

    @field_validator("head", mode="before")
    @classmethod
    def _fields(cls, head: Any) -> Any:
        return head.model_dump(exclude_defaults=True) if isinstance(head, BaseModel) else head


class Bundle:
    """A checked bundle. Attribute `manifest` is what it says of itself, `folder` where it is."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder, self.manifest = folder, manifest

    @classmethod
    def load(cls, folder: str | Path) -> Bundle:
        """The bundle in a folder, or the one of that name that is in service here.

        Raises `BundleNotFound`, `BundleDamaged` or `BundleForeign`, which name the file.
        """
        path = locate(folder)
        manifest = read_manifest(path)
        _check_files(path, manifest.files)
        return cls(path, manifest)

    @property
    def network(self) -> Path:
        """The engine's graph."""
        return self.folder / NETWORK

    @property
    def ranges(self) -> Ranges | None:
        """What its network takes to run in eight bits; None where it cannot."""
        if RANGES not in self.manifest.files:
            return None
        stored = json.loads((self.folder / RANGES).read_text(encoding="utf-8"))
        return {layer: (low, high) for layer, (low, high) in stored.items()}

    @property
    def card(self) -> str:
        """The model card, Markdown."""
        return (self.folder / CARD).read_text(encoding="utf-8")

    @property
    def metrics(self) -> dict[str, Any]:
        """The measured figures; empty where none were."""
        if METRICS not in self.manifest.files:
            return {}
        figures: dict[str, Any] = json.loads((self.folder / METRICS).read_text(encoding="utf-8"))
        return figures

    @property
    def works(self) -> BundleWorks | None:
        """The works it was trained on, as embeddings and labels; None where it carries none."""
        from artml.bundle_works import BundleWorks  # imports pandas, which no answer needs

        return BundleWorks.read(self.folder / WORKS) if WORKS in self.manifest.files else None

    @property
    def memory(self) -> Memory | None:
        """The works it was trained on, ready to vote; None where they do not."""
        if self.manifest.memory is None:
            return None
        if WORKS not in self.manifest.files:
            raise BundleDamaged(f"{self.folder} remembers works, but lists no {WORKS}. Fetch it anew.")
        embedding, columns = read_works(self.folder / WORKS)
        trained = columns.pop("split") == "train"
        labels = {facet: known.labels for facet, known in self.manifest.facets.items()}
        chosen = {name: column[trained] for name, column in columns.items()}
        return Memory.of(embedding[trained], chosen, labels, self.manifest.memory)

    def keras_model(self) -> keras.Model:
        """The network built by code, with the weights read back from the graph. Imports TensorFlow."""
        from artml.networks import Architecture, graph, weights
        from artml.networks.head import Head

        m = self.manifest
        sizes = {facet: len(known.labels) for facet, known in m.facets.items()}
        model = Architecture(m.network, m.side, m.stages, sizes, Head(**m.head)).build()
        stored = graph.variables(self.network)
        if missing := set(weights.variables(model)) - weights.assign(model, stored):
            raise BundleDamaged(f"{self.network} lacks the variables {', '.join(sorted(missing)[:3])}, ….")
        return model


def names() -> tuple[str, ...]:
    """The bundles that answer together: those that the settings name, or else all there are, guide first, but
    for those that could take another's place.
    """
    return settings().bundles or tuple(name for name in known() if not _teacher(name))


def known() -> tuple[str, ...]:
    """All bundles there are, guide first."""
    return tuple(sorted(_shipped(), key=lambda name: (name != GUIDE, name)))


def asked(bundle: str | Path | Sequence[str] | None) -> tuple[str | Path, ...]:
    """The bundles that somebody asks for: a folder, or names, several of them or with commas between; None:
    those of `names`.
    """
    if bundle is None:
        return names()
    if not isinstance(bundle, str):
        return (bundle,) if isinstance(bundle, Path) else tuple(bundle)
    if (Path(bundle) / MANIFEST).is_file():
        return (bundle,)
    return tuple(name.strip() for name in bundle.split(",") if name.strip())


def choices() -> tuple[tuple[str, ...], ...]:
    """Who could answer: those of `names` first; then the same with swift ones in their teachers' place, or
    teachers in that of swift ones.
    """
    teachers = {name: teacher for name in known() if (teacher := _teacher(name))}
    pupils = {teacher: name for name, teacher in teachers.items()}
    found = [names()]
    found += [tuple(swap.get(name, name) for name in found[0]) for swap in (teachers, pupils)]
    return tuple(dict.fromkeys(found))


def _teacher(name: str) -> str:
    """Whose place a bundle can take; none for one that cannot be read, of which others will tell."""
    try:
        return read_manifest(name).taught_by
    except BundleError:
        return ""


def read_manifest(folder: str | Path) -> Manifest:
    """What the bundle in a folder, or of that name, says of itself; its other files stay unread.

    Raises `BundleNotFound`, `BundleDamaged` or `BundleForeign`, which name the file.
    """
    path = locate(folder) / MANIFEST
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BundleDamaged(f"{path} cannot be read: {error}. Fetch the bundle anew.") from error
    if not isinstance(stored, dict) or stored.get("schema_version") != SCHEMA:
        raise BundleForeign(f"{path} is not of bundle format {SCHEMA}, the one this version of artml reads.")
    try:
        return Manifest(**stored)
    except ValidationError as error:
        fields = ", ".join(".".join(map(str, fault["loc"])) for fault in error.errors())
        raise BundleDamaged(f"{path} is wrong in: {fields}. Fetch the bundle anew.") from error


def seal(folder: Path, **facts: Any) -> Manifest:
    """Write the manifest over all that lies in `folder`; `facts` are its other fields."""
    files = {file.name: sha256(file) for file in sorted(folder.iterdir()) if file.name != MANIFEST}
    manifest = Manifest(files=files, **facts)
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return manifest


def write_json(file: Path, content: Any) -> None:
    """Indented, but rows of numbers on one line each: a raw line end is never part of a JSON string."""
    text = json.dumps(content, indent=1)
    rows = re.sub(r"\[\n\s+([-\d.e+,\s]+?)\s+\]", lambda row: f"[{' '.join(row[1].split())}]", text)
    file.write_text(rows + "\n", encoding="utf-8")


def put(making: Path, folder: Path) -> None:
    """Give a sealed bundle its place, on the same disk: whole, whatever happens meanwhile.

    The one that was there is put aside first, and taken away last.
    """
    for file in making.iterdir():
        with file.open("rb+") as stream:
            os.fsync(stream.fileno())
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    making.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def sha256(file: Path) -> str:
    """The SHA-256 of a file's bytes, hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def locate(folder: str | Path) -> Path:
    """The folder of a bundle: that one, or that of the name's version in service. Raises `BundleNotFound`.

    Where the version in service is damaged or missing, the shipped one stands in, and the log says so.
    """
    shipped = settings().models / folder
    if (shipped / MANIFEST).is_file():
        return _in_service(str(folder)) or shipped
    path = Path(folder)
    if (path / MANIFEST).is_file():
        return path
    here = ", ".join(_shipped()) or "none"
    raise BundleNotFound(f"There is no bundle at {folder}. Bundles here: {here}.")


def _in_service(name: str) -> Path | None:
    """The folder of the version that was put in service; None: the shipped one answers."""
    try:
        held = service.standing(service.turns(name))
    except BundleDamaged as error:
        _say_once(str(error))
        return None
    if not held or held[-1].version == service.SHIPPED:
        return None
    folder = service.place(name) / held[-1].version
    if fault := _fault(folder, _stamp(folder)):
        _say_once(
            f"{name} {held[-1].version}, which {held[-1].person} put in service, cannot be used, and the"
            f" shipped {name} answers instead. {fault} See artml bundle."
        )
        return None
    return folder


@lru_cache(maxsize=64)
def _say_once(sentence: str) -> None:
    _log.warning("%s", sentence)


@lru_cache(maxsize=16)
def _fault(folder: Path, _stamp: tuple[object, ...]) -> str:
    """What is wrong with a bundle, in a sentence; asked again only when its files have changed."""
    try:
        Bundle.load(folder)
    except BundleError as error:
        return str(error)
    return ""


def _stamp(folder: Path) -> tuple[object, ...]:
    try:
        facts = [(file.name, file.stat()) for file in sorted(folder.iterdir())]
    except OSError:
        return ()
    return tuple((name, seen.st_size, seen.st_mtime_ns) for name, seen in facts)


def _shipped() -> list[str]:
    return sorted(path.parent.name for path in settings().models.glob(f"*/{MANIFEST}"))


def _check_files(folder: Path, listed: Mapping[str, str]) -> None:
    present = {entry.name for entry in folder.iterdir()} - {MANIFEST}
    if foreign := present - set(listed):
        raise BundleForeign(f"{folder / min(foreign)} is not listed in {MANIFEST}. Remove it.")
    for name, digest in listed.items():
        if name not in present:
            raise BundleDamaged(f"{folder / name} is missing. Fetch the bundle anew.")
        if sha256(folder / name) != digest:
            raise BundleDamaged(f"{folder / name} has changed since the bundle was made. Fetch it anew.")
    if NETWORK not in listed:
        raise BundleDamaged(f"{folder} lists no {NETWORK}. Fetch the bundle anew.")
