"""What everybody may ask of the API: a picture in, what the command line says out; or one clear problem."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from starlette.testclient import TestClient
from typer.testing import CliRunner

from artml.cli import app as command
from artml.errors import BundleDamaged, ImageError
from artml.rest import bodies, visitors
from artml.settings import settings
from artml.web import guide as guide_module

CLASSIFY = "/api/v1/classify"
Picture = Callable[..., bytes]


def is_problem(answer: Any, status: int, kind: str) -> str:
    """The sentence of a problem, which is whole."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    said = answer.json()
    assert said["type"] == f"urn:artml:{kind}"
    assert said["status"] == status
    assert said["title"]
    assert "Traceback" not in answer.text
    return str(said["detail"])


@pytest.mark.parametrize("way", ["form", "raw", "typed"])
def test_it_says_what_the_command_line_says(
    client: TestClient, picture: Picture, tmp_path: Path, way: str
) -> None:
    content = picture("green")
    (tmp_path / "a.jpg").write_bytes(content)
    said = json.loads(
        CliRunner().invoke(command, ["classify", "--json", "--top", "2", str(tmp_path / "a.jpg")]).output
    )
    if way == "form":
        answer = client.post(f"{CLASSIFY}?top=2", files={"image": ("a.jpg", content)})
    else:
        headers = {"content-type": "image/jpeg"} if way == "typed" else {}
        answer = client.post(f"{CLASSIFY}?top=2", content=content, headers=headers)
    assert answer.status_code == 200
    assert answer.json() == {**said, "file": "a.jpg" if way == "form" else ""}
    assert said["facets"]["artist"][0]["label"] == "Claude Monet"


def test_facets_are_chosen_and_unknown_ones_said(client: TestClient, picture: Picture) -> None:
    answer = client.post(f"{CLASSIFY}?facets=genre, style", content=picture())
    assert list(answer.json()["facets"]) == ["genre", "style"]
    refused = client.post(f"{CLASSIFY}?facets=mood", content=picture())
    assert "mood" in is_problem(refused, 422, "UnknownName")


@pytest.mark.parametrize("top", ["0", "101", "many"])
def test_a_wrong_number_of_labels_is_said(client: TestClient, picture: Picture, top: str) -> None:
    refused = client.post(f"{CLASSIFY}?top={top}", content=picture())
    assert "query.top" in is_problem(refused, 422, "Invalid")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"words", "NotAnImage"),
        (b"", "NotAnImage"),
        (b"%PDF-1.7", "UnsupportedFormat"),
        (b"\x89PNG", "ImageDamaged"),
    ],
)
def test_what_is_no_picture_is_a_problem(client: TestClient, content: bytes, kind: str) -> None:
    is_problem(client.post(CLASSIFY, content=content), 422, kind)


def test_a_form_needs_one_file(client: TestClient, picture: Picture) -> None:
    two = [("image", ("a.jpg", picture())), ("image", ("b.jpg", picture()))]
    is_problem(client.post(CLASSIFY, files=two), 422, "Invalid")
    is_problem(client.post(CLASSIFY, files={"nothing": (None, "text")}), 422, "Invalid")
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x", "multipart/form-data; boundary="):
        answer = client.post(CLASSIFY, content=b"--y\r\nnonsense", headers={"content-type": kind})
        assert answer.status_code in (400, 422), kind


def test_names_are_only_names(client: TestClient, picture: Picture) -> None:
    name = "../../etc/<img src=x onerror=alert(1)>\x1b[31m"
    endless = client.post(CLASSIFY, files={"image": (name + "x" * 10_000, b"words")})
    is_problem(endless, 400, "FormDamaged")
    name += "x" * 3_000
    answer = client.post(CLASSIFY, files={"image": (name, b"words")})
    sentence = is_problem(answer, 422, "NotAnImage")
    assert len(sentence) < 400
    assert "\x1b" not in sentence
    assert "etc" not in sentence


def test_more_than_the_settings_allow_is_refused(
    client: TestClient, picture: Picture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTML_MAX_BYTES", "1000")
    settings.cache_clear()
    monkeypatch.setattr(bodies, "MARGIN", 500)
    large = bytes(1001)
    is_problem(client.post(CLASSIFY, content=large), 413, "ImageTooLarge")
    is_problem(client.post(CLASSIFY, content=iter([large])), 413, "ImageTooLarge")  # says no length
    is_problem(client.post(CLASSIFY, files={"image": ("a", large)}), 413, "ImageTooLarge")
    is_problem(client.post(CLASSIFY, files={"image": ("a", bytes(9000))}), 413, "ImageTooLarge")
    for lie in ("-5", "1e3", "9" * 30):
        is_problem(client.post(CLASSIFY, content=b"x", headers={"content-length": lie}), 422, "NotAnImage")


def test_past_its_capacity_it_asks_to_come_again(
    client: TestClient, picture: Picture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visitors, "AT_ONCE", 0)
    answer = client.post(CLASSIFY, content=picture())
    is_problem(answer, 503, "Busy")
    assert answer.headers["retry-after"] == "5"


def test_what_takes_too_long_is_given_up(
    client: TestClient, picture: Picture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visitors, "SECONDS", 0.0)
    is_problem(client.post(CLASSIFY, content=picture()), 503, "Busy")
    assert visitors._looking == 0


def test_a_body_that_does_not_come_is_given_up(monkeypatch: pytest.MonkeyPatch, app: Any) -> None:
    from artml.rest import guard

    monkeypatch.setattr(guard, "STALL", 0.01)
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(60)
        raise AssertionError

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": CLASSIFY, "query_string": b"", "headers": []}
    asyncio.run(app(scope, receive, send))
    assert sent[0]["status"] == 408
    assert json.loads(sent[1]["body"])["type"] == "urn:artml:TooSlow"


def test_without_a_model_nothing_of_this_machine_is_told(
    client: TestClient, picture: Picture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise BundleDamaged("/srv/models/guide/network.bin has another SHA-256.")

    monkeypatch.setattr(guide_module, "guide", missing)
    monkeypatch.setattr(visitors, "guide", missing)
    for answer in (client.post(CLASSIFY, content=picture()), client.get("/api/v1/models")):
        assert "/srv" not in is_problem(answer, 503, "BundleDamaged")


def test_what_nobody_foresaw_is_a_problem_too(
    client: TestClient, picture: Picture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr(visitors, "looker", broken)
    answer = client.post(CLASSIFY, content=picture())
    is_problem(answer, 500, "Unforeseen")
    assert "secret" not in answer.text


def test_the_models_say_what_they_know(client: TestClient) -> None:
    (model,) = client.get("/api/v1/models").json()["models"]
    assert (model["name"], model["version"]) == ("colours", "7")
    assert model["precision"] in ("bf16", "fp32")  # bf16 where the processor has it
    assert model["facets"]["artist"] == {
        "labels": ["Claude Monet", "Henri Matisse"],
        "threshold": 0.9,
        "open_set": True,
    }


def test_nothing_of_a_visitor_s_picture_is_kept(client: TestClient, home: Path) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 51.0, 29.6), 3: "E", 4: (2.0, 17.0, 40.2)})
    out = io.BytesIO()
    Image.new("RGB", (120, 90), "red").save(out, "JPEG", exif=exif)
    answer = client.post(CLASSIFY, files={"image": ("a.jpg", out.getvalue())})
    assert answer.status_code == 200
    assert not {"48", "51"} & set(answer.text.replace(",", " ").split())
    assert not home.exists()


def test_paths_and_methods_that_there_are_not(client: TestClient) -> None:
    is_problem(client.get("/api/v1/nothing"), 404, "NotFound")
    answer = client.get(CLASSIFY)
    is_problem(answer, 405, "MethodNotAllowed")
    assert answer.headers["allow"] == "POST"


def test_only_image_errors_are_the_sender_s_fault() -> None:
    from artml.rest.problems import STATUS

    assert STATUS[ImageError] == 422
