"""Verify the co-signature of a toolspec relay, with Python's standard library alone.

A relay signs each request that it forwards:

    X-Example-Relay: t=1767225600,v1=<64 hex digits>,kid=2026-01

``v1`` is HMAC-SHA256 over ``{t}.{METHOD}.{target}.{SHA-256 of the body, in hex}``; the key is the shared secret's UTF-8 bytes.
``kid`` names the secret, and may be missing. What must be accepted and refused is in ``test/vectors/relay.json``.
"""

import hashlib
import hmac
import re
import threading
from typing import NamedTuple, Optional, Sequence, Union

#: Seconds by which ``t`` may lie in our past or future, inclusive.
WINDOW_SECONDS = 300

#: Seconds that a signature is remembered: from one window early to one window late, it would be accepted again.
REMEMBER_SECONDS = 2 * WINDOW_SECONDS

#: Signatures remembered: 160 requests a second for ten minutes.
ENTRIES_MAX = 100_000

#: Bytes of a secret at least: the size of the hash.
SECRET_MIN_BYTES = 32

#: The whole header: fixed order, each element once, nothing unknown. ``[0-9]`` because ``\d`` takes the digits of every script.
HEADER = re.compile(r"t=(0|[1-9][0-9]{0,11}),v1=([0-9a-f]{64})(?:,kid=([A-Za-z0-9._-]{1,64}))?")
HEADER_MAX_CHARS = 256

#: With these, the signed text can be taken apart in one way only.
METHOD = re.compile(r"[A-Z]{1,32}")
TARGET = re.compile(r"/[\x21-\x7e]*")


class Secret(NamedTuple):
    """A secret that is accepted; ``key_id`` is what ``kid`` calls it."""

    secret: str
    key_id: Optional[str] = None


class Verdict(NamedTuple):
    """``reason`` is None where the request is accepted. It is for the log; a caller needs to hear no more than "refused"."""

    reason: Optional[str]
    at_seconds: Optional[int] = None
    key_id: Optional[str] = None

    @property
    def ok(self) -> bool:
        return self.reason is None


class ReplayCache:
    """Remembers accepted signatures for ten minutes, in the memory of this process.

    When it is full, the next signature is refused until the oldest may be forgotten: to forget earlier would let a replay pass.
    Several processes need one cache for all of them.
    """

    def __init__(self, entries_max: int = ENTRIES_MAX) -> None:
        self._entries_max = entries_max
        self._seen: dict[str, int] = {}  # signature to the time at which it was seen, oldest first
        self._lock = threading.Lock()

    def admit(self, signature: str, now_seconds: int) -> Optional[str]:
        """Take note of a signature; the reason where it must be refused."""
        with self._lock:
            while self._seen:
                oldest = next(iter(self._seen))
                if now_seconds - self._seen[oldest] <= REMEMBER_SECONDS:
                    break
                del self._seen[oldest]
            if signature in self._seen:
                return "replayed"
            if len(self._seen) >= self._entries_max:
                return "cache_full"
            self._seen[signature] = now_seconds
            return None


def verify(
    *,
    header: Union[str, Sequence[str], None],
    method: str,
    target: str,
    body: bytes,
    secrets: Sequence[Secret],
    now_seconds: float,
    replays: Optional[ReplayCache] = None,
) -> Verdict:
    """Verify one request, as received: ``target`` is the raw request target with its query, ``body`` the bytes as sent.

    ``secrets`` is the one in use, or two while rotating: a header with ``kid`` is held against the secret of that id alone, one
    without against both. Checked in this order: grammar, window, key, signature, replay.
    """
    check_secrets(secrets)
    now = int(now_seconds // 1)

    if header is None or header == "":
        return Verdict("missing")
    match = HEADER.fullmatch(header) if isinstance(header, str) and len(header) <= HEADER_MAX_CHARS else None
    if match is None:
        return Verdict("malformed")
    time, signature, key_id = match.groups()
    at_seconds = int(time)
    if at_seconds < now - WINDOW_SECONDS:
        return Verdict("stale")
    if at_seconds > now + WINDOW_SECONDS:
        return Verdict("early")

    candidates = [known for known in secrets if key_id is None or known.key_id == key_id]
    if not candidates:
        return Verdict("unknown_key")
    if METHOD.fullmatch(method) is None or TARGET.fullmatch(target) is None:
        return Verdict("mismatch")
    signed = f"{time}.{method}.{target}.{hashlib.sha256(body).hexdigest()}".encode()
    # Every candidate is tried, so that the time taken does not tell which secret is in use.
    fitting = [
        known
        for known in candidates
        if hmac.compare_digest(hmac.new(known.secret.encode(), signed, "sha256").digest(), bytes.fromhex(signature))
    ]
    if not fitting:
        return Verdict("mismatch")

    refusal = replays.admit(signature, now) if replays is not None else None
    return Verdict(refusal) if refusal is not None else Verdict(None, at_seconds, fitting[0].key_id)


def check_secrets(secrets: Sequence[Secret]) -> None:
    """Raise ValueError where the secrets cannot be used. Call it at start, to learn of a mistake before the first request."""
    if len(secrets) not in (1, 2):
        raise ValueError("Give one relay secret, or two while rotating.")
    if any(len(known.secret.encode()) < SECRET_MIN_BYTES for known in secrets):
        raise ValueError(f"A relay secret must have at least {SECRET_MIN_BYTES} bytes.")
    key_ids = [known.key_id for known in secrets if known.key_id is not None]
    if len(set(key_ids)) < len(key_ids):
        raise ValueError("Two relay secrets have the same id.")
