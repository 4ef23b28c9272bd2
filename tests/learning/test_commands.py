"""`artml train --with-decisions` and `artml bundle`, from the command line."""

from __future__ import annotations

from pathlib import Path

from click.testing import Result
from typer.testing import CliRunner

from artml import cli
from artml.collection import Collection
from tests.learning.drawn import decide


def run(*arguments: object) -> Result:
    environment = {"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}
    return CliRunner(env=environment).invoke(cli.app, [str(argument) for argument in arguments])


def test_a_guide_learns_takes_over_and_goes_back(museum: Collection) -> None:
    decide(museum, "Mannerism", 60)
    waiting = run("train", "guide", "--with-decisions")
    assert waiting.output.endswith(" waits for a worker.\n"), waiting.output
    job = waiting.output.split()[0]
    assert "train guide" in run("jobs").output
    assert "is learning already" in run("train", "guide", "--with-decisions").stderr

    learnt = run("train", "guide", "--with-decisions", "--wait")  # the same job, here and now
    assert learnt.exit_code == 0, learnt.output
    assert museum.jobs.get(job).state == "done"
    assert "Better. Of " in learnt.stdout
    told = learnt.stdout.strip().splitlines()[-1]
    version = told.split()[4]
    assert told == f"artml bundle use guide {version} puts it in service."
    listed = run("bundle", "list").output
    assert "shipped, in service" in listed
    assert version in listed
    assert "0.000→" in run("bundle", "compare", "guide", version).output
    assert "learnt from no decisions" in run("bundle", "compare", "guide", "1").output

    assert run("bundle", "use", "guide", version).output == f"guide {version} is in service.\n"
    lines = run("bundle", "list").output.splitlines()
    assert "in service" in next(line for line in lines if version in line)
    assert run("bundle", "rollback", "guide").output == "guide 1 is in service.\n"
    assert run("bundle", "rollback", "guide").stderr.startswith("artml: There is nothing to take back")


def test_what_cannot_be_done_is_said_in_a_sentence(museum: Collection, tmp_path: Path) -> None:
    result = run("train", "guide", "--with-decisions", "--wait")
    assert result.exit_code == 1
    assert result.stderr.startswith("artml: There is no decided work that guide 1 has looked at.")
    (tmp_path / "catalogue.csv").write_text("path\n", encoding="utf-8")
    result = run("train", "guide", "--with-decisions", "--data", tmp_path / "catalogue.csv")
    assert (result.exit_code, "leave out --data" in result.stderr) == (2, True)
    assert run("train", "guide", "--wait").exit_code == 2
    assert run("train", "nobody", "--with-decisions").exit_code == 2
