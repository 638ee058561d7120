"""Servers by others: a way to connect comes in, an honest report without an admission goes out.

Start reading at `verify.py`.
"""
