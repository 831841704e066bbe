"""What takes long tells how far it is, on a terminal only, and can be interrupted."""

import io
import sys

import pytest

from symsync.expressions import progress
from symsync.expressions.progress import watched


class Terminal(io.StringIO):
    def __init__(self, is_terminal):
        super().__init__()
        self.is_terminal = is_terminal

    def isatty(self):
        return self.is_terminal


@pytest.fixture
def hurried(monkeypatch):
    """No patience: each item is told."""
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    monkeypatch.setattr(progress, "PAUSE", 0.0)


def shown(monkeypatch, is_terminal, items):
    terminal = Terminal(is_terminal)
    monkeypatch.setattr(sys, "stderr", terminal)
    assert list(watched(items, "Eliminated unknowns", 3)) == list(items)
    return terminal.getvalue()


@pytest.mark.usefixtures("hurried")
def test_a_terminal_is_told_and_cleared(monkeypatch):
    text = shown(monkeypatch, True, range(3))
    assert "Eliminated unknowns: 2 of 3" in text
    assert text.endswith("\r\x1b[K")


@pytest.mark.usefixtures("hurried")
def test_a_file_is_not(monkeypatch):
    assert shown(monkeypatch, False, range(3)) == ""


def test_what_is_quick_is_not_told(monkeypatch):
    assert shown(monkeypatch, True, range(3)) == ""
