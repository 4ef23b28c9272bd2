"""Every setting: its name, its default, and the environment variable (`ARTML_` and the name) that sets it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """What can be set from outside; read once, by `settings()`."""

    model_config = SettingsConfigDict(env_prefix="ARTML_", frozen=True)

    models: Path = Field(ROOT / "models", description="Folder of the shipped bundles.")
    bundle: str = Field("guide", description="The bundle that answers, where none is named.")
    data: Path = Field(ROOT.parent / "shared", description="The labelled collection that trains and tests.")
    weights: Path = Field(ROOT.parent / "shared/weights", description="Folder of pretrained weights.")
    runs: Path = Field(ROOT / "runs", description="Where training keeps its features and checkpoints.")

    max_bytes: int = Field(100 * 2**20, gt=0, description="Largest picture file, in bytes.")
    max_pixels: int = Field(110_000_000, gt=0, description="Largest picture, width times height.")
    max_frames: int = Field(1_000, gt=0, description="Most frames or pages in one picture file.")
    max_uploads: int = Field(24, gt=0, description="Most pictures a visitor may bring at once.")

    @property
    def max_mebibytes(self) -> int:
        """`max_bytes` in whole MiB, rounded up: the unit of Streamlit's uploader."""
        return -(-self.max_bytes // 2**20)


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process."""
    return Settings()
