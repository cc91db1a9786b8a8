package sqlite

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"revise/drivers"
)

// script writes for the shell sqlite3.
type script struct {
	*drivers.ScriptWriter
	set    settings
	checks int // how many conditions were written
	failed error
}

// Script writes for the shell sqlite3. It holds no lock: each of its transactions waits for other writers, and the first statement of a revision that another
// run has applied meanwhile fails on its row.
func (Driver) Script(w io.Writer, addr drivers.Address) drivers.Script {
	s := &script{ScriptWriter: drivers.NewScriptWriter(w)}
	s.set, s.failed = readSettings(addr.Params)
	return s
}

func (s *script) Place() (schema, condition string) { return "main", "" }

func (s *script) HasTable(schema, table string) string {
	return "EXISTS (SELECT 1 FROM " + ident(schema) + ".sqlite_schema WHERE type = 'table' AND name = " + Driver{}.Literal(table) + ")"
}

func (s *script) Begin(title []string) error {
	if s.failed != nil {
		return s.failed
	}
	if err := s.Comment(append(title, "run it with: sqlite3 DATABASE < FILE")); err != nil {
		return err
	}
	if err := s.Line(".bail on\n.timeout %d", s.set.wait.Milliseconds()); err != nil {
		return err
	}
	for _, pragma := range s.pragmas() {
		if err := s.Lines(pragma); err != nil {
			return err
		}
	}
	return nil
}

// pragmas are those of the address.
func (s *script) pragmas() []string {
	list := s.set.pragmas
	if !slices.ContainsFunc(list, func(p string) bool { return strings.Contains(p, "foreign_keys") }) {
		list = append([]string{"PRAGMA foreign_keys = off"}, list...)
	}
	return list
}

func (s *script) Lock(string, string) error { return nil }

// Require lets a temporary trigger fail, for RAISE may stand in a trigger only.
func (s *script) Require(condition, message string) error {
	return s.require("SELECT 1 WHERE NOT coalesce("+condition+", 0)", message)
}

// require fails if a query has a row.
func (s *script) require(query, message string) error {
	s.checks++
	name := fmt.Sprintf("temp.revise_%d", s.checks)
	return s.Lines("CREATE TEMP TABLE "+name[5:]+" (wrong)",
		"CREATE TEMP TRIGGER "+name[5:]+"_fails BEFORE INSERT ON "+name[5:]+" BEGIN SELECT RAISE(ABORT, "+Driver{}.Literal(message)+"); END",
		"INSERT INTO "+name+" "+query,
		"DROP TABLE "+name)
}

func (s *script) Exec(b drivers.Batch) error {
	if b.KeysOff {
		if err := s.Lines("PRAGMA foreign_keys = 0"); err != nil {
			return err
		}
	}
	if b.Atomic {
		if err := s.Lines("BEGIN IMMEDIATE"); err != nil {
			return err
		}
	}
	dangling := ""
	if b.KeysOff {
		s.checks++
		dangling = fmt.Sprintf("temp.revise_keys_%d", s.checks)
		if err := s.Lines("CREATE TEMP TABLE " + dangling[5:] + ` AS SELECT "table", "rowid" AS r, "parent" FROM pragma_foreign_key_check`); err != nil {
			return err
		}
	}
	var t traces
	first, checked := true, !b.KeysOff
	err := b.Each(func(st *drivers.Statement, tail bool) error {
		if tail && !checked {
			checked = true
			if err := s.checkKeys(dangling); err != nil {
				return err
			}
		}
		if tail && !first {
			if err := s.clean(&t, b.Atomic); err != nil {
				return err
			}
		}
		first = false
		if !st.Own {
			t.follow(st.Text)
		}
		return s.statement(st)
	})
	if err != nil {
		return err
	}
	if b.Atomic {
		if err := s.Lines("COMMIT"); err != nil {
			return err
		}
	}
	if b.KeysOff {
		t.pragmas = append(t.pragmas, "foreign_keys")
	}
	return s.clean(&t, false)
}

// checkKeys fails for rows that refer to nothing and did not before.
func (s *script) checkKeys(dangling string) error {
	if err := s.require(`SELECT 1 FROM (SELECT "table", "rowid" AS r, "parent" FROM pragma_foreign_key_check EXCEPT SELECT * FROM `+dangling+")",
		"foreign_key_check: a row refers to one that is not there; PRAGMA foreign_key_check names it"); err != nil {
		return err
	}
	return s.Lines("DROP TABLE " + dangling)
}

func (s *script) statement(st *drivers.Statement) error {
	switch {
	case st.Copy:
		return &drivers.ScriptError{Statement: st.Text, Msg: "SQLite has no COPY with inline data"}
	case st.Check: // a query of one column, of whose rows the first counts
		if err := s.Lines("CREATE TEMP TABLE revise_value AS SELECT (\n" + st.Text + "\n) AS v"); err != nil {
			return err
		}
		err := s.Require("(SELECT CASE WHEN typeof(v) IN ('integer', 'real') THEN v <> 0 ELSE v NOT IN ('', '0') AND lower(v) <> 'false' END FROM temp.revise_value)",
			"must hold, and does not: "+st.Text)
		if err != nil {
			return err
		}
		return s.Lines("DROP TABLE temp.revise_value")
	}
	if m := aloneForm().FindString(st.Text); m != "" {
		return &drivers.ScriptError{Statement: st.Text, Msg: fmt.Sprintf("sqlite3 ends a statement at a line that holds only %s; write it into one line with what stands before it", strings.TrimSpace(m))}
	}
	return s.Statement(st.Text, ";")
}

// aloneForm matches lines that the shell takes for the end of a statement, as those of other databases' clients are.
var aloneForm = drivers.Form(`(?mi)^[ \t]*(?:/|go)[ \t\r]*$`)

// traces are what statements leave behind in a session, as far as their text tells.
type traces struct{ pragmas, drops, detach []string }

var (
	pragmaForm = drivers.Form(`(?is)^PRAGMA\s+(?:\w+\s*\.\s*)?(\w+)\s*[=(]`)
	tempForm   = drivers.Form(`(?is)^CREATE\s+TEMP(?:ORARY)?\s+(TABLE|VIEW|TRIGGER)\s+(?:IF\s+NOT\s+EXISTS\s+)?("(?:[^"]|"")+"|\w+)`)
	attachForm = drivers.Form(`(?is)^ATTACH\b.*\bAS\s+("(?:[^"]|"")+"|\w+)\s*$`)
)

func (t *traces) follow(text string) {
	if m := pragmaForm().FindStringSubmatch(text); m != nil {
		t.pragmas = append(t.pragmas, strings.ToLower(m[1]))
	}
	if m := tempForm().FindStringSubmatch(text); m != nil {
		t.drops = append([]string{"DROP " + strings.ToUpper(m[1]) + " IF EXISTS temp." + m[2]}, t.drops...)
	}
	if m := attachForm().FindStringSubmatch(text); m != nil {
		t.detach = append(t.detach, "DETACH "+m[1])
	}
}

// usual are the PRAGMAs that a new session has otherwise than 0.
func usual(name string) string {
	if slices.Contains([]string{"trusted_schema", "automatic_index", "short_column_names", "cache_spill"}, name) {
		return "1"
	}
	return "0"
}

// clean undoes what a batch did to the session. In a transaction databases stay attached, and foreign_keys cannot be switched.
func (s *script) clean(t *traces, inside bool) error {
	var list []string
	for _, name := range t.pragmas {
		switch {
		case inside && (name == "foreign_keys" || name == "defer_foreign_keys"):
		case slices.Contains(sessionPragmas[:12], name), name == "automatic_index", name == "read_uncommitted", name == "cell_size_check":
			list = append(list, "PRAGMA "+name+" = "+usual(name))
		}
	}
	list = append(list, t.drops...)
	t.drops = nil
	if !inside {
		list = append(list, t.detach...)
		if len(t.pragmas) > 0 {
			list = append(list, s.pragmas()...)
		}
		*t = traces{}
	}
	if len(list) == 0 {
		return nil
	}
	return s.Lines(list...)
}

func (s *script) Say(line string) error {
	return s.Line(`.print "%s"`, strings.NewReplacer(`"`, `\"`, `\`, `\\`, "\n", " ").Replace(line))
}

func (s *script) End() error { return s.Flush() }
