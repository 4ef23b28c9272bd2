"""Training by PyTorch, on a graphics card where there is one: the same recipe, many times faster.

A run is packed into a folder that holds all it takes, `python FOLDER/train.py` trains it, on this machine or
on another that has PyTorch, NumPy and Pillow and nothing of artml, and leaves `weights.npz` in it.

pack.py      a run's folder, written
plan.py      a Keras model written down, layer by layer, as plain data
network.py   a plan as a PyTorch module, whose weights go by the names they have in Keras
vary.py      batches of pictures varied on the card, as the recipe's `disguise` says
fit.py       epochs: losses, averages of weights, teachers
course.py    a packed folder, read and trained
"""
