"""Which model an OpenAI-compatible endpoint serves, for those that serve one: vLLM, SGLang, llama.cpp."""

from __future__ import annotations

from openai import OpenAI, OpenAIError

from chat.client import NO_KEY
from chat.errors import EndpointError

_MOST_NAMED, _PATIENCE_S = 5, 20.0


def only_model(url: str, key: str = "") -> str:
    """Return the name of the one model that an endpoint lists (`GET /models`); EndpointError unless it is just one."""
    try:
        with OpenAI(api_key=key or NO_KEY, base_url=url, timeout=_PATIENCE_S) as library:
            names = sorted(model.id for model in library.models.list())
    except OpenAIError as error:
        reason = str(error).rstrip(".")
        raise EndpointError(f"{url}: which model it serves could not be asked: {reason}; give its name, too") from error
    if len(names) != 1:
        several = ", ".join(names[:_MOST_NAMED]) + (", ..." if len(names) > _MOST_NAMED else "")
        raise EndpointError(f"{url}: expected one model, it lists {len(names)} ({several or 'none'}); give the name")
    return names[0]
