"""Episodes in, numbers out; start reading in metrics.py."""
