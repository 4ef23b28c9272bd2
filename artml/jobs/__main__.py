"""`python -m artml.jobs`: a worker, for as long as its standard input stays open."""

from artml.jobs.manners import stand_back

stand_back()  # before the imports, which take a second of the processor

from artml.jobs.worker import main  # noqa: E402

main()
