"""An identity provider's web server on this machine, that publishes keys well or badly."""

import datetime
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

PATH = "/realms/bar/keys"


class KeyServer:
    """Answers every GET alike, until a test says otherwise.

    Attributes:
        asked: the paths that were asked for, with their headers in lower case.
        asking: set as soon as somebody asks.
        gate: closed, it holds every answer back.
        drips: whether the body comes a byte at a time, without end.
    """

    def __init__(self, certificate: Path | None = None) -> None:
        self.status = 200
        self.headers: dict[str, str] = {}
        self.body = b'{"keys":[]}'
        self.drips = False
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.asking = threading.Event()
        self.gate = threading.Event()
        self.gate.set()
        self._scheme = "http" if certificate is None else "https"
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def url(self) -> str:
        """Where the keys are."""
        return f"{self._scheme}://127.0.0.1:{self._server.server_port}{PATH}"

    def stop(self) -> None:
        """Be gone: the next connection is refused."""
        self.gate.set()
        self.drips = False
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                server.asked.append((self.path, headers))
                server.asking.set()
                server.gate.wait(30)
                try:
                    self._answer()
                except ConnectionError:
                    self.close_connection = True

            def _answer(self) -> None:
                self.send_response(server.status)
                for name, value in server.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(server.body)
                never = threading.Event()
                while server.drips:
                    self.wfile.write(b" ")
                    never.wait(0.01)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
                """Keep the tests' output to the tests."""

        return Handler


@contextmanager
def key_server(certificate: Path | None = None) -> Iterator[KeyServer]:
    """A provider for as long as the block lasts."""
    server = KeyServer(certificate)
    try:
        yield server
    finally:
        server.stop()


def self_signed(folder: Path) -> Path:
    """A file with a certificate for 127.0.0.1 that nobody vouches for, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.IPAddress(ipaddress.IPv4Address("127.0.0.1"))
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "provider.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(made.public_bytes(Encoding.PEM) + secret)
    return path
