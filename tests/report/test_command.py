"""`artml report`: one file, and a sentence where there is nothing to report on."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner, Result

from artml import cli
from artml.report.subject import find


def run(*arguments: str | Path) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(cli.app, ["report", *map(str, arguments)])


def test_without_a_name_it_lists_what_there_is(guide: Path, run_folder: Path) -> None:
    found = run()
    assert found.exit_code == 0
    assert found.stdout.splitlines() == ["guide", "colours: 2-all"]


def test_a_bundle_beside_a_run_becomes_one_file(guide: Path, run_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out" / "report.html"
    found = run("guide", "--beside", "colours: 2-all", "--out", out)
    assert (found.exit_code, found.stdout) == (0, f"Report: {out}\n")
    html = out.read_text(encoding="utf-8")
    assert "colours 7 beside colours: 2-all" in html
    assert "How good is it?" in html


def test_measuring_fills_in_and_pictures_come_only_if_asked(
    guide: Path, runs: Path, museum: Path, tmp_path: Path
) -> None:
    out = tmp_path / "report.html"
    assert run("guide", "--measure", museum, "--out", out).exit_code == 0
    assert find("guide").read().metrics["test"]["genre"]["n"] == 200
    assert 'class="mistake"' not in out.read_text(encoding="utf-8")
    assert run("guide", "--with-pictures", "--out", out).exit_code == 0
    assert 'class="mistake"' in out.read_text(encoding="utf-8")


def test_an_unknown_name_ends_with_a_sentence_and_no_file(guide: Path, runs: Path, tmp_path: Path) -> None:
    found = run("nobody", "--out", tmp_path / "report.html")
    assert found.exit_code == 2
    assert "There is no bundle or run 'nobody'. Here are: guide." in found.stderr
    assert not (tmp_path / "report.html").exists()
