"""The package qnexus itself, driven through a whole run against HTTP answers from this machine."""

from __future__ import annotations

import json
import uuid
from types import SimpleNamespace
from urllib.parse import parse_qs

import numpy as np
import pytest

pytest.importorskip("qnexus")

import httpx
import qnexus.client
from pytket.circuit import Circuit

from qansatz.execute.nexus.backend import Backend, NotLoggedInError, resume
from tests.execute.backends.test_backends import assert_within_five_errors, frequencies, law
from tests.execute.nexus.fake import _run
from tests.execute.nexus.test_nexus import CIRCUITS, SHOTS, SOURCE, VALUES

PROJECT = str(uuid.uuid4())
DONE = {"status": "COMPLETED", "message": ""}
TIMES = {"timestamps": {"created": "2026-01-01T00:00:00Z", "modified": "2026-01-01T00:00:00Z"}}


CIRCUIT_KEYS = (
    *("bits", "commands", "created_qubits", "discarded_qubits", "implicit_permutation", "phase"),
    "qubits",
)


class Server:
    """Enough of the service for one run: projects, circuits, jobs, compilations, results."""

    def __init__(self) -> None:
        self.circuits: dict[str, dict] = {}
        self.jobs: dict[str, dict] = {}
        self.posts: list[tuple[str, dict]] = []
        self.refuse = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.refuse:
            return httpx.Response(401, json={"message": "expired"})
        path = request.url.path.strip("/").split("/")
        kind, rest = path[1], path[3:]
        if request.method == "POST":
            body = json.loads(request.content)["data"]["attributes"]
            self.posts.append((kind, body))
            return self.created(kind, body)
        if rest[-1:] == ["count"]:
            return httpx.Response(200, json={"count": 1})
        query = parse_qs(request.url.query.decode())
        return httpx.Response(200, json=getattr(self, f"get_{kind}")(rest, query))

    def created(self, kind: str, body: dict) -> httpx.Response:
        identifier = str(uuid.uuid4())
        if kind == "circuits":
            self.circuits[identifier] = body
            return httpx.Response(
                201, json={"data": {"id": identifier, "attributes": {**body, **TIMES}}}
            )
        self.jobs[identifier] = body
        return httpx.Response(
            202, json={"data": {"id": identifier, "attributes": {**body, **TIMES, "status": DONE}}}
        )

    def entry(self, identifier: str, body: dict) -> dict:
        return {
            "id": identifier,
            "attributes": {**body, **TIMES},
            "relationships": {"project": {"data": {"id": PROJECT, "type": "project"}}},
        }

    @property
    def included(self) -> list[dict]:
        attributes = {"name": "qansatz", "contents_modified": TIMES["timestamps"]["created"]}
        return [
            {
                "id": PROJECT,
                "type": "project",
                "attributes": {**attributes, "archived": False, **TIMES},
            }
        ]

    def page(self, entries: list[dict], query: dict) -> dict:
        first = query.get("page[number]", ["0"])[0] == "0"
        return {"data": entries if first else [], "included": self.included}

    def get_projects(self, rest, query):
        return self.page(self.included, query)

    def get_circuits(self, rest, query):
        if rest:
            return {"data": self.entry(rest[0], self.circuits[rest[0]]), "included": self.included}
        names = (
            query["filter[name][exact]"][0].split(",") if "filter[name][exact]" in query else None
        )
        found = [
            self.entry(identifier, body)
            for identifier, body in self.circuits.items()
            if names is None or body["name"] in names
        ]
        return self.page(found, query)

    def get_jobs(self, rest, query):
        if not rest:
            return self.page([], query)
        body = self.jobs[rest[0]]
        if len(rest) > 1:
            return DONE
        items = [
            {
                **item,
                "status": DONE,
                "compilation_id": item.get("circuit_id", item.get("program_id")),
                "result_id": f"{uuid.UUID(int=k)}",
                "result_type": "PYTKET",
            }
            for k, item in enumerate(body["definition"]["items"])
        ]
        programs = {"data": [{"id": i.get("program_id"), "type": "circuit"} for i in items]}
        found = self.entry(rest[0], {**body, "status": DONE})
        found["attributes"]["definition"] = {**body["definition"], "items": items}
        found["relationships"]["programs"] = programs
        return {"data": found, "included": self.included}

    def get_compilations(self, rest, query):
        found = self.entry(rest[0], {"name": "compilation"})
        for name in ("original_circuit", "compiled_circuit"):
            found["relationships"][name] = {"data": {"id": rest[0]}}
        return {"data": found, "included": self.included}

    def get_results(self, rest, query):
        job = next(job for job in self.jobs.values() if job["job_type"] == "execute")
        item = job["definition"]["items"][uuid.UUID(rest[0]).int]
        known = self.circuits[item["program_id"]]
        circuit = Circuit.from_dict({key: known[key] for key in CIRCUIT_KEYS})
        result = _run(SimpleNamespace(circuit=circuit), item["n_shots"])
        snapshot = {
            "name": "H2-1E",
            "version": "0",
            "device": {"nodes": [], "edges": [], "n_nodes": 56, "fully_connected": True},
            "gate_set": ["Rz", "PhasedX", "ZZPhase", "Measure"],
            "supports_fast_feedforward": True,
            "supports_reset": True,
            "supports_midcircuit_measurement": True,
        }
        return {
            "data": {
                "attributes": result.to_dict(),
                "relationships": {
                    "program": {"data": {"id": item["program_id"], "type": "circuit"}}
                },
            },
            "included": [{"type": "backend_snapshot", "attributes": snapshot}],
        }


@pytest.fixture
def server(monkeypatch):
    found = Server()
    client = httpx.Client(
        base_url="https://nexus.invalid",
        transport=httpx.MockTransport(found),
    )
    monkeypatch.setattr(qnexus.client, "_nexus_client", client)
    monkeypatch.setattr("qansatz.execute.nexus.steps._FIRST_PAUSE", 0.0)
    return found


def test_a_whole_run_through_the_package(server, tmp_path):
    path = tmp_path / "run.json"
    runner = Backend(state=path, max_hqc=200.0, device="H2-1E")
    pair, single = runner.sample(CIRCUITS, VALUES, SHOTS)
    assert_within_five_errors(frequencies(pair), law(SOURCE, VALUES, (2, 0)), SHOTS[0])
    assert_within_five_errors(frequencies(single), law(SOURCE, VALUES, (1,)), SHOTS[1])
    kinds = [kind for kind, _ in server.posts]
    assert kinds == ["circuits", "circuits", "jobs", "jobs"]
    compiling, executing = (body for kind, body in server.posts if kind == "jobs")
    assert compiling["definition"]["optimisation_level"] == 0
    assert compiling["definition"]["backend_config"]["device_name"] == "H2-1E"
    items = executing["definition"]["items"]
    assert [item["n_shots"] for item in items] == SHOTS
    assert sum(item["max_cost"] for item in items) == pytest.approx(200, abs=0.02)
    again = resume(path)
    np.testing.assert_array_equal(again.outcomes()[0], pair)
    assert len(server.posts) == 4


def test_a_login_that_expired(server, tmp_path):
    server.refuse = True
    runner = Backend(state=tmp_path / "run.json", max_hqc=200.0)
    with pytest.raises(NotLoggedInError, match="qnx login"):
        runner.sample(CIRCUITS, VALUES, SHOTS)
