"""What the tests share, and in how many processes they run."""

import gc
import os

import numpy as np
import pytest

pytest.register_assert_rewrite("judges")

from judges import by_browser  # noqa: E402  # asserts in it are to tell what they compare
from judges.points import GENERIC  # noqa: E402


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config):
    """Everything runs on all cores, on four at most; what the command line names runs in one.

    A process takes seconds to begin.  `-n 0` and `-n 8` say otherwise, and with `-s` or `--pdb`
    there is one process, whose terminal is the user's.
    """
    if hasattr(config, "workerinput") or "PYTEST_XDIST_WORKER" in os.environ:
        return  # this is one of them
    option = config.option
    affinity = getattr(os, "sched_getaffinity", lambda _: range(os.cpu_count() or 1))
    cores = len(affinity(0))
    named = config.args_source is config.ArgsSource.ARGS
    alone = named or option.usepdb or option.capture == "no" or option.collectonly
    if cores > 1 and not alone and getattr(option, "numprocesses", 0) is None:
        option.numprocesses, option.dist = min(cores, 4), "worksteal"
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the cores are busy


def pytest_collection_finish():
    """Search what is loaded for garbage no more, and what is new less often: a tenth of the time.

    Expressions are millions of small objects, and nearly all of them stay.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_sessionfinish():
    """Search once, for files that were left open; pytest searches five times more."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def rng():
    return np.random.default_rng(20180810)


@pytest.fixture
def generic():
    return dict(GENERIC)


@pytest.fixture(scope="session")
def pair_series():
    """The Letter's steady state, order by order."""
    from symsync import spin_pair, steady_series

    return steady_series(spin_pair())


@pytest.fixture(scope="session")
def pair_state():
    """The Letter's steady state to all orders."""
    from symsync import exact_state, spin_pair

    return exact_state(spin_pair())


@pytest.fixture(scope="session")
def opened(tmp_path_factory):
    """A function path ↦ (document as drawn, what the console said, requests to the network)."""
    if by_browser.BROWSER is None:
        pytest.skip("no Chromium in PATH; Debian's package is `chromium`")
    return lambda path, *flags: by_browser.opened(path, tmp_path_factory.mktemp("browser"), *flags)
