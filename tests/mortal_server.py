"""
A PostgreSQL server that tests may kill, and that comes up again by itself or when told to.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress

import psycopg


class MortalServer:
    """
    A real server; ``server`` is how it is started and found.
    """

    def __init__(self, server):
        self._server = server
        # Recovery begins with a sync of the whole folder, file by file unless told otherwise.
        self.set("recovery_init_sync_method", "syncfs")

    @property
    def folder(self):
        """
        Where its files lie; they belong to the account that it runs under.
        """
        return self._server.pgdata

    def url(self, database):
        return self._server.get_uri(database=database)

    def run_sql(self, statement):
        """
        Run a statement, and return its rows; while the server recovers, try again.
        """
        deadline = time.monotonic() + 60
        while True:
            try:
                with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
                    cursor = connection.execute(statement)
                    return cursor.fetchall() if cursor.description else []
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

    def set(self, name, value):
        """
        Change a setting of the server; returns when those who connect find it so.
        """
        self.run_sql(f"ALTER SYSTEM SET {name} = '{value}'")
        self.run_sql("SELECT pg_reload_conf()")
        while self.run_sql(f"SHOW {name}") != [(value,)]:
            time.sleep(0.01)

    def pids_of(self, database):
        """
        The processes that serve the clients of ``database``.
        """
        found = self.run_sql(f"SELECT pid FROM pg_stat_activity WHERE datname = '{database}'")
        return [pid for (pid,) in found]

    def kill(self):
        """
        Kill the server and all its processes at once, as a machine that dies does.
        """
        parent = self._server.get_postmaster_info().process
        processes = [parent, *parent.children()]
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
        for process in processes:
            process.wait(60)

    def start(self):
        """
        Start it again; it recovers from its write-ahead log.
        """
        with suppress(subprocess.TimeoutExpired):  # of the command that waits; the server goes on
            self._server.ensure_postgres_running()
        self.run_sql("SELECT 1")
        self._server.ensure_postgres_running()

    def recoveries(self):
        """
        How many times it has found that it had died.
        """
        return self._server.log.read_text(errors="replace").count("automatic recovery in progress")
