"""The README's commands print what it says; its Python examples run as doctests."""

import re
import shlex
from pathlib import Path

import pytest

from symsync.cli import main

README = Path(__file__).parent.parent / "README.md"
COMMANDS = [
    (command, output)
    for block in re.findall(r"```console\n(.*?)```", README.read_text(encoding="utf-8"), re.S)
    for command, output in re.findall(r"\$ symsync (.*)\n((?:(?!\$ ).*\n)*)", block)
]


@pytest.mark.parametrize(("command", "output"), COMMANDS)
def test_a_command_prints_what_the_readme_says(command, output, capsys):
    assert main(shlex.split(command)) == 0
    assert capsys.readouterr().out == output


def test_the_formula_of_identical_spins_is_what_its_command_prints(capsys):
    assert main(["latex", "S_rel_exact_identical"]) == 0
    assert f"$${capsys.readouterr().out.strip()}$$\n" in README.read_text(encoding="utf-8")


def test_there_are_commands():
    assert len(COMMANDS) == 6
    text = README.read_text(encoding="utf-8")
    for command in ("symsync verify", ".venv/bin/pytest"):
        assert command in text
    assert text.count(">>> ") > 10
