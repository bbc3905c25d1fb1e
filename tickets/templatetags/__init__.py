"""Template tags of the tickets."""
