"""What a painting is, and how sure one can be of it.

```python
from artml import Classifier

guide = Classifier.load()
answer = guide.classify("vetheuil.jpg")
answer["style"].label, answer["style"].probability, answer["style"].certain
```

Names of the classifier are imported when they are first used, so that `import artml` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from artml.errors import (
    ArtmlError,
    BackupFailed,
    BundleDamaged,
    BundleError,
    BundleForeign,
    BundleNotFound,
    CatalogueError,
    CollectionError,
    CollectionUnusable,
    Crowded,
    DecidedMeanwhile,
    DecisionRefused,
    ExportFailed,
    ExportRefused,
    FileMissing,
    ImageDamaged,
    ImageError,
    ImageTooLarge,
    LabellingError,
    NotAllowed,
    NotAnImage,
    RecipeError,
    UnknownName,
    UnsupportedFormat,
    WeightsNotFound,
)

if TYPE_CHECKING:
    from artml.classifier import Answer, Classifier, ModelVersion, Prediction, RankedLabel

__version__ = "0.1.0"

__all__ = [
    "Answer",
    "ArtmlError",
    "BackupFailed",
    "BundleDamaged",
    "BundleError",
    "BundleForeign",
    "BundleNotFound",
    "CatalogueError",
    "Classifier",
    "CollectionError",
    "CollectionUnusable",
    "Crowded",
    "DecidedMeanwhile",
    "DecisionRefused",
    "ExportFailed",
    "ExportRefused",
    "FileMissing",
    "ImageDamaged",
    "ImageError",
    "ImageTooLarge",
    "LabellingError",
    "ModelVersion",
    "NotAllowed",
    "NotAnImage",
    "Prediction",
    "RankedLabel",
    "RecipeError",
    "UnknownName",
    "UnsupportedFormat",
    "WeightsNotFound",
    "__version__",
]

_OF_CLASSIFIER = frozenset({"Answer", "Classifier", "ModelVersion", "Prediction", "RankedLabel"})


def __getattr__(name: str) -> Any:
    if name in _OF_CLASSIFIER:
        return getattr(import_module("artml.classifier"), name)
    raise AttributeError(f"module 'artml' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_OF_CLASSIFIER})
