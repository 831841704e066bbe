"""Scans agree with a plain call, whoever computes them and however often they are interrupted."""

import errno
import os
import pickle
import signal
import subprocess
import sys
import threading
from dataclasses import replace

import numpy as np
import pandas
import pytest
import xarray
import zarr
from sympy import I, Rational, Symbol, cos, exp, pi, re, sqrt, symbols
from zarr.storage import _local

import symsync
from symsync import equations, scan
from symsync.evaluate.backends import c_backend
from symsync.expressions.definitions import NamedExpression
from symsync.sweep.chunk_work import RECORD, UNDONE, ChunkWork
from symsync.sweep.layouts import Layout, layout
from symsync.sweep.quantities import digest, function_of, quantities
from symsync.sweep.scans import _points, _work
from symsync.sweep.stores import create

RATES = {"gamma_g_A": 100.0, "gamma_d_A": 1.0, "gamma_g_B": 1.0, "gamma_d_B": 100.0}
EPSILON, DELTA = np.arange(-6, 7) / 100, np.linspace(-2, 2, 40)
GRID = {"epsilon": EPSILON, "Delta": DELTA, **RATES}
NAMES = ["S_rel_max", "negativity"]
CHUNKS = 13


def started(to=None, grid=GRID, **choices):
    """A scan of thirteen chunks, one for each ε; the six of negative ε hold nothing but nan."""
    return scan(NAMES, grid, to, **{"chunk": 40, "backend": "numpy", **choices})


def plain(backend="numpy"):
    function = symsync.joined([equations[name] for name in NAMES]).function(backend)
    values = np.full((len(EPSILON), len(DELTA), 2), np.nan)
    inside = EPSILON >= 0
    values[inside] = function(epsilon=EPSILON[inside, None], Delta=DELTA, **RATES)
    return values


def require_plain(dataset, backend="numpy"):
    found = np.stack([dataset[name].values for name in NAMES], axis=-1)
    np.testing.assert_array_equal(found, plain(backend))
    assert dataset.attrs["nan_points"] == 6 * len(DELTA)
    assert dataset.attrs["nan_where"] == "epsilon -0.06 to -0.01; Delta -2.0 to 2.0"


def elsewhere(code):
    """Run a program in a process of its own, in which sets have another order."""
    found = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": "7"}
    call = [sys.executable, "-c", code]
    return subprocess.run(call, env=found, capture_output=True, text=True, check=False)


@pytest.fixture
def computed(monkeypatch):
    """The regions that are computed, in order."""
    regions, own = [], ChunkWork.values

    def values(self, region):
        regions.append(region[0].start)
        return own(self, region)

    monkeypatch.setattr(ChunkWork, "values", values)
    return regions


# What is scanned --------------------------------------------------------------------------------


@pytest.mark.parametrize("backend", ["numpy", "c"])
def test_values_are_those_of_a_plain_call(backend):
    dataset = started(backend=backend)
    require_plain(dataset, backend)
    assert dataset.sizes == {"epsilon": 13, "Delta": 40}
    assert dataset.epsilon.attrs == {
        "long_name": "coupling strength", "units": "1/time", "latex": r"\varepsilon"
    }  # fmt: skip
    about = dataset.negativity.attrs
    assert about["latex"] == equations["negativity"].latex()
    assert about["units"] == "1"
    assert about["order"] == "first order"
    assert dataset.attrs["gamma_g_A"] == 100
    assert dataset.attrs["symsync_version"] == symsync.__version__
    assert dataset.attrs["date"].endswith("+00:00")


def test_files_hold_what_memory_holds(tmp_path):
    expected = started()
    for name, compressed in (("a.zarr", False), ("b.zarr", True), ("a.nc", False)):
        with started(tmp_path / name, compressed=compressed) as dataset:
            own = {key: dataset.attrs[key] for key in ("date", "scan")}
            assert dataset.identical(expected.assign_attrs(own)), name
        if name.endswith("zarr"):
            array = zarr.open_group(tmp_path / name)["S_rel_max"]
            assert bool(array.compressors) is compressed
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.nc", "a.zarr", "b.zarr"]


def test_arrays_on_one_dimension_go_together():
    """ε and Δ along a line, γ over both dimensions, in an order other than that of the grid."""
    line = xarray.DataArray([0.1, 0.2, 0.3], dims="point", coords={"point": ["a", "b", "c"]})
    rate = xarray.DataArray(np.arange(1.0, 7).reshape(2, 3), dims=["set", "point"])
    grid = {"epsilon": line, "Delta": -10 * line, **RATES, "gamma_d_B": rate}
    dataset = scan("negativity", grid, chunk=2)
    assert dataset.negativity.dims == ("point", "set")
    expected = equations["negativity"].function()(
        epsilon=line.values, Delta=-10 * line.values, **{**RATES, "gamma_d_B": rate.values}
    )
    np.testing.assert_array_equal(dataset.negativity.transpose("set", "point"), expected)
    assert list(dataset.point.values) == ["a", "b", "c"]
    assert dataset.gamma_d_B.dims == ("set", "point")


def test_formulas_of_several_components_and_complex_ones():
    x, z = Symbol("x", real=True), Symbol("z")
    pair = symsync.equation("pair", [x, 2 * x + 1])
    grid = {"x": np.arange(5.0), "z": np.array([1j, 2.0])}
    dataset = scan({"pair": pair, "wave": exp(I * x) * z, "f": cos(x)}, grid, chunk=3)
    assert dataset.pair.dims == ("x", "z", "pair_component_0")
    np.testing.assert_array_equal(dataset.pair.isel(z=1).T, [np.arange(5), 2 * np.arange(5) + 1])
    assert (dataset.pair.dtype, dataset.wave.dtype, dataset.f.dtype) == (float, complex, float)
    np.testing.assert_allclose(dataset.wave.sel(x=2), np.exp(2j) * grid["z"], rtol=1e-15)
    np.testing.assert_allclose(dataset.f.isel(z=0), np.cos(grid["x"]), rtol=1e-15)


def test_large_programs_travel_and_have_smaller_chunks():
    """The exact state of a model of one's own, which is a linear system and not a closed form."""
    own = symsync.equation("N_A", symsync.negativity(symsync.exact_state(symsync.chain(3)), "A"))
    grid = {**{each.name: 1.5 for each in own.parameters}, "epsilon": np.linspace(0.1, 1, 7)}
    dataset = scan(own, grid, backend="numpy", chunk=3)
    np.testing.assert_array_equal(dataset.N_A, own.function()(**grid))
    long = {**grid, "epsilon": np.linspace(0.1, 1, 10**6)}
    function = function_of(quantities(own), "numpy", "nan")
    assert layout(long, _points(function)).chunk < (10**6,)
    listed = quantities(own)
    work = ChunkWork(function_of(listed, "numpy", "nan"), tuple(listed), layout(grid, 4))
    there = pickle.loads(pickle.dumps(work))
    np.testing.assert_array_equal(there.values((slice(4, 7),))["N_A"], own.function()(**grid)[4:])


# Chunks -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(7,), (100, 3), (1, 1, 5), (13, 40), (3, 50, 7), (2, 2, 2, 2)])
@pytest.mark.parametrize("points", [1, 10, 64, 10**6])
def test_chunks_hold_each_point_once(shape, points):
    grid = {f"x{k}": np.arange(n) for k, n in enumerate(shape)}
    found = layout(grid, points)
    count = np.zeros(shape, int)
    for number in range(np.prod(found.chunks)):
        count[found.region(number)] += 1
        assert count[found.region(number)].size == found.size(number) <= points
    assert (count == 1).all()
    if points >= np.prod(shape):
        assert found.chunks == (1,) * len(shape)


def test_the_fingerprint_sees_what_differs():
    """Definitions inside a formula and entries of a linear system count, hidden as they are."""
    x, y = symbols("x y")
    k = Symbol("k")
    assert digest(NamedExpression(k, x + y)) != digest(NamedExpression(k, x - y))
    assert digest(Symbol("x", real=True)) != digest(Symbol("x"))


# Interruptions ----------------------------------------------------------------------------------


def fail_at(monkeypatch, number, code):
    """Let writing fail as on a full disk from the n-th chunk of values on."""
    own, written = _local._put, []

    def put(path, value, exclusive=False):
        if set(path.parts) & set(NAMES) and path.name != "zarr.json":
            written.append(path)
            if len(written) > number:
                raise OSError(code, os.strerror(code), str(path))
        return own(path, value, exclusive)

    monkeypatch.setattr(_local, "_put", put)


@pytest.mark.parametrize(
    "code", [errno.ENOSPC, *(pytest.param(c, marks=pytest.mark.slow) for c in (errno.EROFS, 13))]
)
def test_a_full_disk_is_one_sentence_and_no_loss(code, tmp_path, monkeypatch, computed):
    with monkeypatch.context() as patch:
        fail_at(patch, 10, code)
        with pytest.raises(OSError, match=f"could not be written: {os.strerror(code)}; .* safe"):
            started(tmp_path / "a.zarr", workers=1)
    record = zarr.open_group(tmp_path / "a.zarr")[RECORD][:, 0]
    kept = set(np.flatnonzero(record != UNDONE).tolist())
    assert 0 < len(kept) < CHUNKS
    computed.clear()
    require_plain(started(tmp_path / "a.zarr"))
    assert sorted(computed) == sorted(set(range(CHUNKS)) - kept)


def full():
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_store_that_cannot_be_made_leaves_nothing(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match=r"could not be written: .*; nothing has been computed"):
        started(tmp_path / "file" / "a.zarr")
    with monkeypatch.context() as patch:
        patch.setattr(zarr.Group, "create_array", lambda *_, **__: full())
        with pytest.raises(OSError, match="could not be written"):
            started(tmp_path / "a.zarr")
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def interrupted(*_):
    raise KeyboardInterrupt


def test_ctrl_c_says_how_to_go_on(tmp_path, monkeypatch, computed):
    with monkeypatch.context() as patch:
        patch.setattr("tqdm.tqdm.update", interrupted)
        with pytest.raises(KeyboardInterrupt, match=r"0 of the 13 chunks .* Start the same scan"):
            started(tmp_path / "a.zarr", workers=2)
    first = list(computed)
    assert len(set(first)) == len(first) < CHUNKS
    require_plain(started(tmp_path / "a.zarr"))
    assert sorted(computed) == list(range(CHUNKS))
    started(tmp_path / "a.zarr")
    assert len(computed) == CHUNKS


KILLED = """
import os, signal
from symsync.sweep.chunk_work import ChunkWork

log = {log!r}

def values(self, region):
    with open(log, "a") as file:
        file.write(f"{{region[0].start}}\\n")
    found = ChunkWork.whole(self, region)
    if region[0].start == {chunk}:
        try:
            open(log + ".killed", "x").close()
            os.kill(os.getpid(), signal.SIGKILL)
        except FileExistsError:
            pass
    return found

if not hasattr(ChunkWork, "whole"):  # dask loads this twice
    ChunkWork.whole, ChunkWork.values = ChunkWork.values, values
"""
"""What kills the process at a chunk, once; a file tells which chunks are computed."""


@pytest.mark.parametrize("chunk", [4, pytest.param(9, marks=pytest.mark.slow)])
def test_a_killed_scan_goes_on_where_it_was(chunk, tmp_path, computed):
    """Only the chunks of the two threads that were at work are computed twice.

    The process is killed where all points are nan, or where they have values.
    """
    log, place = tmp_path / "log", tmp_path / "a.zarr"
    call = f"""
import numpy, symsync
Delta, epsilon = numpy.linspace(-2, 2, 40), numpy.arange(-6, 7) / 100
grid = dict(epsilon=epsilon, Delta=Delta, **{RATES})
symsync.scan({NAMES}, grid, {str(place)!r}, chunk=40, backend="numpy", workers=2)
"""
    done = elsewhere(KILLED.format(log=str(log), chunk=chunk) + call)
    assert done.returncode == -signal.SIGKILL, done.stderr
    before = [int(line) for line in log.read_text().split()]
    kept = np.flatnonzero(zarr.open_group(place)[RECORD][:, 0] != UNDONE)
    assert set(kept) <= set(before) <= set(range(chunk + 2))
    assert len(before) - len(kept) <= 2
    require_plain(started(place))
    assert sorted(computed) == sorted(set(range(CHUNKS)) - set(kept.tolist()))


# Clusters ---------------------------------------------------------------------------------------


def cluster(workers, **options):
    """A cluster of this machine; `processes=False` is one of threads."""
    distributed = pytest.importorskip("distributed")
    return distributed.LocalCluster(
        n_workers=workers, threads_per_worker=1, dashboard_address=":0", **options
    )


def test_a_cluster_computes_the_same(tmp_path, monkeypatch):
    names, own_region = [], Layout.region
    monkeypatch.setattr(
        Layout,
        "region",
        lambda *a: names.append(threading.current_thread().name) or own_region(*a),
    )
    with cluster(1, processes=False) as own, own.get_client() as client:
        require_plain(started(client=client))
        require_plain(started(tmp_path / "a.zarr", client=client))
        with pytest.raises(ValueError, match="`epsilon` must be non-negative"):
            started(client=client, invalid="raise")
    assert not any(name.startswith("symsync") for name in names)
    assert sum(name != "MainThread" for name in names) >= 2 * CHUNKS


@pytest.mark.slow
def test_a_worker_that_dies_is_replaced(tmp_path, monkeypatch):
    """It is killed in the middle of a chunk; of the others only what it had in work is repeated."""
    log, patch = tmp_path / "log", tmp_path / "patch.py"
    patch.write_text(KILLED.format(log=str(log), chunk=5))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    with cluster(2, preload=[str(patch)], silence_logs=50) as own, own.get_client() as client:
        require_plain(started(tmp_path / "a.zarr", client=client))
    times = np.bincount([int(line) for line in log.read_text().split()], minlength=CHUNKS)
    assert times[5] == 2
    assert (times >= 1).all()
    assert times.sum() <= CHUNKS + 2


@pytest.mark.slow
def test_one_two_and_four_processes_give_the_same_bits(tmp_path, monkeypatch):
    """Also of a large program, whose numbers pass through libraries of linear algebra."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    own = symsync.equation("N_A", symsync.negativity(symsync.exact_state(symsync.chain(3)), "A"))
    grid = {**{each.name: 1.5 for each in own.parameters}, "epsilon": np.linspace(0.1, 1, 1001)}
    here = scan(own, grid, backend="numpy", chunk=200, workers=1)
    with cluster(1) as each, each.get_client() as client:
        for workers in (1, 2, 4):
            each.scale(workers)
            client.wait_for_workers(workers, timeout=60)
            place = tmp_path / f"{workers}.zarr"
            there = scan(own, grid, place, backend="numpy", chunk=200, client=client)
            np.testing.assert_array_equal(there.N_A.values, here.N_A.values)
            require_plain(started(client=client))


def test_workers_that_see_another_folder_are_told(tmp_path):
    started(tmp_path / "a.zarr")
    listed = quantities(NAMES)
    function = function_of(listed, "numpy", "nan")
    work = ChunkWork(function, tuple(listed), layout(GRID, 40), str(tmp_path / "a.zarr"), "other")
    for place in (work, replace(work, path=str(tmp_path / "b.zarr"))):
        with pytest.raises(ValueError, match="must be a place that all workers share"):
            place.write(0)
    assert not (tmp_path / "b.zarr").exists()


def test_what_is_in_the_record_is_not_computed_again(tmp_path, computed):
    """A cluster asks again for what a worker had done that died before it could say so."""
    dataset = started(tmp_path / "a.zarr")
    listed = quantities(NAMES)
    function, path = function_of(listed, "numpy", "nan"), str(tmp_path / "a.zarr")
    work = ChunkWork(function, tuple(listed), layout(GRID, 40), path, dataset.attrs["scan"])
    computed.clear()
    assert work.write(3) == 40
    assert computed == []


def test_large_coordinates_stay_in_the_store(tmp_path):
    """What travels holds the few points of Δ, and a worker reads the many of ε by chunks."""
    line = xarray.DataArray(np.linspace(0, 0.1, 1000), dims="point")
    grid = {"epsilon": line, "Delta": np.array([0.0, 1.0]), **RATES}
    dataset = scan("negativity", grid, tmp_path / "a.zarr", chunk=100)
    listed = quantities("negativity")
    work = ChunkWork(
        function_of(listed, "numpy", "nan"),
        tuple(listed),
        layout(grid, 100),
        str(tmp_path / "a.zarr"),
        dataset.attrs["scan"],
    )
    there = pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(work))))
    assert there.layout.coordinates["epsilon"] is None
    part = there.values(there.layout.region(3))["negativity"]
    np.testing.assert_array_equal(part, work.values(work.layout.region(3))["negativity"])
    expected = equations["negativity"].function()(
        epsilon=line.values[:, None], Delta=grid["Delta"], **RATES
    )
    np.testing.assert_array_equal(dataset.negativity, expected)


# Refusals ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"grid": {**GRID, "epsilon": EPSILON + 1}}, r"other grid \(epsilon\)\."),
        ({"grid": {**GRID, "gamma_g_A": 7}}, r"other grid \(gamma_g_A\)\."),
        ({"equations": NAMES[:1]}, r"other equations \(negativity\)\."),
        ({"equations": {"S_rel_max": "S_rel_max_exact", "negativity": "negativity"}},
         r"other equations \(S_rel_max\)\."),
        ({"grid": {"Delta": DELTA, "epsilon": EPSILON, **RATES}}, r", order \(dimensions\)\."),
        ({"chunk": 80}, r"other chunks \(epsilon\)\."),
        ({"backend": "c", "invalid": "raise"}, r"other choices \(backend, invalid\)\."),
    ],
)  # fmt: skip
def test_another_scan_is_not_gone_on_with(other, message, stored):
    arguments = {"equations": NAMES, "grid": GRID, "chunk": 40, "backend": "numpy", **other}
    for place in (stored / "a.zarr", stored / "a.nc"):
        with pytest.raises(ValueError, match=message):
            scan(to=place, **arguments)


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A folder with one scan in two formats."""
    folder = tmp_path_factory.mktemp("stored")
    for name in ("a.zarr", "a.nc"):
        started(folder / name).close()
    return folder


def test_labels_and_order_are_part_of_a_scan(tmp_path):
    """Labels of another scan would be wrong ones; equations and numbers have no order."""

    def labelled(names, labels, **rates):
        epsilon = xarray.DataArray([0.1, 0.2], {"run": labels}, attrs={"units": "MHz"})
        grid = {**rates, "epsilon": epsilon, "Delta": 0}
        return scan(names, grid, tmp_path / "a.zarr", backend="numpy", chunk=1)

    labelled(NAMES, ["a", "b"], **RATES)
    record = zarr.open_group(tmp_path / "a.zarr")[RECORD]
    record[1:] = UNDONE
    del zarr.open_group(tmp_path / "a.zarr", mode="r+").attrs["nan_points"]
    found = labelled(NAMES[::-1], ["a", "b"], **dict(reversed(RATES.items())))
    assert (record[:] == 0).all()
    assert found.epsilon.attrs["units"] == "MHz"
    with pytest.raises(ValueError, match=r"other labels \(run\)\."):
        labelled(NAMES, ["a", "c"], **RATES)


@pytest.mark.parametrize("to", [None, "a.zarr", "a.nc"])
def test_coordinates_travel(to, tmp_path):
    """Words along a dimension, and the levels of an index of pandas, stay with the points."""
    index = pandas.MultiIndex.from_product([["up", "down"], [1, 2]], names=["way", "run"])
    coords = xarray.Coordinates.from_pandas_multiindex(index, "point")
    epsilon = xarray.DataArray([0.1, 0.2, 0.3, 0.4], coords, "point")
    epsilon = epsilon.assign_coords(author=("point", list("abcd")), setup="old")
    grid = {**RATES, "epsilon": epsilon, "Delta": xarray.DataArray(np.zeros(4), coords, "point")}
    found = scan(NAMES, grid, to and tmp_path / to, backend="numpy")
    assert found.way.values.tolist() == ["up", "up", "down", "down"]
    assert found.run.values.tolist() == [1, 2, 1, 2]
    assert found.author.values.tolist() == list("abcd")
    assert set(found.coords) == {"epsilon", "Delta", "way", "run", "author"}
    if to:
        grid["epsilon"] = epsilon.assign_coords(author=("point", list("abce")))
        with pytest.raises(ValueError, match=r"other labels \(author\)\."):
            scan(NAMES, grid, tmp_path / to, backend="numpy")


def test_numbers_of_sympy_and_datasets_are_a_grid():
    grid = {"epsilon": [pi / 200, Rational(1, 3)], "Delta": sqrt(2), **RATES}
    found = scan(NAMES, grid, backend="numpy")
    np.testing.assert_array_equal(found.epsilon, [np.pi / 200, 1 / 3])
    assert found.attrs["Delta"] == np.sqrt(2)
    grid = {"epsilon": ("run", [0.1, 0.2]), "Delta": ("run", [0.0, 1.0]), **RATES}
    frame = xarray.Dataset(grid).to_dataframe()
    for each in (xarray.Dataset(grid), frame.to_xarray()):
        np.testing.assert_array_equal(
            scan(NAMES, each, backend="numpy").negativity,
            equations["negativity"].function()(**{n: np.array(frame[n]) for n in grid}),
        )


def test_two_that_begin_at_once_share_a_store(tmp_path):
    """The second one finds what the first has made meanwhile, and leaves it as it is."""
    work = _work(NAMES, GRID, backend="numpy", chunk=40)
    for _ in range(2):
        create(tmp_path / "a.zarr", work, compressed=False)
        zarr.open_group(tmp_path / "a.zarr", mode="r+").attrs["first"] = 1
    assert "first" in zarr.open_group(tmp_path / "a.zarr").attrs
    assert [each.name for each in tmp_path.iterdir()] == ["a.zarr"]
    require_plain(started(tmp_path / "a.zarr"))


def test_something_else_is_not_touched(tmp_path):
    for name in ("a.zarr", "a.nc"):
        (tmp_path / name).write_text("mine")
        with pytest.raises(ValueError, match="holds something else"):
            started(tmp_path / name)
        assert (tmp_path / name).read_text() == "mine"


x = Symbol("x", real=True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"grid": {**RATES, "epsilon": 1, "Delta": 2}}, "`grid` must hold an array, but"),
        ({"grid": {**GRID, "epsilon": EPSILON[:0]}}, "no points along 'epsilon'"),
        ({"grid": {**GRID, "epsilon": np.ones((2, 2))}}, "or a DataArray for 'epsilon'"),
        ({"grid": {**GRID, "epsilon": "0:1:3"}}, "or a DataArray for 'epsilon'"),
        ({"grid": {**GRID, "epsilon": EPSILON + 1j}}, "real numbers for 'epsilon'"),
        ({"grid": {**GRID, "Dleta": 1}}, "Did you mean 'Delta'"),
        ({"grid": {"epsilon": EPSILON, **RATES}}, "`Delta` is missing"),
        ({"grid": {**GRID, "gamma_g_A": -1}}, "`gamma_g_A` must be positive and finite, but is -1"),
        ({"grid": {**GRID, "Delta": np.nan}}, "`Delta` must be real and finite, but is nan"),
        ({"grid": [1]}, "`grid` must be {parameter: number or array}"),
        ({"grid": {**GRID, "epsilon": xarray.DataArray([1.0], dims="Delta")}}, "that they share"),
        ({"equations": "negativty"}, "Did you mean 'negativity'"),
        ({"equations": []}, "`equations` must be one or more"),
        ({"equations": ["negativity"] * 2}, "of different names"),
        ({"equations": [x]}, "`equations` must be names of the catalogue"),
        ({"equations": {"x": x}, "grid": {"x": EPSILON}}, "that no parameter and no coordinate"),
        ({"equations": {"a b": equations["S_rel_max"]}}, "that no parameter and no coordinate"),
        ({"to": "a.txt"}, "`to` must be a path that ends in .zarr or .nc"),
        ({"to": 3}, "`to` must be a path"),
        ({"client": 3}, "`client` must be a dask.distributed.Client"),
        ({"workers": 0}, "`workers` must be 1 to 4096"),
        ({"chunk": 0}, "`chunk` must be"),
        ({"backend": "fortran"}, "`backend` must be one of"),
        ({"invalid": "maybe"}, "`invalid` must be"),
        ({"compressed": 1, "to": "a.nc"}, "`compressed` must be True or False"),
        ({"progress": 1}, "`progress` must be True, False or None"),
        ({"equations": {"z": Symbol("z") * x}, "grid": {"x": EPSILON, "z": 1j}, "to": "a.nc"},
         "netCDF has no complex numbers"),
        ({"equations": {"r": re(Symbol("z") * x)}, "grid": {"x": 1, "z": EPSILON + 1j},
          "to": "a.nc"}, "netCDF has no complex numbers"),
        ({"backend": "mpmath"}, "of double precision for a scan"),
        ({"equations": {"scan": "S_rel_max", "f": "negativity"}}, "but one is 'scan'. Rename it"),
        ({"equations": {"f": x * Symbol("nan_points", real=True)},
          "grid": {"x": EPSILON, "nan_points": 7}, "to": "a.zarr"}, "but one is 'nan_points'"),
        ({"grid": {**GRID, "epsilon": xarray.DataArray(EPSILON, dims="scan")}}, "one is 'scan'"),
        ({"grid": {**GRID, "epsilon": xarray.DataArray(EPSILON, dims="gamma_g_A")}},
         "has 'gamma_g_A' as both"),
        ({"grid": {**GRID, "epsilon": xarray.DataArray(EPSILON, dims=[3])}}, "for 'epsilon'"),
    ],
)  # fmt: skip
def test_wrong_arguments_meet_one_sentence(arguments, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((TypeError, ValueError), match=message):
        scan(**{"equations": NAMES, "grid": GRID, **arguments})
    assert list(tmp_path.iterdir()) == []


# Around it --------------------------------------------------------------------------------------


def test_progress_is_shown_when_asked_for(capsys):
    started()
    assert capsys.readouterr().err == ""
    started(progress=True)
    said = capsys.readouterr().err
    assert "points/s" in said
    assert "520/520" in said


def test_a_formula_is_compiled_once_for_all_threads(monkeypatch, tmp_path):
    monkeypatch.setenv("SYMSYNC_CACHE", str(tmp_path))
    own, made = c_backend._compiled, []
    monkeypatch.setattr(c_backend, "_compiled", lambda *text: made.append(text) or own(*text))
    scan({"f": cos(x)}, {"x": np.arange(8.0)}, chunk=1, workers=4, backend="c")
    assert len(made) == 1


def test_without_xarray_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "xarray", None)
    with pytest.raises(ModuleNotFoundError, match=r"symsync\[sweep\]"):
        started()


def test_an_unknown_choice_is_named_with_the_function_that_the_user_called():
    with pytest.raises(TypeError, match=r"scan\(\) got .* 'chunks'. Did you mean 'chunk'\?"):
        scan("S_rel_max", {"epsilon": [0, 1]}, chunks=3)
    with pytest.raises(TypeError, match=r"gradient\(\) got .* 'invlid'. Did you mean 'invalid'\?"):
        equations["S_rel_max"].gradient("epsilon", invlid="nan")
