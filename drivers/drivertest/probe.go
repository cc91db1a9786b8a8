package drivertest

import (
	"context"
	"slices"
	"strings"
	"testing"

	"revise/drivers"
	"revise/drivers/drivertest/splittest"
	"revise/parser"
)

// A ProbeCase is a statement of which a probe is to tell whether it has taken effect.
type ProbeCase struct {
	Prepare   []string
	Statement string
	Session   string // run before the statement and before its probe: USE, SET
	// Again: the statement may run twice, and its probe never says that it took effect. Silent: nothing is told of it, before or after.
	Again, Silent bool
	// Torn are statements that leave things half-way, of which nobody can tell, by way of what the statement has done.
	Torn []string
}

// Probes runs cases one after the other on a database of their own: a probe says no before its statement and yes behind it.
func Probes(t *testing.T, d drivers.Driver, addr drivers.Address, cases []ProbeCase) {
	ctx := context.Background()
	conn, err := d.Open(ctx, addr, drivers.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	for _, c := range cases {
		run := func(texts ...string) error {
			var b drivers.Batch
			for _, text := range texts {
				if text != "" {
					b.Statements = append(b.Statements, drivers.Statement{Text: text})
				}
			}
			_, err := conn.Exec(ctx, []drivers.Batch{b})
			return err
		}
		if err := run(c.Prepare...); err != nil {
			t.Errorf("%s: prepare: %v", c.Statement, err)
			continue
		}
		// verdict is "yes", "no" or "" by a check of the query and of its opposite, in the session of the statement.
		verdict := func() string {
			query := d.Probe(c.Statement)
			if query == "" {
				return ""
			}
			check := func(text string) bool {
				b := drivers.Batch{Statements: []drivers.Statement{{Text: text, Check: true}}}
				if c.Session != "" {
					b.Statements = slices.Insert(b.Statements, 0, drivers.Statement{Text: c.Session})
				}
				_, err := conn.Exec(ctx, []drivers.Batch{b})
				if err != nil && !strings.Contains(err.Error(), "does not hold") && !strings.Contains(err.Error(), "the check returned") {
					t.Errorf("%s: %s: %v", c.Statement, text, err)
				}
				return err == nil
			}
			switch yes, no := check(query), check("SELECT NOT (\n"+query+"\n)"); {
			case yes && no:
				t.Errorf("%s: the probe says yes and no: %s", c.Statement, query)
			case yes:
				return "yes"
			case no:
				return "no"
			}
			return ""
		}
		before, after := "no", "yes"
		switch {
		case c.Silent:
			before, after = "", ""
		case c.Again:
			after = "no"
		}
		if got := verdict(); got != before {
			t.Errorf("%s: before it, the probe says %q, want %q", c.Statement, got, before)
		}
		if err := run(c.Session, c.Statement); err != nil {
			t.Errorf("%s: %v", c.Statement, err)
			continue
		}
		if got := verdict(); got != after {
			t.Errorf("%s: behind it, the probe says %q, want %q", c.Statement, got, after)
		}
		if c.Again {
			if err := run(c.Session, c.Statement); err != nil {
				t.Errorf("%s: once more: %v", c.Statement, err)
			}
		}
		if c.Torn != nil {
			if err := run(c.Torn...); err != nil {
				t.Errorf("%s: %v", c.Statement, err)
			} else if got := verdict(); got != "" {
				t.Errorf("%s: half-way, the probe says %q", c.Statement, got)
			}
		}
	}
}

// ProbeTexts sees that a probe is one query, which the database takes, whatever the statement.
func ProbeTexts(t *testing.T, d drivers.Driver, addr drivers.Address) {
	ctx := context.Background()
	conn, err := d.Open(ctx, addr, drivers.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	asked := 0
	for _, text := range splittest.Texts(t, d.Dialect()) {
		list, err := parser.Split(parser.Position{Line: 1, Col: 1}, text, d.Dialect())
		if err != nil {
			continue
		}
		for _, st := range list {
			query := d.Probe(st.Text)
			if query == "" {
				continue
			}
			asked++
			if rows, err := conn.Query(ctx, query); err != nil || len(rows) != 1 || len(rows[0]) != 1 {
				t.Errorf("%s: %s: %q, %v", st.Text, query, rows, err)
			}
		}
	}
	if asked < 10 {
		t.Errorf("only %d of the texts have a probe", asked)
	}
}
