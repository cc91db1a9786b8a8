package main

import (
	"fmt"
	"iter"
	"slices"
	"strings"
)

// The kinds of database besides those of servers.Kinds.
const sqliteKind = "sqlite"

// prefix begins the name of every table that revisions make. What has another name is a contender's own.
const prefix = "bench_"

// A chain is what all contenders run: revisions in a line, each in SQL that one kind of database takes.
type chain struct {
	Name      string // of its folder
	Revisions []revision
	Full      contents // the database with all revisions
}

// A revision gives its statements one by one, without terminators, for one may be far larger than memory should be.
type revision struct {
	ID       string // 12 hex digits
	Up, Down iter.Seq[string]
}

// contents is what is counted to know that the work was done.
type contents struct {
	Tables, Columns, Rows int
}

func (c contents) String() string {
	return fmt.Sprintf("%d tables with %d columns and %d rows", c.Tables, c.Columns, c.Rows)
}

func newRevision(n int, up, down iter.Seq[string]) revision {
	return revision{ID: fmt.Sprintf("%012x", 0xa00000000000+n), Up: up, Down: down}
}

// steps is the usual chain: n revisions of five statements each, as people write them.
func steps(kind string, n int) chain {
	c := chain{Name: fmt.Sprintf("steps-%d", n), Full: contents{n, 5 * n, 2 * n}}
	id := map[string]string{sqliteKind: "id integer PRIMARY KEY"}[kind]
	if id == "" {
		id = "id bigint PRIMARY KEY"
	}
	for i := 1; i <= n; i++ {
		t := fmt.Sprintf("%s%05d", prefix, i)
		up := []string{
			"CREATE TABLE " + t + " (\n  " + id + ",\n  name varchar(200) NOT NULL,\n  amount numeric(12, 2) NOT NULL DEFAULT 0,\n  created timestamp NULL\n)",
			"CREATE INDEX " + t + "_name ON " + t + " (name)",
			"ALTER TABLE " + t + " ADD COLUMN note varchar(100) DEFAULT 'none; yet'",
			"INSERT INTO " + t + " (id, name, amount) VALUES (1, 'first', 1.50), (2, 'it''s the second', 2.50)",
			"UPDATE " + t + " SET note = 'seen' WHERE id = 2",
		}
		c.Revisions = append(c.Revisions, newRevision(i, slices.Values(up), slices.Values([]string{"DROP TABLE " + t})))
	}
	return c
}

// rows is a chain of n revisions with little to do: the first makes a table, each of the others puts one row into it.
func rows(n int) chain {
	t := prefix + "rows"
	c := chain{Name: fmt.Sprintf("rows-%d", n), Full: contents{1, 1, n - 1}}
	for i := 1; i <= n; i++ {
		up, down := fmt.Sprintf("INSERT INTO %s VALUES (%d)", t, i), fmt.Sprintf("DELETE FROM %s WHERE id = %d", t, i)
		if i == 1 {
			up, down = "CREATE TABLE "+t+" (id integer PRIMARY KEY)", "DROP TABLE "+t
		}
		c.Revisions = append(c.Revisions, newRevision(i, slices.Values([]string{up}), slices.Values([]string{down})))
	}
	return c
}

// load is a chain of one revision with about size bytes of INSERTs of so many rows each.
func load(size, perInsert int) chain {
	const rowSize = 200 // bytes of text, about
	t := prefix + "load"
	inserts := max(1, size/rowSize/perInsert)
	filler := strings.Repeat("a word, and 'another; ", rowSize)[:rowSize-len("(1234567, 'a name of row 1234567', ''),\n")]
	filler = strings.ReplaceAll(filler, "'", "''")[:len(filler)]
	filler = strings.TrimRight(filler, "'")
	up := func(yield func(string) bool) {
		if !yield("CREATE TABLE " + t + " (id integer PRIMARY KEY, name varchar(100) NOT NULL, note varchar(300) NOT NULL)") {
			return
		}
		var b strings.Builder
		for i := range inserts {
			b.Reset()
			b.WriteString("INSERT INTO " + t + " VALUES ")
			for j := range perInsert {
				if j > 0 {
					b.WriteString(",\n")
				}
				n := i*perInsert + j + 1
				fmt.Fprintf(&b, "(%d, 'a name of row %d', '%s')", n, n, filler)
			}
			if !yield(b.String()) {
				return
			}
		}
	}
	return chain{
		Name:      fmt.Sprintf("load-%dMB-by-%d", size>>20, perInsert),
		Revisions: []revision{newRevision(1, up, slices.Values([]string{"DROP TABLE " + t}))},
		Full:      contents{1, 3, inserts * perInsert},
	}
}
