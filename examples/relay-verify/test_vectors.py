"""Run the vectors of ``test/vectors/relay.json`` against ``relay_verify``: ``python3 -m unittest -v test_vectors``."""

import base64
import json
import unittest
from pathlib import Path

from relay_verify import WINDOW_SECONDS, ReplayCache, Secret, Verdict, verify

VECTORS = Path(__file__).resolve().parents[2] / "test" / "vectors" / "relay.json"


def to_bytes(body):
    """The bytes of a body as the vectors write it."""
    if body is None:
        return b""
    if "utf8" in body:
        return body["utf8"].encode()
    if "base64" in body:
        return base64.b64decode(body["base64"])
    return (body["repeat"] * body["times"]).encode()


def to_verdict(verdict):
    if verdict["ok"]:
        return Verdict(None, verdict["atSeconds"], verdict.get("keyId"))
    return Verdict(verdict["reason"])


class Vectors(unittest.TestCase):
    """One test a vector."""


def test_of(vector):
    def test(self):
        secrets = [Secret(known["secret"], known.get("id")) for known in vector["secrets"]]
        replays = ReplayCache(vector["replays"]["entriesMax"]) if "replays" in vector else None
        for request in vector["requests"]:
            verdict = verify(
                header=request["header"],
                method=request["method"],
                target=request["target"],
                body=to_bytes(request.get("body")),
                secrets=secrets,
                now_seconds=request["nowSeconds"],
                replays=replays,
            )
            self.assertEqual(verdict, to_verdict(request["verdict"]))

    test.__doc__ = vector["name"]
    return test


content = json.loads(VECTORS.read_text(encoding="utf-8"))
assert content["windowSeconds"] == WINDOW_SECONDS
for number, vector in enumerate(content["vectors"]):
    setattr(Vectors, f"test_{number:03}", test_of(vector))


if __name__ == "__main__":
    unittest.main()
