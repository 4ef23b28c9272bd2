"""Labelling that outlives a closed browser and a killed process.

sources.py      where a job's pictures lie: a folder of this machine, or an upload
uploads.py      files, folders and ZIPs that a browser sends, taken in
survey.py       what a folder holds, before anybody starts
desk.py         where people start, pause, resume and cancel jobs
bench.py        the models and decoders that a worker keeps ready
labelling.py    what a worker does: divide a job into parts, and label a part
apart.py        jobs that take a process of their own: training and clustering
errand.py       such a job, in that process: how far it is, whether it is still wanted
training.py     to train by a recipe
clustering.py   to make an atlas
rehearsal.py    what training by a recipe would take, before anybody starts it
hearts.py       which workers live
queue.py        DBOS: the queues of parts and errands, durable in the collection's own database
worker.py       the process that works at the queue
manners.py      that it yields to visitors, and ends with whoever started it
attendant.py    keeps such a process beside the pages

A job is what the collection says it is (`artml.collection.Jobs`, `Parts`); the queue only sees to it that
somebody works at every part. A part may be begun twice, by whoever takes it over; what is stored of a picture
and how far its part is are stored together, so nothing is stored twice.
"""
