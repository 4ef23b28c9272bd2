"""What the pages share: who may enter, the wall label, the wall, and how it all looks."""
