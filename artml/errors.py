"""Every error artml raises on purpose. Each message says what is wrong and what to do about it.

ArtmlError
├── ImageError                 a picture that cannot be used
│   ├── NotAnImage             the bytes are no picture at all
│   ├── UnsupportedFormat      a picture, but of a kind that is not read here
│   ├── ImageTooLarge          beyond the limits on bytes, pixels, frames or time
│   └── ImageDamaged           begins like a picture, and cannot be decoded
├── CatalogueError             a CSV that is no catalogue
├── LabellingError             a folder that cannot be labelled, or a run that cannot go on
├── RecipeError                a recipe with an unknown key or an impossible value
├── WeightsNotFound            pretrained weights that are neither here nor to be fetched
├── UnknownName                a network, facet, label, bundle, work or job nobody has heard of
├── BundleError                a bundle that cannot be used
│   ├── BundleNotFound         no bundle in that folder
│   ├── BundleDamaged          a listed file is missing or its SHA-256 differs
│   └── BundleForeign          a file that is not listed, or a bundle of another version
├── ExportFailed               works that cannot be exported so, and why
├── ExportRefused              a network that must not be shipped, and why
└── CollectionError            what a museum's collection does not allow
    ├── CollectionUnusable     a database or file store that cannot be opened
    ├── NotAllowed             the person may not do this
    ├── DecisionRefused        a decision that says too little or too much
    ├── DecidedMeanwhile       somebody else decided first
    ├── BackupFailed           a backup that cannot be made, read or brought back
    ├── FileMissing            a file that is not among the collection's
    └── AtlasNotFound          no atlas of that name
"""

from __future__ import annotations


class ArtmlError(Exception):
    """The root of every error artml raises on purpose."""


class ImageError(ArtmlError):
    """A picture that cannot be used."""


class NotAnImage(ImageError):
    """The bytes are no picture at all."""


class UnsupportedFormat(ImageError):
    """A picture, but of a kind that is not read here."""


class ImageTooLarge(ImageError):
    """A picture beyond the limits on bytes, pixels, frames or time."""


class ImageDamaged(ImageError):
    """Begins like a picture, and cannot be decoded."""


class CatalogueError(ArtmlError):
    """A CSV that is no catalogue."""


class LabellingError(ArtmlError):
    """A folder that cannot be labelled, or a run that cannot go on."""


class RecipeError(ArtmlError):
    """A recipe with an unknown key or an impossible value."""


class WeightsNotFound(ArtmlError):
    """Pretrained weights that are neither here nor to be fetched."""


class UnknownName(ArtmlError):
    """A network, facet, label, bundle, work or job nobody has heard of."""


class BundleError(ArtmlError):
    """A bundle that cannot be used."""


class BundleNotFound(BundleError):
    """No bundle in that folder."""


class BundleDamaged(BundleError):
    """A listed file is missing or its SHA-256 differs."""


class BundleForeign(BundleError):
    """A file that is not listed, or a bundle of another version."""


class Crowded(ArtmlError):
    """More people wait than there is room for."""


class ExportFailed(ArtmlError):
    """Works that cannot be exported so; nothing was written."""


class ExportRefused(ArtmlError):
    """A network that must not be shipped."""


class CollectionError(ArtmlError):
    """What a museum's collection does not allow."""


class CollectionUnusable(CollectionError):
    """A database or file store that cannot be opened."""


class NotAllowed(CollectionError):
    """The person may not do this."""


class DecisionRefused(CollectionError):
    """A decision that says too little or too much."""


class DecidedMeanwhile(CollectionError):
    """Somebody else decided first."""


class BackupFailed(CollectionError):
    """A backup that cannot be made, read or brought back; nothing was changed."""


class FileMissing(CollectionError):
    """A file that is not among the collection's."""


class AtlasNotFound(CollectionError):
    """No atlas of that name."""
