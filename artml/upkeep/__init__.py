"""What keeps a museum's artml whole: copies of all it knows, and a look at all it stands on.

backup.py    a consistent copy in one file, made while people work
restore.py   the copy brought back, and what was there kept
doctor.py    what is wrong here, and what to do
"""
