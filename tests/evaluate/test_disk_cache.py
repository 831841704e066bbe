"""The cache of compiled code runs nothing that is damaged or foreign, and never stands in the way.

Tests may run as root, whom permissions do not bind; full and forbidden disks are simulated.
"""

import contextlib
import ctypes
import errno
import os
import shutil
import subprocess
import sys
import time
import warnings
from itertools import count
from pathlib import Path

import pytest
from sympy import Symbol

from symsync.evaluate import Formula, evaluator
from symsync.evaluate.backends import disk_cache
from symsync.evaluate.backends.disk_cache import cache_directory, in_cache, own_directory

COMPILER = next((name for name in ("cc", "gcc", "clang") if shutil.which(name)), None)
needs_compiler = pytest.mark.skipif(COMPILER is None, reason="no C compiler is installed")
BACKENDS = ["numba", pytest.param("c", marks=needs_compiler)]
backends = pytest.mark.parametrize("backend", BACKENDS)
SLOW = pytest.mark.slow
c_at_once = pytest.mark.parametrize("backend", [pytest.param("numba", marks=SLOW), *BACKENDS[1:]])
"""Numba takes a second for a formula, or two for a process: it does so with the slow tests."""

X = Symbol("x", positive=True)
NUMBERS = count(1)


@pytest.fixture(autouse=True)
def directory(tmp_path, monkeypatch):
    """A cache directory that is empty, and a process that has refused none."""
    monkeypatch.setenv("SYMSYNC_CACHE", str(tmp_path / "cache"))
    for name in ("CC", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(disk_cache, "_REFUSED", set())
    monkeypatch.setattr(disk_cache, "_PRIVATE", [])
    return tmp_path / "cache"


def works(backend, number=None):
    """Run a formula that no other test has compiled, or that of a number once more."""
    number = next(NUMBERS) if number is None else number
    for name in [name for name in sys.modules if name.startswith("symsync_")]:
        del sys.modules[name]
    assert evaluator(Formula("f", X**7 + number, (X,), "f"), backend)(x=2.0) == 128 + number
    return number


def files(directory):
    return sorted(path for path in directory.rglob("*") if path.is_file())


def age(path, seconds):
    then = time.time() - seconds
    os.utime(path, (then, then))


def no_space(*_, **__):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


# Where it is ------------------------------------------------------------------------------------


def test_the_default_is_in_the_home_directory(tmp_path, monkeypatch):
    monkeypatch.delenv("SYMSYNC_CACHE")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert cache_directory() == tmp_path / "home" / ".cache" / "symsync"
    works("numba")
    assert files(tmp_path / "home" / ".cache" / "symsync")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "elsewhere"))
    assert cache_directory() == tmp_path / "elsewhere" / "symsync"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache_directory() == tmp_path / "home" / ".cache" / "symsync"


@backends
def test_a_tilde_is_the_home_directory(backend, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SYMSYNC_CACHE", "~/x")
    works(backend)
    assert files(tmp_path / "home" / "x")
    assert not (tmp_path / "~").exists()


def test_without_a_home_the_code_is_temporary(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SYMSYNC_CACHE", "~nobody-of-this-name/x")
    with pytest.warns(RuntimeWarning, match="there is no such home directory"):
        works("numba")
    assert list(tmp_path.iterdir()) == []


@backends
def test_only_the_user_reads_and_writes(backend, directory):
    before = os.umask(0o002)
    try:
        number = works(backend)
    finally:
        os.umask(before)
    folders = [directory, *(path for path in directory.rglob("*") if path.is_dir())]
    assert {path.stat().st_mode & 0o777 for path in folders} == {0o700}
    assert {path.stat().st_mode & 0o777 for path in files(directory)} == {0o600}
    times = [path.stat().st_mtime_ns for path in files(directory)]
    works(backend, number)
    assert times == [path.stat().st_mtime_ns for path in files(directory)]


# Damage -----------------------------------------------------------------------------------------


DAMAGES = {
    "cut": lambda content: content[: len(content) // 2],
    "empty": lambda _: b"",
    "one bit": lambda content: content[:-9] + bytes([content[-9] ^ 1]) + content[-8:],
    "text": lambda _: b"not found\n",
}


@c_at_once
@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_file_is_made_anew(backend, damage, directory):
    """Each file in turn, also the digest, without a word."""
    number = works(backend)
    for path in files(directory):
        damaged = damage(path.read_bytes())
        path.unlink()  # this process has the library in use
        path.write_bytes(damaged)
        works(backend, number)
        assert path.read_bytes() != damaged


@c_at_once
def test_a_missing_file_is_made_anew(backend, directory):
    number = works(backend)
    for path in files(directory):
        path.unlink()
        works(backend, number)
        assert path.exists()


PROCESS = """
import sys
from sympy import Symbol
from symsync.evaluate import Formula, evaluator
x = Symbol("x", positive=True)
print(evaluator(Formula("f", x**7 + 1, (x,), "f"), sys.argv[1])(x=2.0))
"""


def in_a_process(backend, **environment):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROCESS, backend],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@c_at_once
def test_a_new_process_survives_a_cut_file(backend, directory):
    """Half a library ends an interpreter that loads it by SIGBUS."""
    assert in_a_process(backend) == (0, "129.0\n", "")
    for path in files(directory):
        os.truncate(path, path.stat().st_size // 2 // 4096 * 4096)
    assert in_a_process(backend) == (0, "129.0\n", "")
    assert all(path.stat().st_size for path in files(directory))


def test_files_that_numba_does_not_understand_are_made_anew(directory):
    """Whole files with good digests, as a failing disk or another Numba may leave them."""
    number = works("numba")
    for path in directory.rglob("*.nb[ic]"):
        path.write_bytes(b"\x80\x05garbage")
        disk_cache.seal(path)
        works("numba", number)
        assert path.read_bytes() != b"\x80\x05garbage"


def test_bytecode_is_not_written(directory, monkeypatch):
    """Python would run a file in `__pycache__` that nobody has looked at."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    works("numba")
    assert list(directory.rglob("*.nbi"))
    assert not list(directory.rglob("*.pyc"))


@SLOW
def test_bytecode_is_neither_written_nor_read(directory):
    """Nor by other processes, which would find it."""
    program = PROCESS.replace("import sys\n", "import sys\nsys.dont_write_bytecode = False\n")
    for _ in range(2):
        subprocess.run([sys.executable, "-c", program, "numba"], check=True, capture_output=True)
    assert list(directory.rglob("*.nbi"))
    assert not list(directory.rglob("*.pyc"))


@SLOW
@needs_compiler
def test_a_whole_library_that_cannot_be_loaded_is_made_anew(directory):
    assert in_a_process("c") == (0, "129.0\n", "")
    (library,) = directory.glob("*.so")
    disk_cache.keep(library, b"a library of another system")
    assert in_a_process("c") == (0, "129.0\n", "")
    assert library.read_bytes() != b"a library of another system"


# Disks that are full or forbid ------------------------------------------------------------------


def is_inside(path, directory):
    return Path(path).is_relative_to(directory)


def deny(monkeypatch, directory, code, name="replace"):
    """Let a function of `os` fail in a directory, for our writes and for those of Numba."""
    original = getattr(os, name)

    def denied(path, *others, **settings):
        if is_inside(path, directory):
            raise OSError(code, os.strerror(code))
        return original(path, *others, **settings)

    monkeypatch.setattr(os, name, denied)


@c_at_once
@pytest.mark.parametrize(
    ("code", "name"),
    [(errno.ENOSPC, "replace"), (errno.EROFS, "replace"), (errno.EROFS, "open"),
     (errno.EROFS, "mkdir")],
)  # fmt: skip
def test_a_full_or_read_only_disk_is_passed_over(backend, code, name, directory, monkeypatch):
    if name != "mkdir":
        directory.mkdir(mode=0o700)
    deny(monkeypatch, directory, code, name)
    with pytest.warns(RuntimeWarning, match="are kept in a temporary directory") as told:
        number = works(backend)
    assert len(told) == 1
    assert f"{str(directory)!r} cannot be used: {os.strerror(code)}." in str(told[0].message)
    assert files(directory) == []
    (private,) = disk_cache._PRIVATE
    assert private.stat().st_mode & 0o777 == 0o700
    assert files(private)
    works(backend, number)
    works(backend)  # and says no more
    disk_cache._remove(private, os.getpid() + 1)
    assert private.exists()
    disk_cache._remove(private, os.getpid())
    assert not private.exists()
    works(backend)  # in a new one


def test_numba_on_a_full_disk(directory, monkeypatch):
    """The disk fills after our own files are written."""
    from numba.core.caching import IndexDataCacheFile

    save, denied = IndexDataCacheFile.save, []

    def full_at_first(self, *arguments):
        if is_inside(self._cache_path, directory):
            denied.append(self)
            no_space()
        save(self, *arguments)

    monkeypatch.setattr(IndexDataCacheFile, "save", full_at_first)
    with pytest.warns(RuntimeWarning, match="No space left on device"):
        works("numba")
    assert denied


@needs_compiler
def test_a_disk_that_runs_no_code_is_passed_over(directory, monkeypatch):
    load = ctypes.CDLL

    def forbidden(path, *others):
        if is_inside(path, directory):
            raise OSError(f"{path}: failed to map segment from shared object")
        return load(path, *others)

    monkeypatch.setattr(ctypes, "CDLL", forbidden)
    with pytest.warns(RuntimeWarning, match="failed to map segment") as told:
        number = works("c")
    works("c", number)
    assert len(told) == 1


@c_at_once
def test_a_full_disk_still_gives_what_it_holds(backend, monkeypatch, directory):
    number = works(backend)
    deny(monkeypatch, directory, errno.ENOSPC)
    with warnings.catch_warnings(action="error"):
        works(backend, number)


def test_numba_keeps_nothing_elsewhere(directory, tmp_path, monkeypatch):
    """Where it cannot write beside the source it would take a directory of its own."""
    works("numba")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    deny(monkeypatch, directory / "__pycache__", errno.EROFS, "open")
    with pytest.warns(RuntimeWarning, match="Read-only file system"):
        works("numba")
    assert not (tmp_path / "home").exists()


@backends
def test_if_no_place_is_left_one_sentence_says_so(backend, monkeypatch):
    monkeypatch.setattr(os, "replace", no_space)
    with (
        pytest.warns(RuntimeWarning, match="No space left"),
        pytest.raises(RuntimeError, match=r"neither in .* nor in a temporary.*Set SYMSYNC_CACHE"),
    ):
        works(backend)


@needs_compiler
def test_what_reads_back_differently_is_not_loaded(monkeypatch, directory):
    """A disk that loses the second half of every library, without an error."""
    read = Path.read_bytes

    def halved(path):
        content = read(path)
        return content[: len(content) // 2] if is_inside(path, directory) else content

    monkeypatch.setattr(Path, "read_bytes", halved)
    with pytest.warns(RuntimeWarning, match="what was written reads back differently"):
        works("c")
    assert files(directory) == []


@c_at_once
def test_the_temporary_directory_goes_with_the_process(backend, tmp_path):
    (tmp_path / "temporary").mkdir()
    (tmp_path / "file").write_text("")
    program = PROCESS + "\nimport os; fork = os.fork()\nif fork: os.waitpid(fork, 0)\nif fork: "
    program += (
        "from symsync.evaluate.backends import disk_cache as d; print(d._PRIVATE[0].exists())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, backend],
        env={**os.environ, "TMPDIR": str(tmp_path / "temporary"),
             "SYMSYNC_CACHE": str(tmp_path / "file" / "cache")},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "True"  # although a child has ended
    assert done.stderr.count("RuntimeWarning") == 1
    assert "Not a directory" in done.stderr
    assert list((tmp_path / "temporary").iterdir()) == []


# Whose it is ------------------------------------------------------------------------------------


needs_owners = pytest.mark.skipif(not hasattr(os, "getuid"), reason="files have no owners here")


@needs_owners
@c_at_once
@pytest.mark.parametrize("mode", [0o777, 0o770, 0o722])
def test_a_directory_that_others_may_write_to_is_not_used(backend, mode, directory):
    directory.mkdir()
    directory.chmod(mode)
    with pytest.warns(RuntimeWarning, match=f"others may write to it, as its mode is {mode:o}"):
        works(backend)
    assert files(directory) == []


@needs_owners
@backends
def test_a_directory_of_somebody_else_is_not_used(backend, directory, monkeypatch):
    works(backend)
    before = files(directory)
    owner = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: owner + 1)
    with (
        pytest.warns(RuntimeWarning, match=f"it belongs to user {owner}, and this is user"),
        contextlib.suppress(RuntimeError),  # the temporary directory is his, too
    ):
        works(backend)
    assert files(directory) == before


def owned_by_another(monkeypatch, *paths):
    """Let `lstat` say that some files belong to the next user."""
    lstat = os.lstat

    def told(path, **settings):
        found = lstat(path, **settings)
        if Path(path) in paths:
            return os.stat_result([*found[:4], found.st_uid + 1, *found[5:]])
        return found

    monkeypatch.setattr(os, "lstat", told)


@needs_owners
def test_a_link_is_followed_once_and_both_its_ends_are_checked(tmp_path, monkeypatch, directory):
    own, other = tmp_path / "own", tmp_path / "other"
    own.mkdir(mode=0o700)
    other.mkdir(mode=0o700)
    directory.symlink_to(own)
    assert own_directory(directory) == own
    with monkeypatch.context() as patch:
        owned_by_another(patch, directory)
        with pytest.raises(PermissionError, match="it belongs to"):
            own_directory(directory)
    directory.unlink()
    directory.symlink_to(other)
    owned_by_another(monkeypatch, other)
    with pytest.warns(RuntimeWarning, match="it belongs to"):
        works("numba")
    assert files(other) == []


@needs_owners
def test_a_directory_in_a_place_where_anybody_may_rename_it_is_not_used(directory, tmp_path):
    directory.mkdir(mode=0o700)
    tmp_path.chmod(0o777)
    with pytest.warns(RuntimeWarning, match="anybody may rename what lies in"):
        works("numba")
    assert files(directory) == []
    tmp_path.chmod(0o1777)
    assert own_directory(directory) == directory


@needs_owners
@c_at_once
def test_a_file_of_somebody_else_is_made_anew(backend, directory, monkeypatch):
    """Its digest is right, as whoever left it there could compute it."""
    number = works(backend)
    compiled = [path for path in files(directory) if path.suffix in (".so", ".nbi", ".nbc")]
    for path in compiled:
        age(path, 60)
    with monkeypatch.context() as patch:
        owned_by_another(patch, *compiled)
        with contextlib.suppress(RuntimeError):
            works(backend, number)
    assert compiled
    assert all(path.stat().st_mtime > time.time() - 30 for path in compiled)


@needs_owners
def test_numba_unpickles_nothing_in_a_foreign_folder(directory):
    number = works("numba")
    (directory / "__pycache__").chmod(0o777)
    with pytest.warns(RuntimeWarning, match="others may write to it"):
        works("numba", number)


def test_numba_keeps_its_files_here_whatever_its_own_settings_say(directory, tmp_path, monkeypatch):
    from numba import config

    monkeypatch.setattr(config, "CACHE_DIR", str(tmp_path / "numba"))
    works("numba")
    assert list(directory.rglob("*.nbi"))
    assert not (tmp_path / "numba").exists()
    assert str(tmp_path / "numba") == config.CACHE_DIR


def test_systems_without_owners_have_a_cache(directory, monkeypatch):
    monkeypatch.delattr(os, "getuid", raising=False)
    directory.mkdir()
    directory.chmod(0o777)  # as Windows shows every folder
    number = works("numba")
    assert files(directory)
    works("numba", number)


# Leftovers and compilers ------------------------------------------------------------------------


@needs_compiler
def test_what_a_killed_process_left_is_cleared(directory, tmp_path, monkeypatch):
    temporary = tmp_path / "temporary"
    for path in (temporary / "symsync-compile-old", temporary / "symsync-compile-new"):
        path.mkdir(parents=True)
        (path / "formula.c").write_text("")
    works("numba")
    old, new = directory / ".symsync-0.tmp", directory / ".symsync-1.tmp"
    mine, numbas = directory / "tmp_of_mine", directory / "__pycache__" / "symsync_1.nbi.tmp.2"
    for path in (old, new, mine, numbas):
        path.write_text("")
    for path in (old, mine, numbas, temporary / "symsync-compile-old"):
        age(path, 2 * 3600)
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    works("c")
    works("numba")
    assert not any(path.exists() for path in (old, numbas))
    assert new.exists()
    assert mine.exists()
    assert [path.name for path in temporary.iterdir()] == ["symsync-compile-new"]


@pytest.mark.parametrize("command", ['"', "gcc 'unclosed"])
def test_a_command_that_cannot_be_read_is_named(command, monkeypatch):
    monkeypatch.setenv("CC", command)
    with pytest.raises(RuntimeError, match=r"^Variable CC must be the command of a C compiler"):
        works("c")


@needs_compiler
@pytest.mark.parametrize(
    ("script", "message"),
    [("#!/bin/sh\nexit 0\n", "exit code 0 and no library"),
     ("#!/bin/sh\nprintf 'caf\\351' >&2\nexit 1\n", "caf"),
     ("no script\0", "Exec format error")],
)  # fmt: skip
def test_a_compiler_that_makes_nothing_is_quoted(script, message, tmp_path, monkeypatch):
    """The compiler is named, and not the cache."""
    (tmp_path / "compiler").write_text(script)
    (tmp_path / "compiler").chmod(0o700)
    monkeypatch.setenv("CC", str(tmp_path / "compiler"))
    with pytest.raises(RuntimeError, match=rf"The C compiler .*compiler' fails: {message}"):
        works("c")


@needs_compiler
def test_a_compiler_is_called_once_where_the_cache_is_full(tmp_path, monkeypatch, directory):
    script = tmp_path / "compiler"
    script.write_text(f'#!/bin/sh\necho call >> {tmp_path}/calls\nexec {COMPILER} "$@"\n')
    script.chmod(0o700)
    monkeypatch.setenv("CC", str(script))
    deny(monkeypatch, directory, errno.ENOSPC)
    with pytest.warns(RuntimeWarning, match="No space left"):
        works("c")
    assert (tmp_path / "calls").read_text() == "call\n"


def test_the_first_warning_is_the_only_one(tmp_path, monkeypatch):
    def fails(place):
        if is_inside(place, tmp_path):
            no_space()
        return place

    with pytest.warns(RuntimeWarning, match="No space left"):
        private = in_cache(fails)
    for name in ("one", "two"):
        monkeypatch.setenv("SYMSYNC_CACHE", str(tmp_path / name))
        assert in_cache(fails) == private  # where a warning is an error
