"""Drafting with a language model: a `Material` comes in, a `Drafted` blueprint and its remaining findings go out.

Start reading at `loop.py`, then `stages.py`; `gate.py` calls down to the registry.
"""

from generator.draft.gate import prove
from generator.draft.keep import written
from generator.draft.loop import Attempt, Drafted, Order, draft
from generator.draft.material import TOPIC, Material, material_of, topic
from generator.draft.merge import Subject

__all__ = [
    "TOPIC",
    "Attempt",
    "Drafted",
    "Material",
    "Order",
    "Subject",
    "draft",
    "material_of",
    "prove",
    "topic",
    "written",
]
