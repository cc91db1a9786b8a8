package main

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestChainsAreWhatTheySay runs every chain on SQLite, and counts.
func TestChainsAreWhatTheySay(t *testing.T) {
	for _, c := range []chain{steps(sqliteKind, 7), rows(9), load(100_000, 1), load(100_000, 50)} {
		t.Run(c.Name, func(t *testing.T) {
			at := target{Kind: sqliteKind, Name: filepath.Join(t.TempDir(), "app.db")}
			db, err := at.open()
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			for _, r := range c.Revisions {
				execute(t, db, slices.Collect(r.Up))
			}
			counted(t, at, c.Full)
			for _, r := range slices.Backward(c.Revisions) {
				execute(t, db, slices.Collect(r.Down))
			}
			counted(t, at, contents{})
		})
	}
}

func execute(t *testing.T, db *sql.DB, statements []string) {
	t.Helper()
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range statements {
		if _, err := tx.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}

func counted(t *testing.T, at target, want contents) {
	t.Helper()
	got, err := at.contents(context.Background())
	if err != nil || got != want {
		t.Errorf("found %v, %v; want %v", got, err, want)
	}
}

// TestCountedAcrossChunks has more tables than are counted in one query.
func TestCountedAcrossChunks(t *testing.T) {
	c := steps(sqliteKind, 203)
	at := target{Kind: sqliteKind, Name: filepath.Join(t.TempDir(), "app.db")}
	db, err := at.open()
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var all []string
	for _, r := range c.Revisions {
		all = append(all, slices.Collect(r.Up)...)
	}
	execute(t, db, all)
	counted(t, at, c.Full)
	execute(t, db, []string{"DELETE FROM " + prefix + "00201"})
	c.Full.Rows -= 2
	counted(t, at, c.Full)
}

func TestCheckTellsWhatIsMissing(t *testing.T) {
	at := target{Kind: sqliteKind, Name: filepath.Join(t.TempDir(), "app.db")}
	err := check(context.Background(), at, contents{1, 2, 3})
	if err == nil || !strings.Contains(err.Error(), "0 tables with 0 columns and 0 rows, not 1 tables with 2 columns and 3 rows") {
		t.Errorf("an empty database: %v", err)
	}
}

func TestLoadSize(t *testing.T) {
	for _, perInsert := range []int{1, 50} {
		size, statements := 0, 0
		for s := range script(load(1<<20, perInsert).Revisions[0].Up) {
			size += len(s)
			statements++
		}
		if size < 9<<20/10 || size > 12<<20/10 {
			t.Errorf("%d rows each: %d bytes in %d pieces, want about 1 MB", perInsert, size, statements)
		}
	}
}

// TestLayouts looks at the files of two revisions in each contender's format: at every name, and at all of the text of the second.
func TestLayouts(t *testing.T) {
	up := []string{"CREATE TABLE t (a int)", "INSERT INTO t VALUES ('it''s\n:a\\b')"}
	c := chain{Name: "two", Revisions: []revision{
		newRevision(1, slices.Values(up[:1]), slices.Values([]string{"DROP TABLE s"})),
		newRevision(2, slices.Values(up), slices.Values([]string{"DROP TABLE t"})),
	}}
	const sqlUp, sqlDown = "CREATE TABLE t (a int);\nINSERT INTO t VALUES ('it''s\n:a\\b');\n", "DROP TABLE t;\n"
	for name, test := range map[string]struct {
		layout layout
		files  []string
		file   string // the second revision's
		want   string
	}{
		"revise": {ours(), []string{"versions/00001.sql", "versions/00002.sql"}, "versions/00002.sql",
			"-- revision: a00000000002\n-- revises: a00000000001\n-- message: step 2\n\n-- +upgrade\n" + sqlUp + "\n-- +downgrade\n" + sqlDown},
		"bare": {bare, []string{"down.sql", "up.sql"}, "up.sql",
			"BEGIN;\nCREATE TABLE t (a int);\nCOMMIT;\nBEGIN;\n" + sqlUp + "COMMIT;\n"},
		"bare, down": {bare, []string{"down.sql", "up.sql"}, "down.sql", "BEGIN;\nDROP TABLE t;\nCOMMIT;\nBEGIN;\nDROP TABLE s;\nCOMMIT;\n"},
		"goose": {gooseFiles(), []string{"migrations/00001_step.sql", "migrations/00002_step.sql"}, "migrations/00002_step.sql",
			"-- +goose Up\n" + sqlUp + "\n-- +goose Down\n" + sqlDown},
		"golang-migrate": {golangMigrateFiles(),
			[]string{"migrations/00001_step.down.sql", "migrations/00001_step.up.sql", "migrations/00002_step.down.sql", "migrations/00002_step.up.sql"},
			"migrations/00002_step.up.sql", sqlUp},
		"tern": {ternFiles(), []string{"migrations/00001_step.sql", "migrations/00002_step.sql"}, "migrations/00002_step.sql",
			sqlUp + "\n---- create above / drop below ----\n\n" + sqlDown},
		"dbmate": {dbmateFiles(), []string{"migrations/00001_step.sql", "migrations/00002_step.sql"}, "migrations/00002_step.sql",
			"-- migrate:up\n" + sqlUp + "\n-- migrate:down\n" + sqlDown},
		"sql-migrate": {sqlMigrateFiles(), []string{"dbconfig.yml", "migrations/00001_step.sql", "migrations/00002_step.sql"}, "migrations/00002_step.sql",
			"-- +migrate Up\n" + sqlUp + "\n-- +migrate Down\n" + sqlDown},
		"alembic": {alembicFiles(), []string{"alembic/env.py", "alembic/versions/00001_step.py", "alembic/versions/00002_step.py", "alembic.ini"},
			"alembic/versions/00002_step.py",
			"from alembic import op\nfrom sqlalchemy import text\n\nrevision = 'a00000000002'\ndown_revision = 'a00000000001'\n\n\ndef upgrade():\n" +
				"    op.execute(text('CREATE TABLE t (a int)'))\n    op.execute(text('INSERT INTO t VALUES (\\'it\\'\\'s\\n\\\\:a\\\\b\\')'))\n" +
				"\n\ndef downgrade():\n    op.execute(text('DROP TABLE t'))\n"},
		"sqitch": {sqitchFiles(),
			[]string{"deploy/00001_step.sql", "deploy/00002_step.sql", "revert/00001_step.sql", "revert/00002_step.sql", "sqitch.conf", "sqitch.plan"},
			"deploy/00002_step.sql", "BEGIN;\n" + sqlUp + "COMMIT;\n"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := test.layout(dir, "postgres", c); err != nil {
				t.Fatal(err)
			}
			if got := filesBelow(t, dir); !slices.Equal(got, test.files) {
				t.Errorf("files %q, want %q", got, test.files)
			}
			if got, err := os.ReadFile(filepath.Join(dir, test.file)); err != nil || string(got) != test.want {
				t.Errorf("%s, %v\n%s\nwant\n%s", test.file, err, got, test.want)
			}
		})
	}
}

// TestBareLeavesTheTransactionToPsql: psql -1 makes one around the only revision.
func TestBareLeavesTheTransactionToPsql(t *testing.T) {
	for kind, want := range map[string]bool{"postgres": false, "mariadb": true, sqliteKind: true} {
		dir := t.TempDir()
		c := load(1000, 1)
		if err := bare(dir, kind, c); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(dir, upFile))
		if got := strings.HasPrefix(string(text), "BEGIN;\n"); err != nil || got != want {
			t.Errorf("%s: begins with BEGIN: %v, %v; want %v", kind, got, err, want)
		}
		args := psqlArgs(target{Kind: kind}, c)
		if got := slices.Contains(args, "-1"); got == want {
			t.Errorf("%s: psql -1: %v, want %v", kind, got, !want)
		}
	}
}

func filesBelow(t *testing.T, dir string) (files []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(dir, path)
			files = append(files, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
