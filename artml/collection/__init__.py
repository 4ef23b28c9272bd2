"""The museum's own works: what is known of them, what bundles said, what people decided. See `model`.

```python
from artml.collection import Collection, Person

with Collection.open() as collection:
    for queued in collection.queue("style", limit=20):
        collection.decide(Person.here(), queued.work, "style", "cannot_say")
```
"""

from artml.collection.changes import Change
from artml.collection.collection import Collection
from artml.collection.files import Files
from artml.collection.jobs import Jobs
from artml.collection.model import (
    Decision,
    Embedding,
    Job,
    Part,
    Prediction,
    Refusal,
    Request,
    Sighting,
    Token,
    Work,
    Worker,
)
from artml.collection.parts import Parts
from artml.collection.people import Person
from artml.collection.review import Progress, Queued
from artml.collection.tokens import Tokens
from artml.collection.workers import Workers

__all__ = [
    "Change",
    "Collection",
    "Decision",
    "Embedding",
    "Files",
    "Job",
    "Jobs",
    "Part",
    "Parts",
    "Person",
    "Prediction",
    "Progress",
    "Queued",
    "Refusal",
    "Request",
    "Sighting",
    "Token",
    "Tokens",
    "Work",
    "Worker",
    "Workers",
]
