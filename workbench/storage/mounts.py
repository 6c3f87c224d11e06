"""Whether a file lies on a network file system, where a write-ahead log's shared memory does not work."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NETWORK_FILE_SYSTEMS = frozenset(
    (
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "afpfs", "9p", "afs", "webdav", "ncpfs", "vboxsf"),
        *("ceph", "lustre", "gpfs", "beegfs", "glusterfs", "ocfs2", "gfs2"),
        *("fuse.sshfs", "fuse.davfs", "fuse.davfs2", "fuse.glusterfs", "fuse.ceph", "fuse.s3fs", "fuse.rclone"),
        *("fuse.gcsfuse", "fuse.smbnetfs"),
    )
)
"""Kinds of file system that several machines may use at once, by their names in the table of mounts."""

FORCED = "WORKBENCH_NETWORK_FILE_SYSTEM"
"""An environment variable that answers for every path: 1 or 0. For tests, and where the table is wrong."""

_OCTAL = re.compile(r"\\([0-7]{3})")
_OF_MOUNT = re.compile(r".+? on (?P<point>/.*) \((?P<kind>[^,()]+)[^()]*\)")


def on_network_file_system(path: Path) -> bool:
    """Say whether a path lies where WAL is unsafe, by the system's table of mounts; False where there is none."""
    forced = os.environ.get(FORCED)
    if forced is not None:
        return forced == "1"
    target = str(Path(os.path.realpath(path)).parent)
    best, kind = "", ""
    for point, its_kind in mounted():
        # Of two on one point the later hides the earlier.
        if _holds(point, target) and len(point) >= len(best):
            best, kind = point, its_kind
    return kind in NETWORK_FILE_SYSTEMS


def _holds(point: str, target: str) -> bool:
    return target == point or target.startswith(point.rstrip("/") + "/")


def mounted() -> Iterator[tuple[str, str]]:
    """Yield mount point and kind of every file system, in the order in which they were mounted."""
    if sys.platform == "darwin":
        yield from of_mount(_output_of_mount())
        return
    try:
        table = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return
    yield from of_table(table)


def of_table(table: str) -> Iterator[tuple[str, str]]:
    """Read Linux's table of mounts, in which blanks and the like stand as three octal digits."""
    for line in table.split("\n"):
        fields = line.split(" ")
        if len(fields) >= 3:
            yield _OCTAL.sub(lambda match: chr(int(match[1], 8)), fields[1]), fields[2]


def of_mount(output: str) -> Iterator[tuple[str, str]]:
    """Read what `mount` prints on macOS: `//user@host/share on /Volumes/share (smbfs, nodev)`."""
    for line in output.split("\n"):
        match = _OF_MOUNT.fullmatch(line)
        if match:
            yield match["point"], match["kind"]


def _output_of_mount() -> str:
    try:
        return subprocess.run(["/sbin/mount"], capture_output=True, text=True, check=False, timeout=5).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
