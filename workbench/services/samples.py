"""The sample articles without anybody's annotations, for whoever wants to try the program in an empty library."""

from __future__ import annotations

from workbench.domain.bundle import Bundle
from workbench.errors import Refused
from workbench.services.clock import Clock
from workbench.services.importing import store_bundles
from workbench.services.seeds import load_seeds, seeds_folder
from workbench.storage import catalogue
from workbench.storage.bulk_read import count_documents
from workbench.storage.engine import Database


def add_samples(database: Database, clock: Clock) -> int:
    """Put the sample articles into an empty database, all or none; return how many.

    Raises Refused when there are articles already, EnvironmentFault when the samples or the disk are in the way.
    """
    with database.read() as connection:
        if count_documents(connection):
            raise Refused("the sample articles are for an empty library", remedy="Try `workbench demo` instead.")
        project = catalogue.load_project(connection)
    bundles = [Bundle(bundle.document) for bundle in load_seeds(seeds_folder())]
    return store_bundles(database, project, bundles, "the sample articles", clock).counts.documents
