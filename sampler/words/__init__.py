"""A person's words: what a turn means, said as somebody would send it, and the English that this takes."""
