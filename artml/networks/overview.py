"""What there is to say of every network, for a table or as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from artml.networks import NETWORKS, Network, Pretrained
from artml.networks.cost import cost


def overview() -> Iterator[dict[str, Any]]:
    """The facts of each network, as soon as they are known. Building them all takes some seconds."""
    for network in NETWORKS.values():
        yield facts(network)


def facts(network: Network) -> dict[str, Any]:
    """Name, size without a head, arithmetic and input side, stages, and where its weights are.

    `weights` is None for a network that nobody has pretrained; `reach` is the stage to which they go;
    `reachable` says whether they are here.
    """
    found = cost(network.model())
    sought = [one.weights for one in network.parts or (network,) if one.weights]
    return {
        "name": network.name,
        "parameters": found.parameters,
        "multiply_adds": found.multiply_adds,
        "side": network.side,
        "stages": list(network.stages),
        "weights": _weights(sought) if sought else None,
        "reachable": network.reachable(),
        "reach": network.reach,
    }


def _weights(sought: Sequence[Pretrained]) -> dict[str, Any]:
    return {
        "files": [file for one in sought for file in one.files],
        "origin": " ".join(one.origin for one in sought),
        "fetchable": all(one.application for one in sought),
    }
