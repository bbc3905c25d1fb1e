"""The monthly assessment."""
