"""Runs on Nexus, against a local service: nothing is lost, nothing is submitted twice, failures say what to do."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("pytket")

from qansatz.execute.backends.backend import BackendError
from qansatz.execute.nexus.backend import (
    Backend,
    NotLoggedInError,
    UnfinishedError,
    UnreachableError,
    bits,
    price,
    resume,
)
from qansatz.execute.nexus.record import Job, read
from qansatz.machines import machine_of
from qansatz.synthesis.lower import lower
from qansatz.synthesis.readout import MeasuredCircuit
from tests.execute.backends.test_backends import assert_within_five_errors, frequencies, law
from tests.execute.nexus.fake import AuthenticationError, Fake, Service, TimeoutException
from tests.models.operations import tfim

SOURCE = tfim(3, 1)
VALUES = [0.6, -0.9]
CIRCUITS = [
    MeasuredCircuit(gates=lower(SOURCE.model), measured=qubits, parities=())
    for qubits in ((2, 0), (1,))
]
SHOTS = [800, 400]


def runner(path, fake, **options):
    return Backend(state=path, client=fake, max_hqc=1000.0, device="H2-1E", **options)


def quickly(path, fake, **options):
    return resume(path, client=fake, sleep=lambda seconds: None, **options)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr("qansatz.execute.nexus.backend.time.sleep", lambda seconds: None)
    monkeypatch.setattr("qansatz.execute.nexus.steps._FIRST_PAUSE", 0.0)


@pytest.fixture
def started(tmp_path):
    """A record of a run that has not begun, and its service."""

    def stop(number, name):
        raise KeyboardInterrupt

    path, service = tmp_path / "run.json", Service()
    with pytest.raises(KeyboardInterrupt):
        runner(path, Fake(service, before=stop)).sample(CIRCUITS, VALUES, SHOTS)
    return path, service


def test_outcomes_come_back_in_the_order_asked_for(tmp_path):
    service = Service()
    path = tmp_path / "run.json"
    pair, single = runner(path, Fake(service)).sample(CIRCUITS, VALUES, SHOTS)
    assert pair.shape == (800, 2)
    assert single.shape == (400, 1)
    assert_within_five_errors(frequencies(pair), law(SOURCE, VALUES, (2, 0)), 800)
    assert_within_five_errors(frequencies(single), law(SOURCE, VALUES, (1,)), 400)
    job = next(job for job in service.stores["jobs"].values() if job.kind == "execute")
    assert job.shots == SHOTS
    assert sum(job.max_cost) == pytest.approx(1000, abs=0.02)
    names = [entry.split()[1] for entry in service.log]
    assert len(names) == len(set(names)) == 4


def test_a_complete_run_is_read_without_the_network(tmp_path):
    path = tmp_path / "run.json"
    first = runner(path, Fake(Service())).sample(CIRCUITS, VALUES, SHOTS)

    def offline(number, name):
        raise AssertionError("the network was used")

    again = runner(path, Fake(Service(), before=offline)).sample(CIRCUITS, VALUES, SHOTS)
    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a, b)


def count_calls(tmp_path) -> int:
    fake = Fake(Service())
    runner(tmp_path / "count.json", fake).sample(CIRCUITS, VALUES, SHOTS)
    return len(fake.calls)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_an_interruption_at_any_call_loses_nothing_and_repeats_nothing(tmp_path, moment):
    expected = runner(tmp_path / "whole.json", Fake(Service())).sample(CIRCUITS, VALUES, SHOTS)
    for at in range(count_calls(tmp_path)):

        def stop(number, name, at=at):
            if number == at:
                raise KeyboardInterrupt

        path, service = tmp_path / f"{moment}-{at}.json", Service()
        with pytest.raises(KeyboardInterrupt):
            runner(path, Fake(service, **{moment: stop})).sample(CIRCUITS, VALUES, SHOTS)
        done = quickly(path, Fake(service))
        assert sorted(entry.split()[0] for entry in service.log) == ["circuits"] * 2 + ["jobs"] * 2
        for a, b in zip(done.outcomes(), expected, strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("call", ["projects.get_or_create", "circuits.upload", "jobs.status"])
def test_an_expired_login_says_what_to_do(started, call):
    path, service = started

    def expire(number, name):
        if name == call:
            raise AuthenticationError("Refresh token is invalid or expired.")

    with pytest.raises(NotLoggedInError, match="qnx login"):
        quickly(path, Fake(service, before=expire))
    assert quickly(path, Fake(service)).complete


def test_an_answer_of_401_is_an_expired_login(started):
    path, service = started

    class FetchFailedError(Exception):
        status_code = 401

    def refuse(number, name):
        raise FetchFailedError("no")

    with pytest.raises(NotLoggedInError):
        quickly(path, Fake(service, before=refuse))


def test_a_submission_whose_answer_was_lost_is_found_again(started):
    path, service = started

    def lost(number, name):
        if name == "start_execute_job":
            raise TimeoutException("timed out")

    with pytest.raises(UnreachableError, match="did not answer"):
        quickly(path, Fake(service, after=lost))
    assert sum(entry.endswith("execute") for entry in service.log) == 1
    assert quickly(path, Fake(service)).complete
    assert sum(entry.endswith("execute") for entry in service.log) == 1


def test_a_wait_survives_some_timeouts_but_not_any_number(started):
    path, service = started
    failures = iter([True] * 4)

    def sometimes(number, name):
        if name == "jobs.status" and next(failures, False):
            raise TimeoutException("timed out")

    def always(number, name):
        if name == "jobs.status":
            raise TimeoutException("timed out")

    with pytest.raises(UnreachableError):
        quickly(path, Fake(service, before=always))
    assert quickly(path, Fake(service, before=sometimes)).complete


def test_a_wait_ends_when_its_time_is_up_and_goes_on_later(started):
    path, service = started
    service.polls_needed = 10**9
    ticks = iter(range(10**6))
    with pytest.raises(UnfinishedError, match="not ended in the time"):
        quickly(path, Fake(service), timeout=30.0, clock=lambda: next(ticks))
    assert read(path).compiling.status == "QUEUED"
    service.polls_needed = 0
    assert quickly(path, Fake(service)).complete


def test_partial_results_are_kept_and_told(started):
    path, service = started
    service.failed_items, service.final = {1}, "ERROR"
    with pytest.raises(UnfinishedError, match="ERROR with the outcomes of 1 of 2"):
        quickly(path, Fake(service))
    kept = read(path)
    assert [program.outcomes is None for program in kept.programs] == [False, True]
    assert kept.programs[0].table.shape == (800, 2)
    service.failed_items = set()
    assert quickly(path, Fake(service)).complete
    assert len(service.log) == 4


def test_a_file_of_another_run_is_refused(tmp_path):
    path = tmp_path / "run.json"
    runner(path, Fake(Service())).sample(CIRCUITS, VALUES, SHOTS)
    with pytest.raises(BackendError, match="holds another run"):
        runner(path, Fake(Service())).sample(CIRCUITS, [0.1, 0.2], SHOTS)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"kind": "other"}', '{"kind": 3, "a": [1'])
def test_what_is_no_record_is_refused(tmp_path, text):
    path = tmp_path / "run.json"
    path.write_text(text, "utf-8")
    with pytest.raises(BackendError, match="no record"):
        resume(path, client=Fake(Service()))
    with pytest.raises(BackendError, match="cannot read"):
        read(tmp_path / "absent.json")


def test_damaged_records_are_refused(started):
    path, _ = started
    whole = json.loads(path.read_text("utf-8"))
    for key in whole:
        path.write_text(json.dumps({k: v for k, v in whole.items() if k != key}), "utf-8")
        with pytest.raises(BackendError, match="no record"):
            read(path)


def test_two_processes_do_not_work_on_one_run(started):
    path, service = started
    script = (
        "import sys, time; from pathlib import Path; from qansatz.execute.nexus.record import alone\n"
        "with alone(Path(sys.argv[1])): print('inside', flush=True); time.sleep(600)"
    )
    holder = subprocess.Popen([sys.executable, "-c", script, path], stdout=subprocess.PIPE)
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline()
        with pytest.raises(BackendError, match=r"another process works on .*run\.json"):
            quickly(path, Fake(service))
        assert not service.log
        holder.kill()
    assert quickly(path, Fake(service)).complete
    assert len(service.log) == 4


def test_a_record_in_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(BackendError, match=r"cannot lock .*No such file"):
        resume(tmp_path / "absent" / "run.json", client=Fake(Service()))
    assert not (tmp_path / "absent").exists()


def test_records_of_version_0_1_are_read():
    record = read(Path(__file__).parents[2] / "data" / "written_by_0_1" / "nexus.json")
    assert (record.device, record.form, record.complete) == ("H2-1E", "pytket", False)
    assert record.executing == Job(
        name=f"qansatz-{record.token}-execute", id="jobs-1", status="ERROR"
    )
    assert [program.n_shots for program in record.programs] == [12, 5]
    assert record.programs[0].table.T.tolist() == [
        [0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1],
        [1, 1, 1, 0, 0, 1, 0, 1, 1, 0, 0, 0],
    ]


def test_a_run_dearer_than_allowed_is_refused_before_anything_is_written(tmp_path):
    path = tmp_path / "run.json"
    dear = Backend(state=path, client=Fake(Service()), max_hqc=1.0)
    with pytest.raises(ValueError, match="more than the 1 allowed"):
        dear.sample(CIRCUITS, VALUES, SHOTS)
    assert not path.exists()


def test_prices_follow_the_formula():
    gates = CIRCUITS[0].gates
    expected = [
        5 + n * (gates.n_one_qubit + 10 * gates.n_two_qubit + 5 * m) / 5000
        for n, m in zip(SHOTS, (2, 1), strict=True)
    ]
    found = price(CIRCUITS, SHOTS, "H2-1")
    assert found.hqc == pytest.approx(expected)
    assert found.total == pytest.approx(sum(expected))
    assert "not published" in price(CIRCUITS, SHOTS, "Helios-1E").assumptions[-1]
    wide = MeasuredCircuit(gates=lower(tfim(21, 1).model), measured=(0,), parities=())
    with pytest.raises(ValueError, match="21 qubits, H1-1 has 20"):
        price([wide], [1], "H1-1")
    assert [machine_of(name).name for name in ("H2-1E", "H2-2SC", "Helios-1")] == [
        "H2-1",
        "H2-2",
        "Helios-1",
    ]
    with pytest.raises(ValueError, match="there are H1-1"):
        machine_of("H9")


def test_helios_gets_qir(tmp_path):
    pytest.importorskip("pyqir")
    service, fake = Service(), None
    fake = Fake(service)
    helios = Backend(state=tmp_path / "run.json", client=fake, max_hqc=1000.0, device="Helios-1E")
    pair, single = helios.sample(CIRCUITS, VALUES, [3, 2])
    assert pair.tolist() == [[1, 1]] * 3
    assert single.tolist() == [[1]] * 2
    assert not service.stores["circuits"]
    assert [entry.split()[0] for entry in service.log] == ["qir", "qir", "jobs"]


def test_shots_of_the_machine_itself_are_read():
    from types import SimpleNamespace

    shots = [SimpleNamespace(entries=[("measured", 2), ("q2", k), ("q0", 1)]) for k in (0, 1)]
    assert bits(SimpleNamespace(results=shots), 2).tolist() == [[0, 1], [1, 1]]


def test_every_call_fits_the_signature_of_the_package(tmp_path):
    qnexus = pytest.importorskip("qnexus")
    for device in ("H2-1E", "Helios-1E"):
        fake = Fake(Service())
        chosen = Backend(
            state=tmp_path / f"{device}.json", client=fake, max_hqc=1000.0, device=device
        )
        chosen.sample(CIRCUITS, VALUES, SHOTS)
        for name, args, kwargs in fake.calls:
            real = qnexus
            for part in name.split("."):
                real = getattr(real, part)
            inspect.signature(real).bind(*args, **kwargs)
    assert qnexus.QuantinuumConfig(device_name="H2-1E").device_name == "H2-1E"
    assert qnexus.HeliosConfig(system_name="Helios-1E").system_name == "Helios-1E"
