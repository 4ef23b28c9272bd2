"""The museum's own works: what is known of them, what bundles said, what people decided. See `model`.

```python
from artml.collection import Collection, Person

with Collection.open() as collection:
    for queued in collection.queue("style", limit=20):
        collection.decide(Person.here(), queued.work, "style", "cannot_say")
```
"""

from artml.collection.collection import Collection
from artml.collection.files import Files
from artml.collection.jobs import Jobs
from artml.collection.model import Decision, Embedding, Job, Prediction, Refusal, Sighting, Work
from artml.collection.people import Person
from artml.collection.review import Progress, Queued

__all__ = [
    "Collection",
    "Decision",
    "Embedding",
    "Files",
    "Job",
    "Jobs",
    "Person",
    "Prediction",
    "Progress",
    "Queued",
    "Refusal",
    "Sighting",
    "Work",
]
