"""The page that tells a hand from an algorithm: its words, one picture, a portfolio."""
