"""Jobs, uploads and exports by token: for curators and staff, as long as the token and their role hold."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from artml.collection import Collection
from artml.jobs.bench import Bench
from artml.jobs.labelling import Labelling
from artml.settings import settings
from tests.rest.conftest import ADDRESS
from tests.rest.test_visitors import is_problem

Picture = Callable[..., bytes]

STARTS = {"csv": b"\xef\xbb\xbfobject_number", "lido": b"<?xml", "iiif": b"PK", "xlsx": b"PK"}
WAYS_OUT = ["/etc", "..", "photos/../..", "link", "uploads/../../etc", "uploads/", "\0", "~"]

DOORS = [
    ("GET", "/jobs"),
    ("POST", "/jobs"),
    ("GET", "/jobs/x"),
    ("POST", "/jobs/x/cancel"),
    ("GET", "/jobs/x/refusals"),
    ("GET", "/jobs/x/export"),
    ("POST", "/uploads"),
    ("GET", "/metrics"),
]


@pytest.mark.parametrize(("method", "path"), DOORS)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer artml_guessed"},
        {"authorization": "Basic YW5hOmFuYQ=="},
        {"authorization": "Bearer "},
        {"cookie": "_streamlit_user=forged; role=staff", "x-role": "staff"},
        {"x-forwarded-for": "127.0.0.1", "host": "localhost"},
    ],
    ids=str,
)
def test_without_a_token_no_door_opens(
    client: TestClient, token: str, method: str, path: str, headers: dict[str, str]
) -> None:
    body = {"folder": "/"} if method == "POST" else None
    answer = client.request(method, f"/api/v1{path}", headers=headers, json=body)
    is_problem(answer, 401, "TokenMissing")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_nobody_s_question_makes_a_collection(client: TestClient, home: Path) -> None:
    is_problem(client.get("/api/v1/jobs", headers={"authorization": "Bearer artml_x"}), 401, "TokenMissing")
    assert not home.exists()


def test_a_token_ends_with_its_time_its_role_and_its_revocation(
    app: Starlette, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asks(secret: str) -> int:
        client = TestClient(app, headers={"authorization": f"Bearer {secret}"})
        return client.get("/api/v1/jobs").status_code

    with Collection.open() as collection:
        late, _ = collection.tokens.issue(ADDRESS, timedelta(seconds=-1))
        gone, row = collection.tokens.issue(ADDRESS, timedelta(days=1))
        assert asks(gone) == 200
        collection.tokens.revoke(row.id)
    assert [asks(token), asks(late), asks(gone)] == [200, 401, 401]
    monkeypatch.setenv("ARTML_CURATORS", "somebody@else.example")
    settings.cache_clear()
    assert asks(token) == 403


def work(job: str) -> None:
    """Do a job's parts, as a worker would."""
    with Collection.open() as collection:
        bench = Bench(collection, 1)
        labelling = Labelling(bench)
        for part in labelling.divide(job, 1):
            labelling.label(job, 1, part.number)
        bench.close()


def test_a_folder_is_labelled_and_exported(curator: TestClient, picture: Picture, tmp_path: Path) -> None:
    folder = tmp_path / "photos" / "spring"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(picture("red"))
    (folder / "torn.jpg").write_bytes(picture("green")[:300])
    started = curator.post("/api/v1/jobs", json={"folder": str(folder)})
    assert started.status_code == 202
    job = started.json()
    assert (job["state"], job["person"], job["folder"]) == ("waiting", ADDRESS, str(folder))
    assert started.headers["location"] == f"/api/v1/jobs/{job['id']}"
    work(job["id"])
    found = curator.get(started.headers["location"]).json()
    assert (found["state"], found["counts"]["labelled"], found["counts"]["refused"]) == ("done", 1, 1)
    assert curator.get("/api/v1/jobs").json()["jobs"] == [found]
    (refusal,) = curator.get(f"/api/v1/jobs/{job['id']}/refusals").json()["refusals"]
    assert refusal["path"] == "torn.jpg"
    assert "damaged" in refusal["reason"]
    for form, start in {
        "csv": b"\xef\xbb\xbfobject_number",
        "lido": b"<?xml",
        "iiif": b"PK",
        "xlsx": b"PK",
    }.items():
        answer = curator.get(f"/api/v1/jobs/{job['id']}/export?format={form}")
        assert answer.status_code == 200, answer.text
        assert answer.content.startswith(start)
        assert f'filename="spring-{form}.' in answer.headers["content-disposition"]
    is_problem(curator.post(f"/api/v1/jobs/{job['id']}/pause"), 409, "CollectionError")


def test_jobs_are_paused_and_resumed(curator: TestClient, picture: Picture, tmp_path: Path) -> None:
    (tmp_path / "photos" / "a.jpg").write_bytes(picture())
    job = curator.post("/api/v1/jobs", json={"folder": str(tmp_path / "photos")}).json()["id"]
    states = [
        curator.post(f"/api/v1/jobs/{job}/{act}").json()["state"] for act in ("pause", "resume", "cancel")
    ]
    assert states == ["paused", "waiting", "cancelled"]
    is_problem(curator.post(f"/api/v1/jobs/{job}/explode"), 404, "NotFound")
    is_problem(curator.get("/api/v1/jobs/nobody"), 404, "UnknownName")
    is_problem(curator.get(f"/api/v1/jobs/{job}/export?format=pdf"), 422, "Invalid")
    is_problem(curator.get(f"/api/v1/jobs/{job}/export"), 409, "ExportFailed")


@pytest.mark.parametrize(
    "way", ["/etc", "..", "photos/../..", "link", "uploads/../../etc", "uploads/", "\0", "~"]
)
def test_no_folder_leads_out_of_the_roots(curator: TestClient, tmp_path: Path, way: str) -> None:
    (tmp_path / "photos" / "link").symlink_to("/etc")
    folder = str(tmp_path / "photos" / "link") if way == "link" else way
    if way in ("..", "photos/../.."):
        folder = str(tmp_path / "photos" / way)
    is_problem(curator.post("/api/v1/jobs", json={"folder": folder}), 422, "LabellingError")


def test_a_link_in_a_folder_leads_nowhere(curator: TestClient, picture: Picture, tmp_path: Path) -> None:
    (tmp_path / "secret.jpg").write_bytes(picture())
    (tmp_path / "photos" / "a.jpg").symlink_to(tmp_path / "secret.jpg")
    job = curator.post("/api/v1/jobs", json={"folder": str(tmp_path / "photos")}).json()["id"]
    work(job)
    (refusal,) = curator.get(f"/api/v1/jobs/{job}/refusals").json()["refusals"]
    assert "leads out of the folder" in refusal["reason"]


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"{name}.jpg", content)
    return out.getvalue()


def test_a_zip_is_taken_in_and_labelled(curator: TestClient, picture: Picture, home: Path) -> None:
    taken = curator.post("/api/v1/uploads?name=spring.zip", content=zipped(a=picture(), b=picture("blue")))
    assert taken.status_code == 201
    assert taken.json()["files"] == 2
    job = curator.post("/api/v1/jobs", json={"folder": taken.json()["folder"]}).json()
    work(job["id"])
    assert curator.get(f"/api/v1/jobs/{job['id']}").json()["counts"]["labelled"] == 2


def test_a_zip_that_means_harm_is_a_problem(curator: TestClient, home: Path) -> None:
    hostile = io.BytesIO()
    with zipfile.ZipFile(hostile, "w") as archive:
        archive.writestr("../../evil.jpg", b"x")
    sent = {"image": ("a.zip", hostile.getvalue())}
    is_problem(curator.post("/api/v1/uploads", files=sent), 422, "LabellingError")
    assert not list(home.rglob("evil*"))


def test_metrics_are_open_metrics(curator: TestClient, client: TestClient, picture: Picture) -> None:
    client.post("/api/v1/classify", content=picture())
    client.post("/api/v1/classify", content=b"words")
    answer = curator.get("/api/v1/metrics")
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")
    for line in (
        'artml_answer_seconds_count{way="api"}',
        'artml_refusals_total{error="NotAnImage",way="api"}',
        'artml_requests_total{route="/api/v1/classify",status="422"}',
        "artml_waiting 0.0",
        "artml_held_bytes",
        "process_resident_memory_bytes",
    ):
        assert line in answer.text


def test_metrics_are_for_this_machine_where_nobody_else_is_served(
    app: Starlette, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = TestClient(app, base_url="http://localhost", client=("127.0.0.1", 1))
    assert here.get("/api/v1/metrics").status_code == 200
    is_problem(here.get("/api/v1/metrics", headers={"via": "a proxy"}), 401, "TokenMissing")
    is_problem(here.get("/api/v1/metrics", headers={"host": "evil.example"}), 401, "TokenMissing")
    monkeypatch.setenv("ARTML_PUBLIC", "true")
    settings.cache_clear()
    is_problem(here.get("/api/v1/metrics"), 401, "TokenMissing")
