"""The commands, a file each; `artml.cli` registers them."""
