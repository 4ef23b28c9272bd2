"""The curator's light table: the queue, one work at a time or many, and what leaves it."""
