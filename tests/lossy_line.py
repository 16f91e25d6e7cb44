"""
A line to a PostgreSQL server that loses the answer to COMMIT when told to.
"""

from __future__ import annotations

import shutil
import socket
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

import psycopg

_SOCKET = ".s.PGSQL.5432"
# The message by which the server says that it has committed.
_COMMITTED = b"C\x00\x00\x00\x0bCOMMIT\x00"


class LossyLine:
    """
    A socket of its own, from which all goes to the server of ``url`` and back.

    While ``loses`` is set, both ends are cut where the server says that it has committed.
    """

    def __init__(self, url):
        self.loses = threading.Event()
        self._folder = Path(tempfile.mkdtemp())
        parts = psycopg.conninfo.conninfo_to_dict(url)
        self._server = str(Path(parts["host"]) / _SOCKET)
        self.url = f"postgresql://{parts['user']}@/{parts['dbname']}?host={self._folder}"
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self._folder / _SOCKET))
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        shutil.rmtree(self._folder)

    def _accept(self):
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._server)
                for one, other in ((client, server), (server, client)):
                    arguments = (one, other, one is server)
                    threading.Thread(target=self._carry, args=arguments, daemon=True).start()

    def _carry(self, one, other, is_answer):
        with suppress(OSError):
            while data := one.recv(65536):
                if is_answer and _COMMITTED in data and self.loses.is_set():
                    break
                other.sendall(data)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
