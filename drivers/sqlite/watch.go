package sqlite

import (
	"slices"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"

	"revise/drivers"
	"revise/parser"
)

// A watch finds out what the statements of a batch do to the database. That a statement writes, SQLite says; what it reads or writes of a table as a whole follows from its
// words, for a database for trials has no rows to count.
type watch struct {
	*conn
	made, dropped map[string]bool // tables, by the batch
}

// look notes where a statement that is compiled writes to.
func (k *control) look(action int32, schema uintptr) {
	switch action {
	case lib.SQLITE_READ, lib.SQLITE_SELECT, lib.SQLITE_FUNCTION, lib.SQLITE_RECURSIVE, lib.SQLITE_PRAGMA, lib.SQLITE_TRANSACTION, lib.SQLITE_ATTACH, lib.SQLITE_DETACH:
	case lib.SQLITE_ALTER_TABLE: // it names the database elsewhere
		k.main = true
	default:
		if schema != 0 && libc.GoString(schema) == "temp" {
			k.temp = true
		} else {
			k.main = true
		}
	}
}

// statement runs a statement and tells what it did.
func (w *watch) statement(s *drivers.Statement) (drivers.Effect, error) {
	if s.Own {
		return drivers.Effect{}, w.conn.statement(s)
	}
	rewrites, scans, then := w.read(s.Text)
	w.ctl.watched, w.ctl.wrote = true, false
	err := w.conn.statement(s)
	w.ctl.watched = false
	if err != nil || !w.ctl.wrote {
		return drivers.Effect{}, err
	}
	then()
	return drivers.Effect{Locks: []drivers.Lock{{Table: "the database", Mode: "EXCLUSIVE", Blocks: "writes"}}, Rewrites: rewrites, Scans: scans}, nil
}

// longest is the length of statements that are looked at: those beyond only write rows.
const longest = 64 << 10

// read tells of a statement which tables it writes anew and which it reads as a whole to check or to index them. then is to be called when it is through.
func (w *watch) read(text string) (rewrites, scans []string, then func()) {
	then = func() {}
	if first, _ := drivers.CutWord(text); len(text) > longest || !slices.Contains([]string{"ALTER", "CREATE", "DROP", "UPDATE", "VACUUM"}, first) {
		return nil, nil, then
	}
	list, err := lexemes(text)
	if err != nil || len(list) == 0 {
		return nil, nil, then
	}
	words := list[1:]
	take := func(keywords ...string) bool {
		if len(words) > 0 && words[0].is(keywords...) {
			words = words[1:]
			return true
		}
		return false
	}
	name := func() string {
		for take("if", "not", "exists") {
		}
		if len(words) > 2 && words[1].is(".") {
			words = words[2:]
		}
		if len(words) == 0 {
			return ""
		}
		n := words[0].name
		if words[0].Kind == parser.String {
			n = fold(unquoted(words[0].raw))
		}
		words = words[1:]
		return n
	}
	switch list[0].norm {
	case "vacuum":
		if !slices.ContainsFunc(words, func(l lexeme) bool { return l.is("into") }) {
			rewrites = w.tables("")
		}
	case "update":
		if take("or") {
			words = words[min(1, len(words)):]
		}
		if table := name(); !slices.ContainsFunc(words, func(l lexeme) bool { return l.is("where") }) {
			rewrites = w.tables(table)
		}
	case "drop":
		if take("table") {
			table := name()
			there := len(w.tables(table)) > 0
			then = func() { w.dropped[table], w.made[table] = there || w.dropped[table], false }
		}
	case "create":
		switch take("unique"); {
		case take("table"), take("virtual") && take("table"):
			table := name()
			then = func() { w.made[table] = true }
		case take("index"):
			if name(); take("on") {
				scans = w.tables(name())
			}
		}
	case "alter":
		if !take("table") {
			break
		}
		table := name()
		switch {
		case take("rename"):
			if take("to") && len(words) > 0 {
				to := words[0].name
				if w.dropped[to] { // its rows are those of the table that was dropped
					rewrites = []string{unquotedWord(words[0])}
				}
				then = func() { w.made[to], w.made[table] = w.made[table] && !w.dropped[to], false }
			}
		case take("drop"):
			take("column")
			if column := name(); !w.isVirtual(table, column) {
				rewrites = w.tables(table)
			}
		case take("add"):
			if p := (part{list: words}); p.has("check") || p.has("as", "(") && p.has("not", "null") {
				scans = w.tables(table)
			}
		}
	}
	return rewrites, scans, then
}

// tables gives the name of a table as it was made, or the names of all for "": of those that are there and that the batch has not made.
func (w *watch) tables(name string) []string {
	var list []string
	w.aside(`SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name`, func(stmt uintptr) {
		if n := w.h.text(stmt, 0); !w.made[fold(n)] && (name == "" || fold(n) == name) {
			list = append(list, n)
		}
	})
	return list
}

// isVirtual reports whether a column is computed when it is read.
func (w *watch) isVirtual(table, column string) (is bool) {
	w.aside("SELECT 1 FROM pragma_table_xinfo("+literal(table)+", 'main') WHERE lower(name) = "+literal(column)+" AND hidden = 2", func(uintptr) { is = true })
	return is
}

// aside asks for what a statement is about to meet, which is no part of the batch. If that cannot be read, the statement will not run either.
func (w *watch) aside(query string, row func(stmt uintptr)) {
	limit, touched := w.ctl.limit, w.ctl.touched
	w.ctl.limit = 0
	_ = w.h.run(query, row)
	w.ctl.limit, w.ctl.touched = limit, touched
}
