// Package splittest checks how a driver's dialect is split: by cases that are data, and by properties that hold for every text. It is
// for tests only.
package splittest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"revise/parser"
)

// A Case is a text and what it is split into.
type Case struct {
	Name       string
	Dialect    string
	SQL        string
	Statements []string // with an error, those before it
	Copy       map[string]string
	Error      string   // a part of the message; "": no error, unless there is a whole one
	Message    string   // the whole message
	Hint       []string // parts of the hint
	Pos        string   // line:col of the error
	Rule       string   // what it is a case of
}

// Run runs the starter cases of a dialect.
func Run(t *testing.T, d *parser.Dialect) {
	t.Helper()
	ran := 0
	for _, c := range load(t, "starter.jsonl") {
		if c.Dialect != d.Name {
			continue
		}
		ran++
		t.Run(c.Name, func(t *testing.T) { c.Check(t, d) })
	}
	if ran == 0 {
		t.Fatalf("no case for %s", d.Name)
	}
}

// Texts returns what the cases of a dialect split.
func Texts(t testing.TB, d *parser.Dialect) (texts []string) {
	t.Helper()
	for _, c := range append(load(t, "starter.jsonl"), load(t, d.Name+".jsonl")...) {
		if c.Dialect == d.Name {
			texts = append(texts, c.SQL)
		}
	}
	return texts
}

// load reads cases from the folder testdata/split at the top of the module.
func load(t testing.TB, name string) []Case {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test's folder")
		}
		dir = filepath.Dir(dir)
	}
	data, err := os.ReadFile(filepath.Join(dir, "testdata", "split", name))
	if err != nil {
		t.Fatal(err)
	}
	var cases []Case
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
		var c Case
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatalf("%s: %v in %s", name, err, lines.Text())
		}
		cases = append(cases, c)
	}
	return cases
}

// Check splits the case's text and compares.
func (c Case) Check(t *testing.T, d *parser.Dialect) {
	t.Helper()
	s := parser.NewSplitter(parser.Position{Line: 1, Col: 1}, c.SQL, d)
	var got []parser.Statement
	var failed error
	for {
		stmt, ok, err := s.Next()
		if err != nil {
			failed = err
		}
		if !ok {
			break
		}
		got = append(got, stmt)
	}
	for i := range max(len(got), len(c.Statements)) {
		switch {
		case i >= len(got):
			t.Errorf("statement %d is missing: %q", i, c.Statements[i])
		case i >= len(c.Statements):
			t.Errorf("statement %d is too much: %q", i, got[i].Text)
		case got[i].Text != c.Statements[i]:
			t.Errorf("statement %d is\n%q, want\n%q", i, got[i].Text, c.Statements[i])
		}
	}
	for i, stmt := range got {
		data, ok := c.Copy[strconv.Itoa(i)]
		if ok != stmt.Copy || data != stmt.Data {
			t.Errorf("statement %d has data %q (%v), want %q (%v)", i, stmt.Data, stmt.Copy, data, ok)
		}
	}
	c.checkError(t, failed)
}

func (c Case) checkError(t *testing.T, err error) {
	t.Helper()
	if c.Error == "" && c.Message == "" {
		if err != nil {
			t.Errorf("error %v", err)
		}
		return
	}
	var list parser.ErrorList
	if !errors.As(err, &list) || len(list) != 1 {
		t.Fatalf("error %v, want one in an ErrorList: %s%s", err, c.Message, c.Error)
	}
	if at := list[0].Pos.String(); at != c.Pos || !strings.Contains(list[0].Msg, c.Error) || c.Message != "" && list[0].Msg != c.Message {
		t.Errorf("error %v, want %s: %s%s", err, c.Pos, c.Message, c.Error)
	}
	for _, part := range c.Hint {
		if !strings.Contains(list[0].Hint, part) {
			t.Errorf("hint %q does not say %q", list[0].Hint, part)
		}
	}
}
