"""Tasks and policies in, scored episodes out; start reading in play.py, then reward.py."""
