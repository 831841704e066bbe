"""What the user asks to be written appears whole or not at all, and spoils nothing that was there.

Full disks are simulated, as tests may run as root and have no disk of their own.
"""

import builtins
import errno
import os
import stat
from io import BytesIO
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from symsync.cli import main
from symsync.evaluate.backends.whole_files import write_whole
from symsync.figures import Drawing, FigureData

DATA = FigureData("none", {"rate": 1.0}, {})
LONG = FigureData("long", {f"rate{k}": 1.0 for k in range(100)}, {})
DRAWING = Drawing(Figure(), {}, DATA)
ENDINGS = {".csv": LONG, ".npz": DATA, ".pdf": DRAWING, ".svg": DRAWING, ".png": DRAWING}
every_ending = pytest.mark.parametrize(("ending", "what"), ENDINGS.items(), ids=list(ENDINGS))


class Full:
    """A file on a disk with room for a hundred bytes."""

    def __init__(self, file):
        self.file, self.left = file, 100

    def write(self, content):
        self.left -= len(content)
        if self.left < 0:
            self.file.write(bytes(content)[: self.left])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return self.file.write(content)

    def __getattr__(self, name):
        return getattr(self.file, name)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()


@pytest.fixture
def full_disk(monkeypatch):
    """Every file that is opened to be written, by whatever road, is on a full disk."""
    import io

    def full(original):
        def opened(file, mode="r", *others, **settings):
            found = original(file, mode, *others, **settings)
            return Full(found) if "b" in mode and set(mode) & set("wx") else found

        return opened

    for place, name in ((builtins, "open"), (io, "open"), (os, "fdopen")):
        monkeypatch.setattr(place, name, full(getattr(place, name)))


@pytest.mark.usefixtures("full_disk")
@every_ending
def test_a_full_disk_leaves_the_old_file(ending, what, tmp_path):
    path = tmp_path / f"figure{ending}"
    os.close(os.open(path, os.O_CREAT))
    descriptor = os.open(path, os.O_WRONLY)
    os.write(descriptor, b"old")
    os.close(descriptor)
    with pytest.raises(OSError, match="No space left on device") as raised:
        what.save(path)
    assert raised.value.filename == str(path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.usefixtures("full_disk")
@every_ending
def test_a_full_disk_leaves_nothing_new(ending, what, tmp_path):
    with pytest.raises(OSError, match="No space left on device"):
        what.save(tmp_path / f"figure{ending}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("full_disk")
def test_the_command_line_says_it_in_one_sentence(tmp_path, capsys):
    for option in (["-o", "figure.pdf"], ["--data", "figure.csv"]):
        path = tmp_path / option[1]
        assert main(["figure", "locking", "--from", "first", option[0], str(path)]) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        sentence = f"symsync: {str(path)!r} could not be written: No space left on device.\n"
        assert captured.err == sentence
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("failure", [KeyboardInterrupt(), OSError(errno.EIO, "broken")])
def test_an_end_before_the_last_step_leaves_the_old_file(failure, tmp_path, monkeypatch):
    def fails(*_):
        raise failure

    (tmp_path / "data.csv").write_text("old")
    monkeypatch.setattr(os, "replace", fails)
    with pytest.raises(type(failure)):
        DATA.save(tmp_path / "data.csv")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


def test_what_reads_back_differently_is_no_success(tmp_path, monkeypatch):
    (tmp_path / "data.csv").write_text("old")
    monkeypatch.setattr(Path, "read_bytes", lambda _: b"")
    with pytest.raises(OSError, match="reads back differently"):
        DATA.save(tmp_path / "data.csv")
    monkeypatch.undo()
    assert (tmp_path / "data.csv").read_bytes() == b"old"


@every_ending
def test_permissions_are_those_of_any_other_file(ending, what, tmp_path):
    path = tmp_path / f"figure{ending}"
    before = os.umask(0o027)
    try:
        what.save(path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    path.chmod(0o604)
    what.save(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o604


def test_a_file_that_may_not_be_written_stays(tmp_path, monkeypatch):
    path = tmp_path / "data.csv"
    path.write_text("old")
    monkeypatch.setattr(os, "access", lambda *_: False)  # as root may write everything
    with pytest.raises(PermissionError, match=r"data\.csv"):
        DATA.save(path)
    assert path.read_text() == "old"


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "link.csv").symlink_to(tmp_path / "folder" / "data.csv")
    for _ in range(2):  # to nowhere, and to a file
        DATA.save(tmp_path / "link.csv")
        assert (tmp_path / "link.csv").is_symlink()
        assert (tmp_path / "folder" / "data.csv").read_text().startswith("# figure none: rate")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_a_pipe_stays_a_pipe(tmp_path):
    path = tmp_path / "data.csv"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    DATA.save(path)
    assert os.read(reader, 100) == b"# figure none: rate = 1.0\ntable\n"
    os.close(reader)
    assert path.is_fifo()


def test_a_folder_is_no_file(tmp_path):
    (tmp_path / "data.csv").mkdir()
    with pytest.raises(IsADirectoryError, match=r"data\.csv"):
        DATA.save(tmp_path / "data.csv")


def test_a_name_may_be_as_long_as_the_system_allows(tmp_path):
    path = tmp_path / f"{'x' * 251}.csv"
    DATA.save(path)
    assert path.is_file()
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("ending", [".PNG", ".Svg", ".pdf"])
def test_the_ending_decides_what_is_drawn(ending, tmp_path):
    DRAWING.save(tmp_path / f"figure{ending}")
    begins = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}[ending.lower()]
    assert (tmp_path / f"figure{ending}").read_bytes().startswith(begins)
    assert BytesIO(DRAWING._repr_png_()).read(4) == b"\x89PNG"
