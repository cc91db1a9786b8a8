package runner_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"revise/drivers"
	"revise/runner"
)

// inDoubt makes the ledger say that a run died in a statement: as begun, and with no transaction in common with its entry.
func (h *house) inDoubt(id string, done int) {
	h.t.Helper()
	err := h.with(func(_ *runner.Runner, conn drivers.Conn) error {
		_, err := conn.Exec(context.Background(), []drivers.Batch{{Statements: []drivers.Statement{{Text: fmt.Sprintf(
			"UPDATE schema_revisions SET statement_begun = %d, begun_joined = 0 WHERE revision = '%s'", done+1, id)}}}})
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) exec(sql string) {
	h.t.Helper()
	err := h.with(func(_ *runner.Runner, conn drivers.Conn) error {
		_, err := conn.Exec(context.Background(), []drivers.Batch{{Statements: []drivers.Statement{{Text: sql}}}})
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// The author's own probe settles a statement in doubt, both ways, and is not asked where it is not the statement's own.
func TestProbeOfTheAuthor(t *testing.T) {
	const section = "CREATE TABLE a (x);\n-- probe: SELECT count(*) FROM nowhere\nINSERT INTO a VALUES (1);\n-- probe: SELECT count(*) > 0 FROM done;\n-- It takes long.\n%s;\nINSERT INTO a VALUES (3);"
	for _, done := range []bool{true, false} {
		t.Run(fmt.Sprint(done), func(t *testing.T) {
			h := newHouse(t, map[string]string{"a1": off("a1", "", fmt.Sprintf(section, "INSERT INTO missing VALUES (2)"), "")})
			h.exec("CREATE TABLE done (x)")
			if err := h.up("head"); err == nil {
				t.Fatal("no error")
			}
			if done {
				h.exec("INSERT INTO done VALUES (1)")
			} else {
				h.exec("CREATE TABLE missing (x)")
			}
			h.inDoubt("a1", 2)
			if err := h.up("head"); err != nil {
				t.Fatal(err)
			}
			if got := h.query("SELECT x FROM a ORDER BY x"); got != "1 3" {
				t.Errorf("a holds %s", got)
			}
			word := "did not take effect: its probe says so"
			if done {
				word = "took effect: its probe says so"
			}
			if got := h.query("SELECT error FROM schema_revisions_log WHERE action = 'resolve'"); !strings.Contains(got, "statement 3, which a run died in, "+word) {
				t.Errorf("the log says %q", got)
			}
			if got, want := h.ledger(), "a1|applied|4|4|4"; got != want {
				t.Errorf("ledger %s, want %s", got, want)
			}
		})
	}
}

// A probe that fails, and one of a statement that was edited since, say nothing.
func TestProbeThatTellsNothing(t *testing.T) {
	const section = "CREATE TABLE a (x);\n-- probe: %s\n%s;"
	for name, c := range map[string]struct{ probe, statement string }{
		"fails":  {"SELECT x FROM nowhere", "INSERT INTO missing VALUES (2)"},
		"edited": {"SELECT 1", "INSERT INTO missing VALUES (3)"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, map[string]string{"a1": off("a1", "", fmt.Sprintf(section, c.probe, "INSERT INTO missing VALUES (2)"), "")})
			if err := h.up("head"); err == nil {
				t.Fatal("no error")
			}
			h.inDoubt("a1", 1)
			h.files["a1"] = off("a1", "", fmt.Sprintf(section, c.probe, c.statement), "")
			var doubt *runner.InDoubtError
			if err := h.up("head"); !errors.As(err, &doubt) || doubt.Row.Begun != 2 {
				t.Errorf("got %v", err)
			}
			if got, want := h.ledger(), "a1|upgrading|1|2|2"; got != want {
				t.Errorf("ledger %s, want %s", got, want)
			}
		})
	}
}

// What ran already and was edited is told before what is in doubt behind it.
func TestEditedBeforeDoubt(t *testing.T) {
	h := newHouse(t, map[string]string{"a1": off("a1", "", "CREATE TABLE a (x); INSERT INTO missing VALUES (2);", "")})
	if err := h.up("head"); err == nil {
		t.Fatal("no error")
	}
	h.inDoubt("a1", 1)
	h.files["a1"] = off("a1", "", "CREATE TABLE a (y); INSERT INTO missing VALUES (2);", "")
	var prefix *runner.PrefixError
	if err := h.up("head"); !errors.As(err, &prefix) || len(prefix.Differences) != 1 || prefix.Differences[0].Was != 1 {
		t.Errorf("got %v", err)
	}
}

// What has run already and was edited since is told statement by statement.
func TestEditedPrefix(t *testing.T) {
	const first, second, third, bad = "CREATE TABLE a (x);", "INSERT INTO a VALUES (1);", "INSERT INTO a VALUES (2);", "INSERT INTO missing VALUES (3);"
	h := newHouse(t, map[string]string{"a1": off("a1", "", first+second+third+bad, "")})
	if err := h.up("head"); err == nil {
		t.Fatal("no error")
	}
	const at = "versions/a1.sql:6:"
	for _, c := range []struct {
		name, section string
		want          []string
	}{
		{"changed", "CREATE TABLE a (x);INSERT INTO a VALUES (9);INSERT INTO a VALUES (2);" + bad, []string{at + "20: statement 2 reads differently now than when it ran"}},
		{"shorter", first + second, []string{"statement 3, which ran already, is gone"}},
		{"empty", "", []string{"statement 1, which ran already, is gone", "statement 2, which ran already, is gone", "statement 3, which ran already, is gone"}},
		{"left out", first + third + bad, []string{"statement 2, which ran already, is gone"}},
		{"new one in front", "SELECT 1;" + first + second + third + bad, []string{at + "1: this is new; it stands before statement 1, which ran already"}},
		{"two changed", "CREATE TABLE b (x);" + second + "INSERT INTO a VALUES (5);" + bad, []string{
			at + "1: statement 1 reads differently now than when it ran", at + "45: statement 3 reads differently now than when it ran"}},
	} {
		h.files["a1"] = off("a1", "", c.section, "")
		var prefix *runner.PrefixError
		if err := h.up("head"); !errors.As(err, &prefix) {
			t.Errorf("%s: got %v", c.name, err)
			continue
		}
		var got []string
		for _, d := range prefix.Differences {
			got = append(got, d.String())
		}
		if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
	// Comments and blanks are no difference, and what stands behind may be anything.
	h.files["a1"] = off("a1", "", first+"\n-- one\n"+second+"\n\n"+third+" INSERT INTO a VALUES (3);", "")
	if err := h.up("head"); err != nil {
		t.Fatal(err)
	}
	if got := h.query("SELECT x FROM a ORDER BY x"); got != "1 2 3" {
		t.Errorf("a holds %s", got)
	}
	if got := h.query("SELECT statement_sums FROM schema_revisions"); got != "" {
		t.Errorf("the sums of statements stay: %q", got)
	}
}

// Sections over a megabyte are compared statement by statement, too.
func TestEditedPrefixOfLongStatements(t *testing.T) {
	long := "INSERT INTO a VALUES ('" + strings.Repeat("x", 1<<20) + "');"
	h := newHouse(t, map[string]string{"a1": off("a1", "", "CREATE TABLE a (x);"+long+"SELECT 1; SELECT 2; INSERT INTO missing VALUES (3);", "")})
	if err := h.up("head"); err == nil {
		t.Fatal("no error")
	}
	h.files["a1"] = off("a1", "", "CREATE TABLE a (x);"+long+"SELECT 2; INSERT INTO missing VALUES (3);", "")
	var prefix *runner.PrefixError
	if err := h.up("head"); !errors.As(err, &prefix) || len(prefix.Differences) != 1 || prefix.Differences[0].String() != "statement 3, which ran already, is gone" {
		t.Errorf("got %v", err)
	}
}
