"""Where a file lies: network file systems, links, and names that other programs stumble over."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.services.dumps import rows_of
from tests.services.populated import a_populated_database
from workbench.services import doctor, people, upkeep
from workbench.services.clock import CountingClock
from workbench.storage import mounts
from workbench.storage.engine import Database

TABLE = r"""/dev/vda / ext4 rw,relatime 0 0
proc /proc proc rw 0 0
server:/export /home nfs4 rw,vers=4.2 0 0
/dev/vdb /home/local xfs rw 0 0
//server/share /mnt/our\040share cifs rw 0 0
ana@host:/data /mnt/größe fuse.sshfs rw 0 0
tmpfs /mnt/tab\011bed tmpfs rw 0 0
"""


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(mounts.FORCED, raising=False)
    monkeypatch.setattr(mounts, "mounted", lambda: mounts.of_table(TABLE))


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(
    ("path", "network"),
    [
        ("/data.db", False),
        ("/srv/data.db", False),
        ("/home/ana/data.db", True),
        ("/home/local/data.db", False),
        ("/homes/data.db", False),
        ("/mnt/our share/deep/down/data.db", True),
        ("/mnt/our/data.db", False),
        ("/mnt/größe/data.db", True),
        ("/mnt/tab\tbed/data.db", False),
    ],
)
def test_the_nearest_mount_decides(path: str, network: bool) -> None:
    assert mounts.on_network_file_system(Path(path)) is network


def test_of_two_mounts_on_one_point_the_later_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(mounts.FORCED, raising=False)
    monkeypatch.setattr(mounts, "mounted", lambda: mounts.of_table("a /x ext4 rw 0 0\nb /x nfs rw 0 0\n"))
    assert mounts.on_network_file_system(Path("/x/data.db"))


@pytest.mark.parametrize("answer", ["0", "1"])
def test_the_environment_can_answer_instead(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    monkeypatch.setenv(mounts.FORCED, answer)
    assert mounts.on_network_file_system(Path("/data.db")) is (answer == "1")


def test_the_table_of_macos_is_read_too() -> None:
    output = (
        "/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)\n"
        "//ana@server/our%20share on /Volumes/our share (on top) (smbfs, nodev, nosuid, mounted by ana)\n"
        "map auto_home on /System/Volumes/Data/home (autofs, automounted, nobrowse)\n"
    )
    assert list(mounts.of_mount(output)) == [
        ("/", "apfs"),
        ("/Volumes/our share (on top)", "smbfs"),
        ("/System/Volumes/Data/home", "autofs"),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "a b.db",
        "what?.db",
        "50%25.db",
        "a#b.db",
        "it's.db",
        'a"b.db',
        "größe.db",
        "東京",
        "-x.db",
        ".db",
        "file:x.db",
        "a[1]*.db",
    ],
)
def test_any_name_will_do(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    upkeep.init(path)
    people.add(database := Database(path), "ana")
    database.close()
    rows = rows_of_odd(path)
    upkeep.downgrade(path, CountingClock())
    upkeep.upgrade(path, CountingClock("2026-03-02T09:00:01Z"))
    kept = upkeep.backup(path, CountingClock("2026-03-02T09:00:02Z"))
    upkeep.restore(path, kept, CountingClock("2026-03-02T09:00:03Z"))
    assert rows_of_odd(path) == rows
    assert [each.path for each in upkeep.backups(path)][-1] == kept
    assert doctor.report(path).problems == []


def rows_of_odd(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT * FROM annotators").fetchall()


def test_a_name_that_begins_like_an_address_is_still_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    upkeep.init(Path("file:x.db"))
    upkeep.backup(Path("file:x.db"), CountingClock(), Path("file:y.db"))
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["file:x.db", "file:y.db"]


def test_a_link_leads_to_the_database_and_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real" / "data.db", tmp_path / "link.db"
    real.parent.mkdir()
    a_populated_database(real).close()
    link.symlink_to(real)
    rows = rows_of(real)
    kept = upkeep.backup(link, CountingClock())
    people.add(database := Database(link), "eve")
    assert (real.parent / "data.db-wal").stat().st_size
    assert upkeep.status(database).log_bytes
    database.close()
    upkeep.restore(link, kept, CountingClock())
    assert link.is_symlink()
    assert rows_of(real) == rows
    assert doctor.report(link).problems == []
