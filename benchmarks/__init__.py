"""How fast artml is, beside others, on the machine at hand: `make bench`; one question a module."""
