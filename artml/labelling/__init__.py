"""A folder of pictures in, answers out: rows one by one, or a table.

folder.py       which files a folder holds
worker.py       the process that decodes pictures nobody vouches for
decoding.py     several of them, bounded in time and memory
pipeline.py     reading and decoding beside the network, in order: `label_folder`
companion.py    the catalogue that came with the folder
journal.py      what has been done of a long run, so that it goes on from there
table.py        a CSV with a row a file: `label_into_table`
scores.py       answers against what the catalogue says
report.py       what was done, in words

Nothing here knows a database. Names are imported from their own files, so that a worker loads little.
"""
