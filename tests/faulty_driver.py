"""
The real drivers, of which one call fails: before anything is done, or after it was done.
"""

from __future__ import annotations

import sqlite3
from functools import partial, partialmethod

import psycopg

OF_CURSOR = ("execute", "executemany", "fetchone", "fetchmany", "fetchall", "close")
OF_CONNECTION = ("cursor", "execute", "commit", "rollback", "close")


class FaultyDriver:
    """
    Counts the calls of both drivers, and strikes at one of them.

    The blow may be an ``error``, as the driver raises it where the disk or the line is broken; an
    ``interruption``, as by Ctrl-C; or a ``cut``: the server really ends the connection before the call.
    """

    def __init__(self, monkeypatch):
        self.opened = []
        self._connect_for_real = psycopg.connect
        sqlite_cursor = self._striking(sqlite3, sqlite3.Cursor, OF_CURSOR)
        sqlite_connection = self._striking(sqlite3, sqlite3.Connection, OF_CONNECTION)
        sqlite_connection.cursor = partialmethod(sqlite_connection.cursor, sqlite_cursor)
        cursor = self._striking(psycopg, psycopg.Cursor, OF_CURSOR)
        server_cursor = self._striking(psycopg, psycopg.ServerCursor, OF_CURSOR)
        server_cursor.__del__ = lambda _: None  # it complains of what a connection that was cut left open
        connection = self._striking(psycopg, psycopg.Connection, OF_CONNECTION)

        def connect(*args, **kwargs):
            made = connection.connect(*args, cursor_factory=cursor, **kwargs)
            made.server_cursor_factory = server_cursor
            return made

        for driver, connecting in (
            (sqlite3, partial(sqlite3.connect, factory=sqlite_connection)),
            (psycopg, connect),
        ):
            monkeypatch.setattr(driver, "connect", partial(self._connect, driver, connecting))
        monkeypatch.setattr(sqlite3.dbapi2, "connect", sqlite3.connect)
        self.arm(0, "before", "error")

    def arm(self, number, moment, blow):
        """
        Let the ``number``-th call from now on fail, ``before`` or ``after`` it is made.
        """
        self.calls, self.number, self.moment, self.blow = 0, number, moment, blow
        self.struck = None

    def disarm(self):
        """
        Let no call fail from now on.

        Returns:
            The name of the call that failed; ``None`` if there were not so many.
        """
        self.number = 0
        return self.struck

    def close(self):
        """
        Close for real what could not be closed.
        """
        self.disarm()
        for connection in self.opened:
            connection.close()

    def _striking(self, driver, base, names):
        """
        A subclass whose methods of these names may be struck.
        """

        def striking(name):
            real = getattr(base, name)

            def method(owner, *args, **kwargs):
                return self._call(driver, name, owner, partial(real, owner, *args, **kwargs))

            return method

        return type(base.__name__, (base,), {name: striking(name) for name in names})

    def _connect(self, driver, connect, *args, **kwargs):
        def remember():
            self.opened.append(connect(*args, **kwargs))
            return self.opened[-1]

        return self._call(driver, "connect", None, remember)

    def _call(self, driver, name, owner, call):
        self.calls += 1
        if self.calls != self.number:
            return call()
        self.struck = name
        if self.blow == "cut":
            if owner is not None:
                self._cut(getattr(owner, "connection", owner))
            return call()
        if self.moment == "after":
            call()
        if self.blow == "interruption":
            raise KeyboardInterrupt
        if driver is psycopg:
            raise psycopg.OperationalError("server closed the connection unexpectedly")
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode, error.sqlite_errorname = sqlite3.SQLITE_IOERR, "SQLITE_IOERR"
        raise error

    def _cut(self, connection):
        """
        Let the server end ``connection``, and wait until it has.
        """
        if connection.closed:
            return
        pid = connection.info.backend_pid
        with self._connect_for_real(connection.info.dsn, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])
