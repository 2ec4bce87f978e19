"""Where the real files are, and a PostGIS server of the tests' own."""

import getpass
import os
import shutil
import subprocess
import tempfile
from itertools import count
from pathlib import Path

import pytest

REAL_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def real_data():
    """Folder of real files beside the checkout; they may not be distributed with it."""
    if not REAL_DATA.is_dir():
        pytest.skip(f"real data not found beside the checkout ({REAL_DATA})")
    return REAL_DATA


def server_program(name):
    """A program of the PostgreSQL server, on the path or where distributions put it."""
    beside = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    found = shutil.which(name) or (str(beside[-1]) if beside else None)
    return found or pytest.skip(f"no PostgreSQL server here: {name} is not on the path")


@pytest.fixture(scope="session")
def postgis_server():
    """Address of a fresh PostGIS server that answers on a socket in its own folder only."""
    psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")
    initdb, pg_ctl = server_program("initdb"), server_program("pg_ctl")
    # PostgreSQL refuses to run as root.
    other = os.getuid() == 0
    become = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if other else []
    # The path of a socket must be short, and open to the other user.
    folder = Path(tempfile.mkdtemp(prefix="siting-pg-"))
    if other:
        shutil.chown(folder, "postgres", "postgres")
    data, user = folder / "data", "postgres" if other else getpass.getuser()
    socket = f"-F -c listen_addresses='' -c unix_socket_directories='{folder}'"

    def run(*command):
        done = subprocess.run([*become, *map(str, command)], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"no PostgreSQL server could be started: {done.stderr.strip() or done.stdout.strip()}")

    try:
        run(initdb, "-D", data, "-U", user, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        run(pg_ctl, "-D", data, "-l", folder / "log", "-w", "-o", socket, "start")
        try:
            address = f"postgresql://{user}@/postgres?host={folder}"
            with psycopg.connect(address, autocommit=True) as connection:
                try:
                    connection.execute("CREATE EXTENSION postgis")
                except psycopg.Error as error:
                    pytest.skip(f"PostgreSQL has no PostGIS: {error}")
            yield address
        finally:
            run(pg_ctl, "-D", data, "-w", "-m", "fast", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


_NUMBERS = count(1)


@pytest.fixture
def database(postgis_server, monkeypatch):
    """Setting of a store in an empty schema of the server; the address is in the variable that it names."""
    import psycopg

    schema = f"test_{next(_NUMBERS)}"
    with psycopg.connect(postgis_server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
    address = postgis_server.replace("postgresql://", "postgresql+psycopg://")
    monkeypatch.setenv("SITING_TEST_DATABASE", f"{address}&options=-csearch_path%3D{schema}%2Cpublic")
    return "postgis://SITING_TEST_DATABASE"
