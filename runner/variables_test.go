package runner_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"revise/drivers"
	"revise/parser"
	"revise/runner"
)

// values gives the variables values.
func (h *house) values(pairs ...string) *house {
	h.opt.Extra = map[string]string{}
	for _, p := range pairs {
		name, value, _ := strings.Cut(p, "=")
		h.opt.Extra[name] = value
	}
	return h
}

func declares(names, text string) string {
	return strings.Replace(text, "-- message:", "-- variables: "+names+"\n-- message:", 1)
}

// everything that the ledger and its log hold.
func (h *house) written() string {
	h.t.Helper()
	return h.query("SELECT * FROM schema_revisions") + "\n" + h.query("SELECT * FROM schema_revisions_log")
}

// TestVariablesResume stops half-way, and goes on with another value: sums are those of the file's text.
func TestVariablesResume(t *testing.T) {
	h := newHouse(t, map[string]string{"a1": declares("name, word", off("a1", "",
		"CREATE TABLE ${name:ident} (x);\nINSERT INTO ${name} VALUES (1);\nINSERT INTO\n  ${name} SELECT '${name}', ${word}, nope;", "DROP TABLE ${name:ident};"))})
	var failed *runner.StatementError
	if err := h.values("name=first_table", "word=2, 3, 4, 'ü'").up("head"); !errors.As(err, &failed) {
		t.Fatalf("got %v", err)
	}
	if got := failed.At().String(); failed.Applied != 2 || got != "versions/a1.sql:10:38" {
		t.Errorf("%d applied, at %s", failed.Applied, got)
	}
	h.files["a1"] = strings.Replace(h.files["a1"], " '${name}', ${word}, nope", " ${word}", 1)
	h.exec("CREATE TABLE second (x)")
	if err := h.values("name=second", "word=1").up("head"); err != nil {
		t.Fatal(err)
	}
	if got := h.query("SELECT count(*) FROM first_table") + h.query("SELECT count(*) FROM second"); got != "11" {
		t.Errorf("rows: %s", got)
	}
	if err := h.values("name=second", "word=").down("base"); err != nil || h.tables() != "first_table" {
		t.Errorf("down: %v, %s", err, h.tables())
	}
	if text := h.written(); strings.Contains(text, "first") || strings.Contains(text, "second") || !strings.Contains(text, "name=…\nword=…") {
		t.Errorf("written down:\n%s", text)
	}
}

// TestVariablesSums wants the sums of the file's text, whatever the values.
func TestVariablesSums(t *testing.T) {
	sums := map[string]bool{}
	for _, name := range []string{"a", "b c"} {
		h := newHouse(t, map[string]string{"a1": declares("name", rev("a1", "", "CREATE TABLE ${name:ident} (x);", ""))}).values("name=" + name)
		if err := h.up("head"); err != nil {
			t.Fatal(err)
		}
		sums[h.query("SELECT identity_sum, done_sum, byte_sum FROM schema_revisions")] = true
		err := h.with(func(r *runner.Runner, _ drivers.Conn) error {
			state, err := r.State(context.Background())
			if err == nil && r.Changed(h.load().Get("a1"), state.Rows["a1"]) {
				t.Error("it is told to be changed")
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(sums) != 1 {
		t.Errorf("sums: %v", sums)
	}
}

// TestVariablesMissing wants all of them in one error, and nothing written.
func TestVariablesMissing(t *testing.T) {
	h := newHouse(t, map[string]string{
		"a1": declares("x, y", rev("a1", "", "SELECT ${x};", "")), "b2": declares("x, z", rev("b2", "a1", "SELECT 1;", "")), "c3": rev("c3", "b2", "SELECT '${x}';", ""),
	}).values("y=1")
	err := h.up("head")
	var list parser.ErrorList
	if !errors.As(err, &list) || len(list) != 2 || list[0].Pos.String() != "versions/a1.sql:3:15" || list[1].Pos.String() != "versions/b2.sql:3:18" {
		t.Fatalf("got %v", err)
	}
	if got := h.query("SELECT count(*) FROM sqlite_schema"); got != "0" {
		t.Errorf("%s tables", got)
	}
	h.opt.Variable = func(name string) (string, bool, error) {
		if name == "x" {
			return "", false, errors.New("x cannot be read")
		}
		return "1", true, nil
	}
	if err := h.up("head"); err == nil || !strings.Contains(err.Error(), "x cannot be read") {
		t.Errorf("got %v", err)
	}
	h.opt.Variable = func(name string) (string, bool, error) { return "\xff", true, nil }
	if err := h.up("head"); err == nil || !strings.Contains(err.Error(), `value of the variable "x" is no text`) {
		t.Errorf("got %v", err)
	}
	h.opt.Variable = func(name string) (string, bool, error) { return "1", true, nil }
	if err := h.up("head"); err != nil {
		t.Error(err)
	}
}

// TestVariablesInDoubt asks a probe that has values in it only where the statement ran with them: an earlier run may have had others.
func TestVariablesInDoubt(t *testing.T) {
	for _, c := range []struct {
		name, before, probe string
		asked               bool
	}{
		{"without values", "", "SELECT 1", true},
		{"with values", "", "SELECT ${word} = 1", false},
		{"behind values", "PRAGMA cache_size = ${word};", "SELECT 1", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			section := fmt.Sprintf("CREATE TABLE a (x);\n%s\n-- probe: %s\nINSERT INTO missing VALUES (${word});", c.before, c.probe)
			h := newHouse(t, map[string]string{"a1": declares("word", off("a1", "", section, ""))}).values("word=1")
			if err := h.up("head"); err == nil {
				t.Fatal("no error")
			}
			h.inDoubt("a1", strings.Count(section, ";")-1)
			var doubt *runner.InDoubtError
			err := h.up("head")
			if asked := !errors.As(err, &doubt); asked != c.asked || asked && err != nil {
				t.Fatalf("asked: %v; %v", asked, err)
			}
			if !c.asked && !strings.Contains(doubt.Error(), "values of variables") {
				t.Errorf("got %v", doubt)
			}
			if err := h.values().with(func(r *runner.Runner, _ drivers.Conn) error { // no values, as for run status
				_, err := r.State(context.Background())
				return err
			}); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestVariablesStream has placeholders deep in a file that is not held in memory, in statements of all lengths.
func TestVariablesStream(t *testing.T) {
	var b strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&b, "INSERT INTO ${name:ident}\n VALUES (%d /*%s*/, ${word:literal});\n", i, strings.Repeat("x", i%997))
	}
	file := declares("name, word", rev("b2", "a1", b.String()+"INSERT INTO ${name:ident} VALUES (${word:literal}, ${word:literal}, nope);", "DELETE FROM a;"))
	h := newHouse(t, map[string]string{"a1": rev("a1", "", "CREATE TABLE \"a;'\" (x integer PRIMARY KEY, y text);", ""), "b2": file}).values("name=a;'", "word=it's; "+strings.Repeat("long ", 1000))
	var failed *runner.StatementError
	if err := h.up("head"); !errors.As(err, &failed) {
		t.Fatalf("got %v", err)
	}
	line := strings.Count(file[:strings.Index(file, "nope")], "\n") + 1
	if got, want := failed.At().String(), fmt.Sprintf("versions/b2.sql:%d:69", line); got != want {
		t.Errorf("at %s, want %s", got, want)
	}
	h.files["b2"] = strings.Replace(file, ", nope", "", 1)
	h.files["b2"] = strings.Replace(h.files["b2"], "VALUES (${word:literal}, ${word", "VALUES (5000, ${word", 1)
	if err := h.up("head"); err != nil {
		t.Fatal(err)
	}
	if got := h.query(`SELECT count(*), min(length(y)), max(length(y)) FROM "a;'"`); got != "2001|5006|5006" {
		t.Errorf("in the table: %s", got)
	}
	if strings.Contains(h.written(), "long long") {
		t.Error("the value is written down")
	}
}

// TestVariablesUndeclared has a file declare nothing: then what looks like a placeholder is text.
func TestVariablesUndeclared(t *testing.T) {
	h := newHouse(t, map[string]string{"a1": rev("a1", "", "CREATE TABLE a (x DEFAULT '${word} ${');", "")}).values("word=1", "other=two\nlines")
	h.opt.Tag = "some words"
	if err := h.up("head"); err != nil {
		t.Fatal(err)
	}
	h.exec("INSERT INTO a DEFAULT VALUES")
	if got := h.query("SELECT x FROM a"); got != "${word} ${" {
		t.Errorf("got %s", got)
	}
	if got, want := h.query("SELECT tag, extra FROM schema_revisions_log"), "some words|other=two\\nlines\nword=1"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
