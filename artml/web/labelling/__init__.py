"""The page Label: choose a folder or bring pictures, see what they are, start, and watch.

words.py     what is said of a job and a folder
choose.py    the folders of this machine, and what is brought
found.py     what a folder holds, and the button that starts
models.py    who labels it, where there are several to choose from
running.py   a job while it runs, and when it is done
"""
