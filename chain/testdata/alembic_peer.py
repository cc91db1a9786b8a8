"""Asks Alembic about chains: JSON comes in line by line, and for each line one goes out.

A line with "chain" says which revisions there are from then on:

    {"chain": [{"id": "b", "revises": ["a"], "depends": [], "labels": []}]}
    {"heads": ["b"], "effective": ["b"], "bases": ["a"]}

Every other line is a command, with the rows that the version table has before it:

    {"command": "up", "target": "head", "rows": ["a"]}
    {"ran": ["b"], "rows": ["b"], "warnings": []}

Up, down and stamp are carried out by Alembic's own migration context on a SQLite database in memory. What Alembic raises
comes back as {"error": class, "message": text}, with what it had planned to run, if it had got so far.
"""

import json
import sys
import tempfile
import types
import warnings

import alembic
import sqlalchemy
from alembic.runtime.migration import MigrationContext
from alembic.script.base import ScriptDirectory
from alembic.script.revision import Revision, RevisionMap


class Peer:
    def __init__(self):
        self.scripts = None
        self.connection = sqlalchemy.create_engine("sqlite://", isolation_level="AUTOCOMMIT").connect()
        context = MigrationContext.configure(self.connection)
        context._ensure_version_table()
        self.table = context._version

    def answer(self, question):
        if "chain" in question:
            return self.load(question["chain"])
        return getattr(self, question["command"])(question)

    def load(self, revisions):
        def made():
            for r in revisions:
                one = Revision(r["id"], tuple(r["revises"]) or None, tuple(r["depends"]) or None, tuple(r["labels"]) or None)
                one.module = types.SimpleNamespace(upgrade=self.migration("upgrade"), downgrade=self.migration("downgrade"))
                one.doc = None
                yield one

        self.scripts = ScriptDirectory(tempfile.gettempdir())
        self.scripts.revision_map = RevisionMap(made)
        return {
            "heads": self.scripts.get_heads(),
            "effective": [r.revision for r in self.scripts.get_revisions("heads")],
            "bases": self.scripts.get_bases(),
        }

    @staticmethod
    def migration(name):
        def run(**_):
            pass

        run.__name__ = name
        return run

    def up(self, question):
        return self.run(question, lambda rows: self.scripts._upgrade_revs(question["target"], rows))

    def down(self, question):
        return self.run(question, lambda rows: self.scripts._downgrade_revs(question["target"], rows))

    def stamp(self, question):
        return self.run(question, lambda rows: self.scripts._stamp_revs(tuple(question["targets"]), rows))

    def run(self, question, plan):
        """Carries a plan out on a version table that holds the rows of the question."""
        ran = []

        def steps(rows, _):
            planned = plan(rows)
            ran.extend(s.revision.revision for s in planned if hasattr(s, "revision"))
            return planned

        self.fill(question["rows"])
        context = MigrationContext.configure(self.connection, opts={"fn": steps, "purge": question.get("purge", False)})
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                context.run_migrations()
            except Exception as err:
                return {"ran": ran, **failure(err)}
        return {"ran": ran, "rows": list(context.get_current_heads()), "warnings": [str(w.message) for w in caught]}

    def fill(self, rows):
        self.connection.execute(self.table.delete())
        for row in rows:
            self.connection.execute(self.table.insert().values(version_num=row))

    def current(self, question):
        return {"revisions": [r.revision for r in self.scripts.get_all_current(tuple(question["rows"]))]}

    def show(self, question):
        return {"revisions": [r.revision for r in self.scripts.get_revisions(question["target"]) if r]}

    def history(self, question):
        """The newest first, ends included; an end that is current stands for the rows."""
        ends = [tuple(question["rows"]) if end == "current" else end for end in question["target"].split(":")]
        low, high = ends[0] or "base", ends[1] or "heads"
        return {"revisions": [r.revision for r in self.scripts.walk_revisions(low, high)]}


def failure(err):
    return {"error": type(err).__name__, "message": str(err)}


def main():
    warnings.simplefilter("ignore")  # those of a run are in its answer
    peer = Peer()
    print(json.dumps({"version": alembic.__version__}), flush=True)
    for line in sys.stdin:
        try:
            answer = peer.answer(json.loads(line))
        except Exception as err:  # whatever it is, it is Alembic's answer
            answer = failure(err)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
