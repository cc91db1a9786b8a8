package main

import (
	"bufio"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A layout writes a chain's files into a folder, in one contender's own format, for one kind of database.
type layout func(dir, kind string, c chain) error

// writeFile writes a file piece by piece.
func writeFile(path string, pieces iter.Seq[string]) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() {
		if closed := f.Close(); err == nil {
			err = closed
		}
	}()
	w := bufio.NewWriterSize(f, 1<<20)
	for p := range pieces {
		if _, err := w.WriteString(p); err != nil {
			return err
		}
	}
	return w.Flush()
}

// perRevision is a layout of one file for each revision, whose name begins with its number.
func perRevision(folder, name string, pieces func(c chain, i int) iter.Seq[string]) layout {
	return func(dir, kind string, c chain) error {
		dir = filepath.Join(dir, folder)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		for i := range c.Revisions {
			if err := writeFile(filepath.Join(dir, fmt.Sprintf(name, i+1)), pieces(c, i)); err != nil {
				return err
			}
		}
		return nil
	}
}

// both writes what two layouts write.
func both(all ...layout) layout {
	return func(dir, kind string, c chain) error {
		for _, l := range all {
			if err := l(dir, kind, c); err != nil {
				return err
			}
		}
		return nil
	}
}

// script gives statements as text, each with its terminator.
func script(statements iter.Seq[string]) iter.Seq[string] { return ending(statements, ";\n") }

// ending gives statements, each with something behind it.
func ending(statements iter.Seq[string], end string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for s := range statements {
			if !yield(s) || !yield(end) {
				return
			}
		}
	}
}

func text(s string) iter.Seq[string] { return slices.Values([]string{s}) }

func joined(all ...iter.Seq[string]) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, s := range all {
			for p := range s {
				if !yield(p) {
					return
				}
			}
		}
	}
}

// The names of the two files of a bare client.
const (
	upFile   = "up.sql"
	downFile = "down.sql"
)

// bare writes one file for each direction, with a transaction for each revision. A chain of one revision is told nothing of transactions if the client
// makes one around its file (psql -1).
func bare(dir, kind string, c chain) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	begin, commit := text("BEGIN;\n"), text("COMMIT;\n")
	if wholeFile(kind, c) {
		begin, commit = text(""), text("")
	}
	return directions(dir, c, begin, commit, script)
}

// directions writes one file for each direction: of every revision what begins it, its statements, what ends it.
func directions(dir string, c chain, begin, commit iter.Seq[string], written func(statements iter.Seq[string]) iter.Seq[string]) error {
	var up, down []iter.Seq[string]
	for _, r := range c.Revisions {
		up = append(up, begin, written(r.Up), commit)
		down = append([]iter.Seq[string]{begin, written(r.Down), commit}, down...)
	}
	if err := writeFile(filepath.Join(dir, upFile), joined(up...)); err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, downFile), joined(down...))
}

// terminated writes what bare does for programs that cannot split: each statement ends in a NUL. One revision is one transaction here as well.
func terminated(dir, kind string, c chain) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return directions(dir, c, text("BEGIN\x00"), text("COMMIT\x00"), func(statements iter.Seq[string]) iter.Seq[string] { return ending(statements, "\x00") })
}

// wholeFile reports whether the bare client runs its file in one transaction of its own.
func wholeFile(kind string, c chain) bool { return kind == "postgres" && len(c.Revisions) == 1 }

func ours() layout {
	return perRevision("versions", "%05d.sql", func(c chain, i int) iter.Seq[string] {
		r, parent := c.Revisions[i], ""
		if i > 0 {
			parent = " " + c.Revisions[i-1].ID
		}
		head := fmt.Sprintf("-- revision: %s\n-- revises:%s\n-- message: step %d\n\n-- +upgrade\n", r.ID, parent, i+1)
		return joined(text(head), script(r.Up), text("\n-- +downgrade\n"), script(r.Down))
	})
}

func gooseFiles() layout {
	return perRevision("migrations", "%05d_step.sql", func(c chain, i int) iter.Seq[string] {
		return joined(text("-- +goose Up\n"), script(c.Revisions[i].Up), text("\n-- +goose Down\n"), script(c.Revisions[i].Down))
	})
}

func golangMigrateFiles() layout {
	return both(
		perRevision("migrations", "%05d_step.up.sql", func(c chain, i int) iter.Seq[string] { return script(c.Revisions[i].Up) }),
		perRevision("migrations", "%05d_step.down.sql", func(c chain, i int) iter.Seq[string] { return script(c.Revisions[i].Down) }),
	)
}

func ternFiles() layout {
	return perRevision("migrations", "%05d_step.sql", func(c chain, i int) iter.Seq[string] {
		return joined(script(c.Revisions[i].Up), text("\n---- create above / drop below ----\n\n"), script(c.Revisions[i].Down))
	})
}

func dbmateFiles() layout {
	return perRevision("migrations", "%05d_step.sql", func(c chain, i int) iter.Seq[string] {
		return joined(text("-- migrate:up\n"), script(c.Revisions[i].Up), text("\n-- migrate:down\n"), script(c.Revisions[i].Down))
	})
}

func sqlMigrateFiles() layout {
	dialects := map[string]string{"postgres": "postgres", "mariadb": "mysql", "mysql": "mysql", sqliteKind: "sqlite3"}
	files := perRevision("migrations", "%05d_step.sql", func(c chain, i int) iter.Seq[string] {
		return joined(text("-- +migrate Up\n"), script(c.Revisions[i].Up), text("\n-- +migrate Down\n"), script(c.Revisions[i].Down))
	})
	settings := func(dir, kind string, c chain) error {
		return writeFile(filepath.Join(dir, "dbconfig.yml"),
			text("bench:\n  dialect: "+dialects[kind]+"\n  datasource: ${BENCH_DATABASE}\n  dir: migrations\n"))
	}
	return both(files, settings)
}

// alembicFiles writes each statement as an op.execute. The text of a statement is a Python string in single quotes.
func alembicFiles() layout {
	quote := func(s string) string {
		return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`, "\n", `\n`).Replace(s) + "'"
	}
	function := func(name string, statements iter.Seq[string]) iter.Seq[string] {
		return func(yield func(string) bool) {
			if !yield("\n\ndef " + name + "():\n") {
				return
			}
			for s := range statements {
				if !yield("    op.execute(text(" + quote(strings.ReplaceAll(s, ":", `\:`)) + "))\n") {
					return
				}
			}
		}
	}
	versions := perRevision("alembic/versions", "%05d_step.py", func(c chain, i int) iter.Seq[string] {
		parent := "None"
		if i > 0 {
			parent = quote(c.Revisions[i-1].ID)
		}
		head := "from alembic import op\nfrom sqlalchemy import text\n\nrevision = " + quote(c.Revisions[i].ID) + "\ndown_revision = " + parent + "\n"
		return joined(text(head), function("upgrade", c.Revisions[i].Up), function("downgrade", c.Revisions[i].Down))
	})
	settings := func(dir, kind string, c chain) error {
		if err := writeFile(filepath.Join(dir, "alembic.ini"), text("[alembic]\nscript_location = alembic\n")); err != nil {
			return err
		}
		return writeFile(filepath.Join(dir, "alembic/env.py"), text(alembicEnv))
	}
	return both(versions, settings)
}

const alembicEnv = `import os

from alembic import context
from sqlalchemy import create_engine, pool

engine = create_engine(os.environ["BENCH_DATABASE"], poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
`

// sqitchFiles writes scripts that each hold a transaction, as sqitch's own templates do.
func sqitchFiles() layout {
	section := func(statements iter.Seq[string]) iter.Seq[string] {
		return joined(text("BEGIN;\n"), script(statements), text("COMMIT;\n"))
	}
	engines := map[string]string{"postgres": "pg", "mariadb": "mysql", "mysql": "mysql", sqliteKind: sqliteKind}
	plan := func(dir, kind string, c chain) error {
		if err := writeFile(filepath.Join(dir, "sqitch.conf"),
			text("[core]\n\tengine = "+engines[kind]+"\n[user]\n\tname = bench\n\temail = bench@example.com\n")); err != nil {
			return err
		}
		var b strings.Builder
		b.WriteString("%syntax-version=1.0.0\n%project=bench\n\n")
		at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		for i := range c.Revisions {
			fmt.Fprintf(&b, "%05d_step %s bench <bench@example.com> # step\n", i+1, at.Add(time.Duration(i)*time.Minute).Format(time.RFC3339))
		}
		return writeFile(filepath.Join(dir, "sqitch.plan"), text(b.String()))
	}
	return both(
		perRevision("deploy", "%05d_step.sql", func(c chain, i int) iter.Seq[string] { return section(c.Revisions[i].Up) }),
		perRevision("revert", "%05d_step.sql", func(c chain, i int) iter.Seq[string] { return section(c.Revisions[i].Down) }),
		plan,
	)
}
