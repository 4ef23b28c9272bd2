"""Epochs on the card: losses over works of which some labels are unknown, averages of weights, teachers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.nn import functional

from artml.training.accelerated.network import Network
from artml.training.accelerated.vary import mirrored, scaled, vary

if TYPE_CHECKING:
    from artml.training.recipe import Recipe

UNKNOWN = -1
"""As in `artml.training.labels`."""
EMBEDDING = "embedding"
"""As in `artml.networks`."""
NEAR = 4.0
"""What it counts beside the facets that an embedding points where the teacher's does."""
HEAT = 2.0
"""Temperature at which teachers and pupil are compared (Hinton et al. 2015, arXiv 1503.02531)."""
STEEPEST = 5.0
"""Longest gradient that is followed as it is."""
STRIDE = 32
"""Sides that networks take without rest are its multiples, pixels."""

Targets = Mapping[str, Tensor]
Figures = dict[str, float]


@dataclass(frozen=True)
class Lessons:
    """What is learnt from: `pictures` (n, 3, side, side) uint8 and `targets`, an index each, on the card.

    `weights` has a weight a label; `odds`, how often each picture comes: if all alike, each once an epoch.
    The word of `teachers` is followed, too, and `words`: what others said of the pictures as they are, logits
    by facet (n, labels) and embeddings (n, size).
    """

    pictures: Tensor
    targets: Targets
    weights: Targets
    odds: Tensor
    teachers: Sequence[Network] = field(default=())
    words: Sequence[Targets] = field(default=())


def fit(
    net: Network,
    lessons: Lessons,
    recipe: Recipe,
    fresh: frozenset[str],
    checkpoint: Path,
    follow: Callable[[Figures], None],
) -> None:
    """Train as the recipe says; where it asks for an average, the network ends as that of its weights.

    `fresh` names the layers that start from nothing. `follow` is told of each epoch, after which everything
    is in `checkpoint`: a run that was killed goes on from there.
    """
    steps = max(1, len(lessons.pictures) // recipe.batch)
    total = max(1, round(recipe.epochs * steps))
    epochs = math.ceil(total / steps)
    optimizer = torch.optim.AdamW(_groups(net, recipe, fresh), lr=recipe.rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _pace(step, total, recipe))
    average = Average(net, recipe.average)
    state = {"net": net, "optimizer": optimizer, "schedule": schedule, "average": average}
    net.train()
    for epoch in range(_restore(state, checkpoint), epochs):
        torch.manual_seed(recipe.seed * 1_000_003 + epoch)
        side = side_in(epoch, epochs, recipe)
        sums: dict[str, Any] = {}
        count = min(steps, total - epoch * steps)
        for rows in _order(lessons, recipe.batch, count):
            optimizer.zero_grad(set_to_none=True)
            loss, parts = _loss(net, lessons, recipe, rows, side)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), STEEPEST)
            optimizer.step()
            schedule.step()
            average.update(net)
            for name, value in parts.items():
                sums[name] = sums.get(name, 0) + value
        _keep(state, checkpoint, epoch + 1)
        figures = {name: float(value) / count for name, value in sums.items()}
        follow({"epoch": epoch + count / steps, **figures, "rate": schedule.get_last_lr()[0]})
    average.give(net)


def side_in(epoch: int, epochs: int, recipe: Recipe) -> int:
    """Height and width of the pictures in an epoch, pixels: from `grow_from` to `side`, evenly, in whole
    strides (Tan and Le 2021, arXiv 2104.00298).
    """
    if recipe.grow_from is None or epoch >= epochs - 1:
        return recipe.side
    grown = recipe.grow_from + (recipe.side - recipe.grow_from) * epoch / (epochs - 1)
    return max(STRIDE, int(grown / STRIDE + 0.5) * STRIDE)


class Average:
    """A running average of the variables (Polyak and Juditsky 1992), which forgets the beginning."""

    def __init__(self, net: Network, decay: float) -> None:
        self.decay, self.steps = decay, 0
        self.values = {name: value.detach().clone() for name, value in net.variables().items()}

    def update(self, net: Network) -> None:
        """Take a step's variables in."""
        self.steps += 1
        keep = min(self.decay, (1 + self.steps) / (10 + self.steps))
        for own, value in zip(self.values.values(), net.variables().values(), strict=True):
            own.lerp_(value.detach(), 1 - keep)

    def give(self, net: Network) -> None:
        """Put the average in the network's place."""
        for name, value in net.variables().items():
            value.detach().copy_(self.values[name])

    def state_dict(self) -> dict[str, Any]:
        """All that it knows."""
        return {"steps": self.steps, "values": self.values}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Know that again."""
        self.steps = state["steps"]
        for name, value in state["values"].items():
            self.values[name].copy_(value)


def logits(net: Network, pictures: Tensor, batch: int = 64) -> dict[str, Tensor]:
    """What the network says of pictures (n, 3, side, side) as they are: float32, by name."""
    was = net.training
    net.eval()
    found: dict[str, list[Tensor]] = {}
    for part in pictures.split(batch):
        pixels = part.float().contiguous(memory_format=torch.channels_last)
        with torch.no_grad(), _half(pixels):
            said = net(pixels)
        for name, value in said.items():
            found.setdefault(name, []).append(value.float())
    net.train(was)
    return {name: torch.cat(parts) for name, parts in found.items()}


def accuracies(said: Targets, truth: Targets) -> Figures:
    """The share that is right of the works whose label is known, a facet."""
    found = {}
    for facet, index in truth.items():
        known = index != UNKNOWN
        found[f"{facet}_accuracy"] = float((said[facet].argmax(1) == index)[known].float().mean())
    return found


def _half(x: Tensor) -> AbstractContextManager[Any]:
    """bfloat16, but on processors that would have to imitate it: thirteen times slower than float32 there."""
    native = x.device.type != "cpu" or torch.cpu.get_capabilities().get("avx512_bf16", False)
    halved: AbstractContextManager[Any] = torch.autocast(x.device.type, torch.bfloat16, enabled=native)
    return halved


def _keep(state: Mapping[str, Any], checkpoint: Path, epochs: int) -> None:
    part = checkpoint.with_suffix(".part")
    torch.save({"epochs": epochs, **{name: each.state_dict() for name, each in state.items()}}, part)
    part.replace(checkpoint)


def _restore(state: Mapping[str, Any], checkpoint: Path) -> int:
    """How many epochs are done, everything as it was after them."""
    if not checkpoint.is_file():
        return 0
    kept = torch.load(checkpoint, map_location=state["net"].device, weights_only=True)
    for name, each in state.items():
        each.load_state_dict(kept[name])
    return int(kept["epochs"])


def _groups(net: Network, recipe: Recipe, fresh: frozenset[str]) -> list[dict[str, Any]]:
    """Weights decay, biases and norms do not; what is fresh learns faster."""
    groups: dict[tuple[bool, bool], list[Any]] = {}
    for name, value in net.named_parameters():
        layer, _, variable = name.partition("/")
        groups.setdefault((layer in fresh, variable == "kernel"), []).append(value)
    return [
        {
            "params": values,
            "lr": recipe.rate * (recipe.fresh_rate if new else 1.0),
            "weight_decay": recipe.weight_decay if decays else 0.0,
        }
        for (new, decays), values in groups.items()
    ]


def _pace(step: int, total: int, recipe: Recipe) -> float:
    if recipe.schedule == "constant":
        return 1.0
    warm = max(1, int(recipe.warmup * total))
    if step < warm:
        return (step + 1) / warm
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, total - warm)))


def _order(lessons: Lessons, batch: int, steps: int) -> Iterator[Tensor]:
    """The rows of each step: each once an epoch, or by lot where some come more often."""
    count = len(lessons.pictures)
    if bool((lessons.odds == lessons.odds[0]).all()):
        order = torch.randperm(count, device=lessons.pictures.device)
    else:
        order = torch.multinomial(lessons.odds, count, replacement=True)
    yield from (order[at * batch : (at + 1) * batch] for at in range(steps))


def _loss(
    net: Network, lessons: Lessons, recipe: Recipe, rows: Tensor, side: int
) -> tuple[Tensor, dict[str, Tensor]]:
    pixels = lessons.pictures[rows].float()
    with torch.no_grad():
        if side != pixels.shape[-1]:
            pixels = scaled(pixels, (side, side))
        for share, axis in ((recipe.augmentation.mirror, 3), (recipe.augmentation.flip, 2)):
            pixels = mirrored(pixels, share, axis)
        if recipe.disguise:
            pixels = vary(pixels, recipe.disguise)
        pixels, blended = _blended(pixels, rows, recipe.mix)
        pixels = pixels.contiguous(memory_format=torch.channels_last)
    with _half(pixels):
        said = net(pixels)
    parts, hard = {}, torch.zeros((), device=pixels.device)
    for facet, index in lessons.targets.items():
        for of, share in blended:
            apart = _crossentropy(said[facet], index[of], lessons.weights[facet], recipe.label_smoothing)
            hard = hard + (share * apart).mean()
        known = index[rows] != UNKNOWN
        right = (said[facet].argmax(1) == index[rows]) & known
        parts[f"{facet}_accuracy"] = right.sum() / known.sum().clamp(min=1)
    words = _words(lessons, pixels, blended)
    if not words:
        return hard, {"loss": hard.detach(), **parts}
    taught = _taught(said, words, lessons.targets, rows)
    loss = (1 - recipe.follow) * hard + recipe.follow * taught
    return loss, {"loss": loss.detach(), "taught": taught.detach(), **parts}


def _blended(pixels: Tensor, rows: Tensor, mix: float) -> tuple[Tensor, list[tuple[Tensor, Tensor]]]:
    """Half of the batches blended with themselves in another order (Zhang et al. 2018, arXiv 1710.09412):
    the pixels, and the rows that are in them, with the share of each.
    """
    if not mix or float(torch.rand(())) < 0.5:
        return pixels, [(rows, torch.ones(len(rows), device=rows.device))]
    share = torch.distributions.Beta(mix, mix).sample((len(rows),)).to(rows.device)
    share = torch.maximum(share, 1 - share)
    order = torch.randperm(len(rows), device=rows.device)
    first = share[:, None, None, None]
    return first * pixels + (1 - first) * pixels[order], [(rows, share), (rows[order], 1 - share)]


def _crossentropy(said: Tensor, truth: Tensor, weights: Tensor, smoothing: float) -> Tensor:
    """As `artml.training.fitting.masked_crossentropy`."""
    logs = said.float().log_softmax(1)
    known, truth = truth != UNKNOWN, truth.clamp(min=0)
    right = logs.gather(1, truth[:, None])[:, 0]
    return -((1 - smoothing) * right + smoothing * logs.mean(1)) * known * weights[truth]


def _words(lessons: Lessons, pixels: Tensor, blended: Sequence[tuple[Tensor, Tensor]]) -> list[Targets]:
    """What each teacher says of a step's pictures: probabilities by facet, at `HEAT`, and embeddings.

    Networks see the very same pixels (Beyer et al. 2022, arXiv 2106.05237). Of what was said before, a
    blended picture takes its share of each.
    """
    with torch.no_grad(), _half(pixels):
        now = [teacher(pixels) for teacher in lessons.teachers]
    words: list[Targets] = [
        {name: _spoken(name, said.float()) for name, said in word.items()} for word in now
    ]
    for word in lessons.words:
        parts = [
            {name: share[:, None] * _spoken(name, said[of].float()) for name, said in word.items()}
            for of, share in blended
        ]
        words.append({name: torch.stack([part[name] for part in parts]).sum(0) for name in word})
    return words


def _spoken(name: str, said: Tensor) -> Tensor:
    return functional.normalize(said) if name == EMBEDDING else (said / HEAT).softmax(1)


def _taught(said: Targets, words: Sequence[Targets], targets: Targets, rows: Tensor) -> Tensor:
    """How far the pupil is from the mean of the teachers: over all works, but of painters, an open set, over
    those by one that is known; and, where they give embeddings, how far its own points elsewhere.
    """
    total = torch.zeros((), device=rows.device)
    for facet, index in targets.items():
        mean = torch.stack([word[facet] for word in words]).mean(0)
        logs = (said[facet].float() / HEAT).log_softmax(1)
        apart = functional.kl_div(logs, mean, reduction="none").sum(1)
        if facet == "artist":
            apart = apart * (index[rows] != UNKNOWN)
        total = total + HEAT**2 * apart.mean()
    for word in words:
        if EMBEDDING in word:
            near = functional.cosine_similarity(said[EMBEDDING].float(), word[EMBEDDING])
            total = total + NEAR * (1 - near).mean()
    return total
