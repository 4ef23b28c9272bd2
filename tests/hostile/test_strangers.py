"""Strangers at a real server: paths that lead out, pages of other sites, and what a log may say."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from subprocess import Popen
from urllib.parse import urlsplit

import pytest

from artml.settings import ROOT

WAYS_OUT = [
    "/../../../../etc/passwd",
    "/..%2f..%2f..%2f..%2fetc/passwd",
    "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/static/../../../../etc/passwd",
    "/static/..%5c..%5c..%5cetc%5cpasswd",
    "/media/../../etc/passwd",
    "/media/..%2f..%2fetc%2fpasswd",
    "/component/../../etc/passwd",
    "/api/v1/../../../etc/passwd",
    "/api/v1/jobs/..%2f..%2fetc%2fpasswd/export",
    "/api/v1/loans/..%2f..%2fetc%2fpasswd/1.jpg",
    "/app/static/../../.streamlit/secrets.toml",
    "//etc/passwd",
    "/./.streamlit/secrets.toml",
    "/.git/config",
    "/artml/settings.py",
]

Server = tuple[str, Popen[bytes], Path]


def asked(address: str, lines: list[str]) -> bytes:
    """What a server answers to these lines, sent as they are: clients would tidy them."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
        answer = b""
        while chunk := connection.recv(2**16):
            answer += chunk
            if b"101 Switching" in answer:
                break
    return answer


@pytest.mark.parametrize("path", WAYS_OUT)
def test_no_address_leads_out_of_the_house(server: Server, path: str) -> None:
    answer = asked(server[0], [f"GET {path} HTTP/1.1", "Host: localhost", "Connection: close"])
    body = answer.partition(b"\r\n\r\n")[2]
    assert b"root:" not in body
    assert b"[core]" not in body
    assert b"ARTML_" not in body
    assert b"Traceback" not in body


@pytest.mark.parametrize(
    ("origin", "opens"), [("http://localhost:{port}", True), ("https://evil.example", False), ("null", False)]
)
def test_a_page_of_another_site_gets_no_socket(server: Server, origin: str, opens: bool) -> None:
    port = urlsplit(server[0]).port
    lines = [
        "GET /_stcore/stream HTTP/1.1",
        f"Host: localhost:{port}",
        f"Origin: {origin.format(port=port)}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]
    assert asked(server[0], lines).startswith(b"HTTP/1.1 101" if opens else b"HTTP/1.1 403")


def test_a_page_of_another_site_sends_no_file(server: Server) -> None:
    lines = [
        "PUT /_stcore/upload_file/session/file HTTP/1.1",
        "Host: localhost",
        "Origin: https://evil.example",
        "Sec-Fetch-Site: cross-site",
        "Content-Length: 0",
        "Connection: close",
    ]
    assert asked(server[0], lines).startswith(b"HTTP/1.1 403")


def test_the_log_of_a_server_keeps_its_secrets(tmp_path: Path) -> None:
    """Neither the password of a database that is away, nor keys of the environment."""
    environment = {
        **os.environ,
        "ARTML_HOME": str(tmp_path),
        "ARTML_DATABASE_URL": "postgresql://artml:hush-hush@127.0.0.1:1/works",
        "AWS_SECRET_ACCESS_KEY": "hush-hush",
    }
    for command in (["jobs"], ["worker"], ["token", "list"], ["export", "x"]):
        done = subprocess.run(
            [sys.executable, "-m", "artml", *command],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 1, done.stderr
        said = done.stdout + done.stderr
        assert "cannot be used" in said
        assert "hush-hush" not in said
        assert "Traceback" not in said


def test_a_server_s_log_is_json(server: Server) -> None:
    asked(server[0], ["GET /api/v1/health HTTP/1.1", "Host: localhost", "Connection: close"])
    lines = (server[2] / "server.log").read_text(encoding="utf-8").splitlines()
    said = [json.loads(line) for line in lines if line.startswith("{")]
    assert [line for line in said if line.get("route") == "/api/v1/health"]
