"""A backend that answers only what its relay has co-signed. For trying out, not for serving: ``http.server`` is no production server.

    RELAY_SECRET=... [RELAY_KEY_ID=...] [RELAY_SECRET_PREVIOUS=... RELAY_KEY_ID_PREVIOUS=...] [RELAY_HEADER=...] python3 backend.py [port]
"""

import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from relay_verify import ReplayCache, Secret, check_secrets, verify

RELAY_HEADER = os.environ.get("RELAY_HEADER", "X-Example-Relay")

#: Bytes of a request's body. It must be in memory whole before its signature can be verified.
BODY_MAX_BYTES = 1_048_576


class Backend(ThreadingHTTPServer):
    """Holds what all requests share."""

    def __init__(self, address, secrets):
        check_secrets(secrets)
        super().__init__(address, Handler)
        self.secrets = secrets
        self.replays = ReplayCache()


class Handler(BaseHTTPRequestHandler):
    """Says of each request what it received, once the co-signature holds."""

    protocol_version = "HTTP/1.1"
    timeout = 10  # seconds that a connection may be silent

    def answer(self):
        lengths = self.headers.get_all("Content-Length", ["0"])
        length = lengths[0]
        if len(lengths) != 1 or not (length.isascii() and length.isdigit()) or "Transfer-Encoding" in self.headers:
            return self.reply(411, {"error": {"code": "length_required", "message": "State one Content-Length."}}, True)
        if len(length) > 7 or int(length) > BODY_MAX_BYTES:
            return self.reply(413, {"error": {"code": "too_large", "message": "The body is too large."}}, True)
        body = self.rfile.read(int(length))
        received = self.headers.get_all(RELAY_HEADER)
        verdict = verify(
            # A header that came more than once stays a list, and is refused.
            header=received[0] if received is not None and len(received) == 1 else received,
            method=self.command,
            # Taken from the request line itself: `self.path` has lost the second slash of a target such as `//a`.
            target=self.requestline.split(" ")[1],
            body=body,
            secrets=self.server.secrets,
            now_seconds=time.time(),
            replays=self.server.replays,
        )
        if not verdict.ok:
            self.log_message("refused: %s", verdict.reason)
            code = "relay_required" if verdict.reason == "missing" else "relay_invalid"
            return self.reply(401, {"error": {"code": code, "message": "Only the relay may call this API."}})
        # Here the credential in Authorization would be verified: the co-signature says who forwarded, not who is calling.
        return self.reply(200, {"method": self.command, "path": self.path, "bodyBytes": len(body), "keyId": verdict.key_id})

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

    def reply(self, status, value, closes=False):
        content = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if closes:  # The rest of the request was not read: what follows on this connection could be taken for another.
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(content)


def secrets_from(environment):
    """The current secret, and the previous one where there is one."""
    secrets = [Secret(environment["RELAY_SECRET"], environment.get("RELAY_KEY_ID") or None)]
    if environment.get("RELAY_SECRET_PREVIOUS"):
        secrets.append(Secret(environment["RELAY_SECRET_PREVIOUS"], environment.get("RELAY_KEY_ID_PREVIOUS") or None))
    return secrets


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 4010
    backend = Backend(("127.0.0.1", port), secrets_from(os.environ))
    print(f"http://127.0.0.1:{backend.server_address[1]}", flush=True)
    try:
        backend.serve_forever()
    except KeyboardInterrupt:
        pass
