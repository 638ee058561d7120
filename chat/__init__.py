"""Language models: a `ChatRequest` goes in, a `Reply` comes out, paid for at most once.

Start reading at `messages.py`, then `client.py` (the endpoint), `cache.py` (answers on disk) and `budget.py`.
"""

from chat.budget import Budget, BudgetError, Prices
from chat.cache import Cache
from chat.client import Chat, ChatClient, Endpoint
from chat.errors import ChatError
from chat.messages import ChatRequest, Message, Reply
from chat.prompt import Prompt

__all__ = [
    "Budget",
    "BudgetError",
    "Cache",
    "Chat",
    "ChatClient",
    "ChatError",
    "ChatRequest",
    "Endpoint",
    "Message",
    "Prices",
    "Prompt",
    "Reply",
]
