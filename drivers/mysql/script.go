package mysql

import (
	"fmt"
	"io"
	"strings"

	"revise/drivers"
)

// script writes for the clients mysql and mariadb.
type script struct {
	*drivers.ScriptWriter
	home    home
	charset string
	lock    string // its name, as a literal
	name    string // of the database
	failed  error
}

// Script writes for the clients mysql and mariadb, in their batch mode, in which they end at the first error. A script cannot know whether it will run on
// MySQL or MariaDB: the settings that it puts back between revisions are those that both have.
func (Driver) Script(w io.Writer, addr drivers.Address) drivers.Script {
	s := &script{ScriptWriter: drivers.NewScriptWriter(w), name: addr.Name, home: home{db: addr.Name}}
	p, err := readParams(addr.Params)
	s.charset, s.failed = p.charset, err
	return s
}

// Place is the database that the address names.
func (s *script) Place() (schema, condition string) {
	if s.name == "" {
		return "", ""
	}
	return s.name, "DATABASE() = " + Driver{}.Literal(s.name)
}

func (s *script) HasTable(schema, table string) string {
	return "(SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = " + Driver{}.Literal(schema) + " AND TABLE_NAME = " + Driver{}.Literal(table) + ") = 1"
}

// Begin has the client and the server read the bytes as the files have them.
func (s *script) Begin(title []string) error {
	if s.failed != nil {
		return s.failed
	}
	if err := s.Comment(append(title, "run it with: mysql --comments DATABASE < FILE   (or mariadb; not with --force)")); err != nil {
		return err
	}
	return s.clean("ROLLBACK AND NO CHAIN NO RELEASE", trace{})
}

// both are the settings that every MySQL and MariaDB has, and a revision may have set.
var both = []string{
	"autocommit", "sql_mode", "foreign_key_checks", "unique_checks", "time_zone", "lc_time_names", "lock_wait_timeout", "innodb_lock_wait_timeout",
	"sql_safe_updates", "sql_select_limit", "sql_big_selects", "sql_notes", "sql_warnings", "group_concat_max_len", "sql_quote_show_create", "sql_auto_is_null",
	"default_storage_engine", "timestamp",
}

// clean makes the session clean, as far as a script knows what was done to it.
func (s *script) clean(ending string, t trace) error {
	sets := make([]string, len(both))
	for i, name := range both {
		sets[i] = "SESSION " + name + " = DEFAULT"
	}
	for _, name := range t.settings {
		sets = append(sets, "SESSION "+name+" = DEFAULT")
	}
	list := []string{ending, "UNLOCK TABLES", "SET " + strings.Join(sets, ", ")}
	if len(t.vars) > 0 {
		list = append(list, "SET "+strings.Join(t.vars, " = NULL, ")+" = NULL")
	}
	list = append(list, t.drops...)
	if s.name != "" {
		list = append(list, "USE "+Driver{}.Ident(s.name))
	}
	for _, name := range t.locks {
		list = append(list, "DO RELEASE_LOCK("+Driver{}.Literal(name)+")")
	}
	if err := s.Lines(list...); err != nil {
		return err
	}
	return s.Line(`\C %s`, s.charset) // of the client too, which looks for the ends of statements
}

func (s *script) Lock(key, message string) error {
	c := conn{facts: drivers.Facts{Database: s.name}}
	s.lock = Driver{}.Literal(c.lockName(key))
	return s.Require("GET_LOCK("+s.lock+", 0) = 1", message)
}

// Require makes a statement of the message, which the server refuses with that text in its error: SIGNAL may stand in a routine only.
func (s *script) Require(condition, message string) error {
	return s.Lines("SET @revise = IF(COALESCE("+condition+", 0), 'DO 0', "+Driver{}.Literal(strings.NewReplacer(";", ",", "'", `"`).Replace(message))+")",
		"PREPARE revise FROM @revise", "EXECUTE revise", "DEALLOCATE PREPARE revise", "SET @revise = NULL")
}

func (s *script) Exec(b drivers.Batch) error {
	if limit := limits(b); limit != "" {
		if err := s.Lines(limit); err != nil {
			return err
		}
	}
	var t trace
	first, plain := true, true
	err := b.Each(func(st *drivers.Statement, tail bool) error {
		if tail && !first && !plain {
			if err := s.clean("COMMIT AND NO CHAIN NO RELEASE", t); err != nil {
				return err
			}
			t, plain = trace{}, true
		}
		first = false
		if !st.Own {
			s.home.follow(&t, st.Text)
			plain = plain && lastingForm().MatchString(st.Text) && len(t.drops)+len(t.vars)+len(t.locks) == 0
		}
		return s.statement(st)
	})
	if err != nil || plain && b.LockTimeout == 0 {
		return err
	}
	return s.clean("ROLLBACK AND NO CHAIN NO RELEASE", t)
}

// lastingForm matches statements that leave nothing in a session, as long as they make nothing temporary.
var lastingForm = drivers.Form(`(?is)^\s*(?:CREATE|ALTER|DROP|RENAME|TRUNCATE|INSERT|REPLACE|UPDATE|DELETE|GRANT|REVOKE)\b`)

func (s *script) statement(st *drivers.Statement) error {
	if st.Check {
		// Of a query of one column and one row; read as a run reads it, as a number if it is one, else as a text.
		if err := s.Lines("SET @revise_value = CAST((\n" + st.Text + "\n) AS CHAR)"); err != nil {
			return err
		}
		return s.Require("@revise_value <> '' AND LOWER(@revise_value) <> 'false' AND IF(@revise_value REGEXP '^[-+]?[0-9.]+(e[-+]?[0-9]+)?$', @revise_value + 0 <> 0, 1)",
			"must hold, and does not: "+st.Text)
	}
	if !strings.Contains(st.Text, ";") {
		return s.Statement(st.Text, ";")
	}
	// The client cuts at every semicolon that it does not see in quotes or a comment, in a routine's body too.
	end := delimiter(st.Text)
	if err := s.Line("DELIMITER %s", end); err != nil {
		return err
	}
	if err := s.Statement(st.Text, end); err != nil {
		return err
	}
	return s.Line("DELIMITER ;")
}

// delimiter is one that a text does not hold, not even with what would stand behind it.
func delimiter(text string) string {
	for n := 0; ; n++ {
		end := "$$"
		if n > 0 {
			end = fmt.Sprintf("$%d$", n)
		}
		if !strings.Contains(text+end[:1], end) && !strings.HasSuffix(text, "$") {
			return end
		}
		if strings.HasSuffix(text, "$") {
			return fmt.Sprintf("//%d//", strings.Count(text, "//"))
		}
	}
}

func (s *script) Say(line string) error {
	return s.Lines("SELECT " + Driver{}.Literal(line) + " AS revise")
}

func (s *script) End() error {
	if s.lock != "" {
		if err := s.Lines("DO RELEASE_LOCK(" + s.lock + ")"); err != nil {
			return err
		}
	}
	return s.Flush()
}
