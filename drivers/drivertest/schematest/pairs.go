package schematest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"revise/schema"
)

// A pair is two schemas, each of which has to become the other. Files of pairs are SQL with lines between that begin with "--- ":
//
//	--- pair: a column gets a default
//	--- from
//	CREATE TABLE t (n integer);
//	--- to
//	CREATE TABLE t (n integer DEFAULT 1);
//
// and then, if it matters, one or several of
//
//	--- rows                  statements that fill the first schema before it is led to the second
//	--- keeps                 a query that must give the same rows before and behind that
//	--- both                  SQL that stands before from and to: this one comes before them
//	--- online                forms for busy tables are asked for
//	--- loses: the column a   a part of what the way to the second must say that it loses; without it, it must lose nothing if there are rows
//	--- short: stands last    a part of why the second cannot be reached
//	--- short back: …         the same for the way back
//	--- fails: not null       a part of the error with which the way to the second fails, because of the rows
//	--- plan: RENAME          a part of the statements to the second; "--- plan: !DROP" that it must not hold
type pair struct {
	name                        string
	both, from, to, rows, keeps string
	online                      bool
	loses, short, shortBack     string
	fails                       string
	plan                        []string
}

func read(t testing.TB, file string) []pair {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var list []pair
	var into *string
	for n, line := range strings.SplitAfter(string(text), "\n") {
		mark, ok := strings.CutPrefix(line, "--- ")
		if !ok {
			if into != nil {
				*into += line
			} else if strings.TrimSpace(line) != "" && !strings.HasPrefix(line, "--") {
				t.Fatalf("%s:%d: what is that? %s", file, n+1, line)
			}
			continue
		}
		key, value, _ := strings.Cut(strings.TrimSpace(mark), ":")
		value = strings.TrimSpace(value)
		if key == "pair" {
			list = append(list, pair{name: value})
			into = nil
			continue
		}
		if len(list) == 0 {
			t.Fatalf("%s:%d: there is no pair yet", file, n+1)
		}
		p := &list[len(list)-1]
		into = nil
		switch key {
		case "both":
			into = &p.both
		case "from":
			into = &p.from
		case "to":
			into = &p.to
		case "rows":
			into = &p.rows
		case "keeps":
			into = &p.keeps
		case "online":
			p.online = true
		case "loses":
			p.loses = value
		case "short":
			p.short = value
		case "short back":
			p.shortBack = value
		case "fails":
			p.fails = value
		case "plan":
			p.plan = append(p.plan, value)
		default:
			t.Fatalf("%s:%d: unknown mark %q", file, n+1, key)
		}
	}
	return list
}

// Pairs runs the pairs of all files of a folder, both ways.
func Pairs(t *testing.T, s Subject, folder string) {
	files, err := filepath.Glob(filepath.Join(folder, "*.sql"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no pairs in %s: %v", folder, err)
	}
	names := map[string]bool{}
	for _, f := range files {
		for _, p := range read(t, f) {
			name := strings.TrimSuffix(filepath.Base(f), ".sql") + "/" + p.name
			if names[name] {
				t.Fatalf("two pairs are called %s", name)
			}
			names[name] = true
			t.Run(name, func(t *testing.T) { p.test(t, s) })
		}
	}
}

func (p pair) test(t *testing.T, s Subject) {
	a, b := s.place(t), s.place(t)
	a.must(p.both + "\n" + p.from)
	b.must(p.both + "\n" + p.to)
	snapA, snapB, dumpA, dumpB := a.snapshot(), b.snapshot(), a.dump(), b.dump()
	if same := snapA.Fingerprint() == snapB.Fingerprint(); same != (dumpA == dumpB) {
		t.Errorf("the sums are the same: %v, and the dumps are: %v\n%s\n%s", same, dumpA == dumpB, changes(schema.Compare(snapA, snapB)), difference(dumpA, dumpB))
	}
	p.build(t, s, snapB, dumpB)
	if p.rows != "" {
		a.must(p.rows)
	}
	before := p.rowsOf(t, a)
	plan, err := s.Driver.Plan(snapA, snapB, schema.Options{Online: p.online})
	if err != nil {
		t.Fatalf("plan: %v", err)
	}
	text := script(plan)
	if err := s.whole(plan); err != nil {
		t.Error(err)
	}
	p.says(t, plan, text)
	err = a.apply(plan)
	if p.fails != "" {
		if err == nil || !strings.Contains(err.Error(), p.fails) {
			t.Errorf("got the error %v, want one with %q\n%s", err, p.fails, text)
		}
		return
	}
	if err != nil {
		t.Fatalf("%v\nplan\n%s", err, text)
	}
	if rows := p.rowsOf(t, a); !slices.EqualFunc(before, rows, slices.Equal) {
		t.Errorf("rows were %q, and are %q\n%s", before, rows, text)
	}
	p.arrived(t, a, snapB, dumpB, plan, p.short, text)
	now := a.snapshot()
	back, err := s.Driver.Plan(now, snapA, schema.Options{Online: p.online})
	if err != nil {
		t.Fatalf("plan back: %v", err)
	}
	text = script(back)
	if err := s.whole(back); err != nil {
		t.Error(err)
	}
	if err := a.apply(back); err != nil {
		t.Fatalf("%v\nplan back\n%s", err, text)
	}
	p.arrived(t, a, snapA, dumpA, back, p.shortBack, text)
}

// rowsOf asks what has to be kept.
func (p pair) rowsOf(t *testing.T, a *place) [][]string {
	t.Helper()
	if strings.TrimSpace(p.keeps) == "" {
		return nil
	}
	rows, err := a.conn.Query(context.Background(), strings.TrimRight(strings.TrimSpace(p.keeps), ";"))
	if err != nil {
		t.Fatalf("%v\n%s", err, p.keeps)
	}
	return rows
}

// says checks what a plan says of itself.
func (p pair) says(t *testing.T, plan *schema.Plan, text string) {
	t.Helper()
	var losses []string
	for _, l := range plan.Losses() {
		losses = append(losses, l.Loses)
	}
	switch all := strings.Join(losses, "; "); {
	case p.loses != "" && !strings.Contains(all, p.loses):
		t.Errorf("it says that it loses %q, want %q\n%s", all, p.loses, text)
	case p.loses == "" && p.rows != "" && all != "":
		t.Errorf("it says that it loses %q, and should lose nothing\n%s", all, text)
	}
	for _, want := range p.plan {
		not, isNot := strings.CutPrefix(want, "!")
		if strings.Contains(text, strings.TrimPrefix(want, "!")) == isNot {
			t.Errorf("the plan holds %q: %v\n%s", not, isNot, text)
		}
	}
}

// arrived checks that a database is where a plan should have led it, or that the plan said that it would not.
func (p pair) arrived(t *testing.T, a *place, want *schema.Snapshot, dump string, plan *schema.Plan, wantShort, text string) {
	t.Helper()
	now := a.snapshot()
	got := a.dump()
	if wantShort != "" {
		if !short(plan) || !strings.Contains(text, wantShort) {
			t.Errorf("the plan does not say that it ends short of it, because %q\n%s", wantShort, text)
		}
		return
	}
	if got != dump {
		t.Errorf("the dump differs\n%s\nplan\n%s", difference(got, dump), text)
	}
	if now.Fingerprint() != want.Fingerprint() {
		t.Errorf("the sum differs\n%s\nplan\n%s", changes(schema.Compare(now, want)), text)
	}
	if short(plan) {
		t.Errorf("the plan says that it ends short of it\n%s", text)
	}
}

// build makes the schema of a snapshot from nothing.
func (p pair) build(t *testing.T, s Subject, snap *schema.Snapshot, dump string) {
	t.Helper()
	if err := s.build(t, snap, dump); err != nil {
		t.Errorf("from nothing: %v", err)
	}
}

func (s Subject) build(t testing.TB, snap *schema.Snapshot, dump string) error {
	c := s.place(t)
	plan, err := s.Driver.Plan(c.snapshot(), snap, schema.Options{})
	if err != nil {
		return err
	}
	if err := s.whole(plan); err != nil {
		return err
	}
	if err := c.apply(plan); err != nil {
		return fmt.Errorf("%w\nplan\n%s", err, script(plan))
	}
	if got := c.dump(); got != dump {
		return fmt.Errorf("the dump differs\n%s\nplan\n%s", difference(got, dump), script(plan))
	}
	c.close()
	return nil
}
