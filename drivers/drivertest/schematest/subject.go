// Package schematest tests how drivers read schemas and lead from one to another. The judge is the database's own dump: what a plan brings about must give the dump of what was
// asked for, and a snapshot's sum must change when the dump does, and only then.
package schematest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"revise/drivers"
	"revise/parser"
	"revise/schema"
)

// A Subject is a driver under test on one server.
type Subject struct {
	Driver drivers.Driver
	// Fresh makes an empty database that goes when t ends.
	Fresh func(t testing.TB) drivers.Address
	// Dump is what the database's own client says of the schema, without what has nothing to do with it: comments of the dump, times, versions.
	Dump func(t testing.TB, addr drivers.Address) string
	// Scope is what belongs to snapshots.
	Scope schema.Scope
}

// A place is a database and a session on it.
type place struct {
	t    testing.TB
	s    Subject
	addr drivers.Address
	conn drivers.Conn
}

func (s Subject) place(t testing.TB) *place {
	t.Helper()
	p := &place{t: t, s: s, addr: s.Fresh(t)}
	c, err := s.Driver.Open(context.Background(), p.addr, drivers.Options{App: "schematest"})
	if err != nil {
		t.Fatalf("open %v: %v", p.addr, err)
	}
	p.conn = c
	t.Cleanup(p.close)
	return p
}

func (p *place) close() { p.conn.Close(context.Background()) }

// run runs the statements of a text one by one.
func (p *place) run(text string) error {
	list, err := parser.Split(parser.Position{}, text, p.s.Driver.Dialect())
	if err != nil || len(list) == 0 {
		return err
	}
	b := drivers.Batch{}
	for _, st := range list {
		b.Statements = append(b.Statements, drivers.Statement{Text: st.Text, Copy: st.Copy, Data: strings.NewReader(st.Data)})
	}
	at, err := p.conn.Exec(context.Background(), []drivers.Batch{b})
	if err != nil && at.Statements < len(b.Statements) {
		return fmt.Errorf("%w\n%s", err, b.Statements[at.Statements].Text)
	}
	return err
}

func (p *place) must(text string) {
	p.t.Helper()
	if err := p.run(text); err != nil {
		p.t.Fatalf("%v", err)
	}
}

// apply runs a plan as a run of revisions would.
func (p *place) apply(plan *schema.Plan) error {
	return drivers.Apply(context.Background(), p.conn, plan.Parts...)
}

func (p *place) snapshot() *schema.Snapshot {
	p.t.Helper()
	return Snapshot(p.t, p.conn, p.s.Scope)
}

// Snapshot reads the schema of a session's database.
func Snapshot(t testing.TB, c drivers.Conn, scope schema.Scope) *schema.Snapshot {
	t.Helper()
	s, err := c.Snapshot(context.Background(), scope)
	if err != nil {
		t.Fatalf("snapshot: %v", err)
	}
	return s
}

func (p *place) dump() string {
	p.t.Helper()
	return p.s.Dump(p.t, p.addr)
}

// script is a plan as people read it, with what it says of itself.
func script(plan *schema.Plan) string {
	var b strings.Builder
	for i, part := range plan.Parts {
		fmt.Fprintf(&b, "-- part %d, outside of a transaction: %v, keys off: %v\n", i+1, part.NoTransaction, part.KeysOff)
		for _, s := range part.Steps {
			if s.Loses != "" {
				fmt.Fprintf(&b, "-- loses %s\n", s.Loses)
			}
			if s.Note != "" {
				fmt.Fprintf(&b, "-- %s\n", s.Note)
			}
			fmt.Fprintf(&b, "%s;\n", s.SQL)
		}
	}
	for _, r := range plan.Remarks {
		fmt.Fprintf(&b, "-- remark on %s (short: %v): %s\n", r.Key, r.Short, r.Text)
	}
	return b.String()
}

// short reports whether a plan says itself that it does not lead all the way.
func short(plan *schema.Plan) bool {
	for _, r := range plan.Remarks {
		if r.Short {
			return true
		}
	}
	return false
}

// whole wants the steps to be one statement each once they stand in a file, the same ones. They are read together, for what a statement sets bears on how the next ones are read.
func (s Subject) whole(plan *schema.Plan) error {
	var text strings.Builder
	steps := plan.Steps()
	for _, step := range steps {
		text.WriteString(step.SQL + "\n;\n")
	}
	list, err := parser.Split(parser.Position{}, text.String(), s.Driver.Dialect())
	for i, step := range steps {
		if i >= len(list) || list[i].Text != step.SQL {
			return fmt.Errorf("a step is not one statement in a file (%v): %s", err, step.SQL)
		}
	}
	if err != nil || len(list) != len(steps) {
		return fmt.Errorf("%d steps are %d statements in a file (%v)", len(steps), len(list), err)
	}
	return nil
}

// difference is the first lines that two dumps do not share.
func difference(got, want string) string {
	count := map[string]int{}
	for _, l := range strings.Split(want, "\n") {
		count[l]++
	}
	var out []string
	for _, l := range strings.Split(got, "\n") {
		if count[l] > 0 {
			count[l]--
			continue
		}
		out = append(out, "got  "+l)
	}
	for _, l := range strings.Split(want, "\n") {
		if count[l] > 0 {
			count[l]--
			out = append(out, "want "+l)
		}
	}
	if len(out) == 0 {
		return "the same lines, in another order"
	}
	if len(out) > 24 {
		out = append(out[:24], fmt.Sprintf("… %d more", len(out)-24))
	}
	return strings.Join(out, "\n")
}

func changes(list []schema.Change) string {
	var out []string
	for _, c := range list {
		switch {
		case c.From == nil:
			out = append(out, "+ "+c.Key+": "+c.To.Def)
		case c.To == nil:
			out = append(out, "- "+c.Key+": "+c.From.Def)
		default:
			out = append(out, "~ "+c.Key+":\n    "+c.From.Def+"\n    "+c.To.Def)
		}
	}
	return strings.Join(out, "\n")
}
