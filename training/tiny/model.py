"""A small transformer that writes words of a fixed vocabulary, or points at a symbol in its context and copies it."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from tiny.tokens import FIXED, PAD, VOCABULARY
from torch import Tensor, nn
from torch.nn import functional

LENGTH = 512
_FAR = -1e9
_SHARPNESS = 0.5


@dataclass(frozen=True, slots=True)
class Size:
    """How large a model is."""

    width: int = 96
    layers: int = 3
    heads: int = 4


@dataclass(slots=True)
class Cache:
    """What the model remembers of some texts: keys and values by layer, pointer keys, tokens, and their lengths."""

    keys: list[Tensor]
    values: list[Tensor]
    marks: Tensor
    tokens: Tensor
    lengths: Tensor

    def picked(self, rows: Tensor, room: int) -> Cache:
        """Copy some rows, each as often as it is named, with room for so many more tokens."""
        span = min(LENGTH, int(self.lengths[rows].max()) + room)
        return Cache(
            [each[rows, :span] for each in self.keys],
            [each[rows, :span] for each in self.values],
            self.marks[rows, :span],
            self.tokens[rows, :span],
            self.lengths[rows],
        )

    def put(self, rows: Tensor, other: Cache) -> None:
        """Write the rows of another cache over some of this one's."""
        span = other.tokens.shape[1]
        for mine, theirs in zip([*self.keys, *self.values], [*other.keys, *other.values], strict=True):
            mine[rows, :span] = theirs
        self.marks[rows, :span], self.tokens[rows, :span], self.lengths[rows] = other.marks, other.tokens, other.lengths


class Pointer(nn.Module):
    """The policy's network: causal, with rotary positions; symbols have fixed random vectors and are never learned."""

    def __init__(self, size: Size, seed: int) -> None:
        super().__init__()
        self.size = size
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            self.words = nn.Parameter(torch.randn(len(FIXED), size.width))
            self.register_buffer("symbols", torch.randn(VOCABULARY - len(FIXED), size.width))
            self.blocks = nn.ModuleList(_Block(size) for _ in range(size.layers))
            self.ask = nn.Linear(size.width, size.width, bias=False)
            self.mark = nn.Linear(size.width, size.width, bias=False)
            self.write = nn.Linear(size.width, len(FIXED))
        angles = torch.outer(torch.arange(LENGTH), 1000.0 ** -torch.linspace(0, 1, size.width // size.heads // 2))
        self.register_buffer("turns", torch.stack([angles.cos(), angles.sin()]))

    def empty(self, rows: int) -> Cache:
        """Make a cache for so many texts."""
        shape = (rows, LENGTH, self.size.heads, self.size.width // self.size.heads)
        layers = range(self.size.layers)
        return Cache(
            [torch.zeros(shape) for _ in layers],
            [torch.zeros(shape) for _ in layers],
            torch.zeros(rows, LENGTH, self.size.width),
            torch.full((rows, LENGTH), PAD),
            torch.zeros(rows, dtype=torch.long),
        )

    def forward(self, tokens: Tensor, places: Tensor) -> Tensor:
        """Return the log-probability of each token at `places` (rows x places), given what stands before it."""
        table = torch.cat([self.words, self.symbols])
        hidden = _mixed(table[tokens], None)
        for block in self.blocks:
            hidden = block.whole(hidden, self.turns[:, : tokens.shape[1]])
        hidden = _norm(hidden)
        before = (places - 1).clamp(min=0)
        asking = hidden.gather(1, before[..., None].expand(-1, -1, hidden.shape[-1]))
        is_before = torch.arange(tokens.shape[1]) <= before[..., None]
        scores, fixed = self._scores(asking, self.mark(hidden), is_before & (tokens >= len(FIXED))[:, None])
        wanted = tokens.gather(1, places)
        total = torch.cat([fixed, scores], -1).logsumexp(-1)
        copied = scores.masked_fill(tokens[:, None] != wanted[..., None], _FAR).logsumexp(-1)
        written = fixed.gather(-1, wanted.clamp(max=len(FIXED) - 1)[..., None])[..., 0]
        return torch.where(wanted < len(FIXED), written, copied) - total

    def extend(self, cache: Cache, tokens: Tensor, counts: Tensor) -> Tensor:
        """Append `counts` of the tokens to each text; return the scores of the whole vocabulary for what comes next."""
        rows, steps = tokens.shape
        at = (cache.lengths[:, None] + torch.arange(steps)).clamp(max=cache.tokens.shape[1] - 1)
        row = torch.arange(rows)[:, None]
        last = cache.tokens[torch.arange(rows), (cache.lengths - 1).clamp(min=0)]
        cache.tokens[row, at] = tokens
        cache.lengths = cache.lengths + counts
        reach = int(cache.lengths.max())
        is_seen = torch.arange(reach) <= at[..., None]
        table = torch.cat([self.words, self.symbols])
        hidden = _mixed(table[tokens], torch.where((at[:, :1] > 0), table[last], torch.zeros(())))
        for number, block in enumerate(self.blocks):
            hidden = block.more(hidden, self.turns[:, at], cache.keys[number], cache.values[number], row, at, is_seen)
        hidden = _norm(hidden)
        cache.marks[row, at] = self.mark(hidden)
        newest = hidden[torch.arange(rows), (counts - 1).clamp(min=0)]
        known = cache.tokens[:, :reach]
        is_symbol = (known >= len(FIXED)) & (torch.arange(reach) < cache.lengths[:, None])
        scores, fixed = self._scores(newest[:, None], cache.marks[:, :reach], is_symbol[:, None])
        total = torch.full((rows, VOCABULARY), 0.0)
        most = torch.cat([fixed, scores], -1).amax(-1)
        total.scatter_add_(1, known, (scores - most[..., None]).exp()[:, 0] * is_symbol)
        total[:, : len(FIXED)] = (fixed - most[..., None]).exp()[:, 0]
        return total.log()

    def _scores(self, asking: Tensor, marks: Tensor, is_open: Tensor) -> tuple[Tensor, Tensor]:
        """Score each place that may be pointed at, and each fixed word."""
        scores = self.ask(asking) @ marks.transpose(1, 2) / self.size.width**0.5
        return scores.masked_fill(~is_open, _FAR), self.write(asking)


class _Block(nn.Module):
    def __init__(self, size: Size) -> None:
        super().__init__()
        self.heads = size.heads
        self.look = nn.Linear(size.width, 3 * size.width, bias=False)
        self.take = nn.Linear(size.width, size.width, bias=False)
        self.widen = nn.Linear(size.width, 4 * size.width, bias=False)
        self.narrow = nn.Linear(4 * size.width, size.width, bias=False)
        nn.init.zeros_(self.take.weight)
        nn.init.zeros_(self.narrow.weight)

    def whole(self, hidden: Tensor, turns: Tensor) -> Tensor:
        """Look over a text as a whole."""
        query, key, value = (each.transpose(1, 2) for each in self._looked(hidden, turns))
        seen = functional.scaled_dot_product_attention(query, key, value, is_causal=True, scale=_SHARPNESS)
        return self._thought(hidden, seen.transpose(1, 2))

    def more(
        self, hidden: Tensor, turns: Tensor, keys: Tensor, values: Tensor, row: Tensor, at: Tensor, is_seen: Tensor
    ) -> Tensor:
        """Look over what is remembered and some more, which is then remembered, too."""
        query, key, value = self._looked(hidden, turns)
        keys[row, at], values[row, at] = key, value
        reach = is_seen.shape[-1]
        seen = functional.scaled_dot_product_attention(
            query.transpose(1, 2),
            keys[:, :reach].transpose(1, 2),
            values[:, :reach].transpose(1, 2),
            attn_mask=is_seen[:, None],
            scale=_SHARPNESS,
        )
        return self._thought(hidden, seen.transpose(1, 2))

    def _looked(self, hidden: Tensor, turns: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        query, key, value = self.look(_norm(hidden)).unflatten(-1, (3, self.heads, -1)).unbind(-3)
        return _turned(_norm(query), turns), _turned(_norm(key), turns), value

    def _thought(self, hidden: Tensor, seen: Tensor) -> Tensor:
        hidden = hidden + self.take(seen.flatten(-2))
        return hidden + self.narrow(self.widen(_norm(hidden)).relu().square())


def _norm(hidden: Tensor) -> Tensor:
    return functional.rms_norm(hidden, hidden.shape[-1:])


def _mixed(embedded: Tensor, last: Tensor | None) -> Tensor:
    """Add to each token a share of the one before it, so that a pair is seen at once."""
    first = torch.zeros_like(embedded[:, :1]) if last is None else last[:, None]
    before = torch.cat([first, embedded[:, :-1]], 1)
    return _norm(embedded) + 0.5 * _norm(before.roll(1, -1))


def _turned(each: Tensor, turns: Tensor) -> Tensor:
    cosine, sine = turns.unsqueeze(-2)
    left, right = each.chunk(2, -1)
    return torch.cat([left * cosine - right * sine, left * sine + right * cosine], -1)
