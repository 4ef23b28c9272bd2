"""Commands that stand in files of their own; `artml.cli` registers them."""
