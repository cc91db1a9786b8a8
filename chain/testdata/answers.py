# Answers, for the test that compares, what Alembic would run: a chain and questions come in as JSON, one a line, and so go the answers.
import json
import sys
import warnings

from alembic.script.revision import Revision, RevisionMap

for line in sys.stdin:
    task = json.loads(line)
    revisions = [
        Revision(r["id"], tuple(r["revises"]) or None, tuple(r["depends"]) or None, tuple(r["labels"]) or None)
        for r in task["revisions"]
    ]
    links = RevisionMap(lambda: revisions)
    answers = []
    for ask in task["asks"]:
        current = tuple(ask["current"])
        try:
            with warnings.catch_warnings(record=True) as said:
                warnings.simplefilter("always")
                if ask["up"]:
                    run = links.iterate_revisions(ask["target"], current, implicit_base=True)
                else:
                    run = links.iterate_revisions(current, ask["target"], select_for_downgrade=True)
                answers.append({"run": [r.revision for r in run], "warned": [str(w.message) for w in said]})
        except Exception as e:
            answers.append({"error": "%s: %s" % (type(e).__name__, e)})
    print(json.dumps(answers), flush=True)
