"""Learning from decisions: heads trained anew on what people decided, and who puts them in service.

decided.py     the decided works as embeddings, and which of them are never trained on
heads.py       a bundle's linear heads, read from its graph and put into it
lesson.py      the training
comparison.py  the old heads and the new on the same works
making.py      the bundle that comes of it
takeover.py    which versions there are; one in service, by a person's word; and back
job.py         all of it as a job that goes on after a kill

The network below the heads stays as it is, to the bit: embeddings in the collection stay good.
"""
