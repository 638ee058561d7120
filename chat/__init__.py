"""Language models: a `ChatRequest` goes in, a `Reply` comes out, paid for at most once.

Start reading at `messages.py`, then `client.py` (the endpoint), `cache.py` (answers on disk) and `budget.py`.
"""
