package postgres

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"revise/drivers"
)

// script writes for psql.
type script struct {
	*drivers.ScriptWriter
	lock string // the number of the lock that it takes
}

// Script writes for psql. What psql would put in place of :name is left alone: the script unsets the variable.
func (Driver) Script(w io.Writer, _ drivers.Address) drivers.Script {
	return &script{ScriptWriter: drivers.NewScriptWriter(w)}
}

// Place is the first schema of the search_path that a new database has.
func (s *script) Place() (schema, condition string) {
	return "public", "pg_catalog.current_schema() = 'public'"
}

func (s *script) HasTable(schema, table string) string {
	return "pg_catalog.to_regclass(" + literal(ident(schema, table)) + ") IS NOT NULL"
}

// Begin sees to it that psql ends at the first error, that each statement is committed by itself, and that its bytes are read as UTF-8.
func (s *script) Begin(title []string) error {
	if err := s.Comment(append(title, `run it with: psql -X -f FILE "$DATABASE_URL"`)); err != nil {
		return err
	}
	for _, line := range []string{`\set ON_ERROR_STOP on`, `\set ON_ERROR_ROLLBACK off`, `\set AUTOCOMMIT on`, `\set QUIET on`} {
		if err := s.Line("%s", line); err != nil {
			return err
		}
	}
	return s.home()
}

// home makes the session clean outside of a transaction.
func (s *script) home() error { return s.Lines(append(slices.Clone(homeward), inUTF8)...) }

// inUTF8 is what RESET ALL takes back: psql has set it for the session.
const inUTF8 = "SET client_encoding = 'UTF8'"

func (s *script) Lock(key, message string) error {
	s.lock = fmt.Sprint(lockID(key))
	return s.Require("pg_catalog.pg_try_advisory_lock("+s.lock+")", message)
}

func (s *script) Require(condition, message string) error {
	return s.must("IF NOT coalesce("+condition+", false) THEN RAISE EXCEPTION USING MESSAGE = "+literal(message)+"; END IF;", "")
}

// must writes an anonymous block, quoted by a word that its text does not hold.
func (s *script) must(body, declare string) error {
	tag := "$revise$"
	for n := 1; strings.Contains(declare+body, tag); n++ {
		tag = fmt.Sprintf("$revise%d$", n)
	}
	if declare != "" {
		declare = "DECLARE " + declare + " "
	}
	return s.Line("DO %s %sBEGIN %s END %s;", tag, declare, body, tag)
}

func (s *script) Exec(b drivers.Batch) error {
	set := "SET"
	if b.Atomic {
		set = "SET LOCAL"
		if err := s.Lines("BEGIN"); err != nil {
			return err
		}
	}
	if list := limits(set, &b); len(list) > 0 {
		if err := s.Lines(list...); err != nil {
			return err
		}
	}
	first := true
	err := b.Each(func(st *drivers.Statement, tail bool) error {
		if tail && !first {
			if err := s.beforeTail(&b); err != nil {
				return err
			}
		}
		first = false
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
	return s.home()
}

// beforeTail makes the session clean before the runner's own last statements, as a run does.
func (s *script) beforeTail(b *drivers.Batch) error {
	if !b.Atomic {
		return s.home()
	}
	// A cursor of psql's own (FETCH_COUNT) would be closed with the others; it has none between statements.
	list := append((&conn{}).resetInside(b), inUTF8)
	for i, text := range list {
		if call, ok := strings.CutPrefix(text, "SELECT "); ok { // no row of ours is shown
			list[i] = "DO $revise$ BEGIN PERFORM " + call + "; END $revise$"
		}
	}
	return s.Lines(list...)
}

func (s *script) statement(st *drivers.Statement) error {
	if st.Check {
		// The first column of the first row, as a run reads it.
		return s.must("EXECUTE "+literal(st.Text)+" INTO v; IF coalesce(v, '') IN ('', 'f', 'false') OR v ~ '^[-+]?0*[.]?0*(e[-+]?[0-9]+)?$' THEN RAISE EXCEPTION USING MESSAGE = "+
			literal("this must hold, and does not: "+st.Text)+"; END IF;", "v text;")
	}
	if !st.Own { // ours have colons in quotes only
		names, err := interpolated(st.Text)
		if err != nil {
			return err
		}
		for _, name := range names {
			if err := s.Line(`\unset %s`, name); err != nil {
				return err
			}
		}
	}
	if err := s.Statement(st.Text, ";"); err != nil || !st.Copy {
		return err
	}
	if err := s.Data(st.Data); err != nil {
		return err
	}
	return s.Line(`\.`)
}

// psqlForm finds what psql may take for a variable of its own: :name, :'name', :"name", :{?name}. One in quotes it would leave alone; that is no harm.
var psqlForm = drivers.Form(`(?:^|[^:]):(?:['"]|\{\?)?([A-Za-z_\x80-\xff][A-Za-z_0-9\x80-\xff]*)`)

// psqlOwn are variables that cannot be unset.
var psqlOwn = []string{
	"AUTOCOMMIT", "COMP_KEYWORD_CASE", "ECHO", "ECHO_HIDDEN", "FETCH_COUNT", "HIDE_TABLEAM", "HIDE_TOAST_COMPRESSION", "HISTCONTROL", "HISTSIZE", "IGNOREEOF",
	"ON_ERROR_ROLLBACK", "ON_ERROR_STOP", "PROMPT1", "PROMPT2", "PROMPT3", "QUIET", "SHOW_ALL_RESULTS", "SHOW_CONTEXT", "SINGLELINE", "SINGLESTEP", "VERBOSITY", "WATCH_INTERVAL",
}

// interpolated are the variables of psql that a statement would be changed by.
func interpolated(text string) ([]string, error) {
	if !strings.Contains(text, ":") {
		return nil, nil
	}
	var names []string
	for _, m := range psqlForm().FindAllStringSubmatch(text, -1) {
		if slices.Contains(psqlOwn, m[1]) {
			return nil, &drivers.ScriptError{Statement: text, Msg: fmt.Sprintf("psql would put a setting of its own in place of :%s; write a blank behind the colon", m[1])}
		}
		if !slices.Contains(names, m[1]) {
			names = append(names, m[1])
		}
	}
	return names, nil
}

func (s *script) Say(line string) error {
	return s.Line(`\echo '%s'`, strings.NewReplacer("'", "''", `\`, `\\`, "\n", " ").Replace(line))
}

func (s *script) End() error {
	if s.lock != "" {
		if err := s.must("PERFORM pg_catalog.pg_advisory_unlock("+s.lock+");", ""); err != nil {
			return err
		}
	}
	return s.Flush()
}
