"""The rooms of the page Explore: a map, clusters, styles through time, what to review, how it was made."""
