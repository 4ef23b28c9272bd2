"""Every setting: its name, its default, and the environment variable (`ARTML_` and the name) that sets it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent

Listed = Annotated[tuple[str, ...], NoDecode]


class Settings(BaseSettings):
    """What can be set from outside; read once, by `settings()`."""

    model_config = SettingsConfigDict(env_prefix="ARTML_", frozen=True)

    models: Path = Field(ROOT / "models", description="Folder of the shipped bundles.")
    bundles: Listed = Field(
        (),
        description="The bundles that answer, with commas between (`guide-swift,technique`); by default "
        "all there are, guide first, but for those that only take another's place.",
    )
    precision: Literal["auto", "int8", "bf16", "fp32"] = Field(
        "auto",
        description="The networks' arithmetic: `int8`, `bf16` or `fp32`; by default the fastest there is.",
    )
    data: Path = Field(ROOT.parent / "shared", description="The labelled collection that trains and tests.")
    weights: Path = Field(ROOT.parent / "shared/weights", description="Folder of pretrained weights.")
    runs: Path = Field(ROOT / "runs", description="Where training keeps its features and checkpoints.")

    home: Path = Field(
        ROOT / "home", description="Where the museum's own works are kept: database and files."
    )
    database_url: str = Field(
        "",
        repr=False,  # it may hold a password
        description="The database: `postgresql://USER@HOST/NAME`; by default SQLite in the home.",
    )
    files: str = Field(
        "", description="Thumbnails and uploads: a folder or `s3://BUCKET`; by default in the home."
    )

    curators: Listed = Field(
        (), description="Who may review: addresses or domains (`@museum.example`), with commas between."
    )
    staff: Listed = Field(
        (), description="Who may review and train: addresses or domains, with commas between."
    )
    trust_unverified: bool = Field(
        False, description="`true`: take addresses for which the sign-in's provider does not vouch."
    )
    public: bool = Field(
        False, description="`true`: serve others than this machine; without sign-in, visitors' pages only."
    )
    museum_name: str = Field("", description="The museum, as it signs its records.")
    museum_url: str = Field("", description="Web address below which the museum serves what is exported.")
    folders: Annotated[tuple[Path, ...], NoDecode] = Field(
        (),
        description="Folders of this machine to label or to train on, and all below, with commas between.",
    )
    workers: int = Field(
        1, ge=0, description="Processes beside the pages that work at jobs; the others are `artml worker`."
    )

    log: Literal["", "json", "text"] = Field(
        "", description="How the server logs: `json` lines or `text`; by default JSON, in a terminal text."
    )

    max_bytes: int = Field(100 * 2**20, gt=0, description="Largest picture file, in bytes.")
    max_pixels: int = Field(110_000_000, gt=0, description="Largest picture, width times height.")
    max_frames: int = Field(1_000, gt=0, description="Most frames or pages in one picture file.")
    max_uploads: int = Field(24, gt=0, description="Most pictures a visitor may bring at once.")
    max_uploads_minute: int = Field(
        120, ge=0, description="Most pictures that may come from one address within a minute; 0: any number."
    )
    at_once: int | None = Field(
        None,
        gt=0,
        description="Visitors' pictures looked at together, others in line; by default one more than decode.",
    )
    max_waiting: int = Field(
        200,
        gt=0,
        description="Most pictures of visitors in line; whoever comes then is asked to come again.",
    )
    max_held_bytes: int = Field(
        2 * 2**30, gt=0, description="Most bytes of visitors' uploads that the server holds at once."
    )
    max_folder_bytes: int = Field(
        2 * 2**30, gt=0, description="Most bytes that a curator may upload at once, ZIP files unpacked."
    )

    @field_validator("bundles", "curators", "staff", "folders", mode="before")
    @classmethod
    def _listed(cls, names: Any) -> Any:
        return (
            [name.strip() for name in names.split(",") if name.strip()] if isinstance(names, str) else names
        )

    @field_validator("curators", "staff")
    @classmethod
    def _addressed(cls, entries: tuple[str, ...]) -> tuple[str, ...]:
        if lost := [entry for entry in entries if "@" not in entry]:
            raise ValueError(f"{lost[0]} is neither an address nor a domain, which begins with @")
        return entries

    @property
    def max_mebibytes(self) -> int:
        """`max_bytes` in whole MiB, rounded up: the unit of Streamlit's uploader."""
        return -(-self.max_bytes // 2**20)


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process."""
    return Settings()
