package sqlite_test

import (
	"context"
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"revise/drivers"
	"revise/drivers/drivertest/schematest"
	"revise/drivers/sqlite"
	"revise/schema"
)

// A chooser makes schemas at random.
type chooser struct{ *rand.Rand }

func (r chooser) of(list ...string) string { return list[r.Intn(len(list))] }
func (r chooser) rarely(text string) string {
	if r.Intn(5) > 0 {
		return ""
	}
	return text
}

// name quotes a name in one way or another.
func (r chooser) name(name string) string {
	forms := []string{`"%s"`, "`%s`", "[%s]", "%s"}
	if strings.Contains(name, " ") {
		forms = forms[:3]
	}
	return fmt.Sprintf(r.of(forms...), name)
}

// table is one with a key called id.
func (r chooser) table(name string) string {
	parts, tail := []string{r.of("id integer PRIMARY KEY", "id INTEGER PRIMARY KEY AUTOINCREMENT", "id int PRIMARY KEY")}, ""
	if strings.Contains(parts[0], "int P") {
		tail = r.rarely(" WITHOUT ROWID")
	}
	columns := []string{"a", "b", "c d", "E", "f"}
	for _, i := range r.Perm(len(columns))[:1+r.Intn(len(columns))] {
		c := columns[i]
		parts = append(parts, r.name(c)+" "+r.of("integer", "text", "", "real", "numeric(3, 2)", "blob")+
			r.of("", "", " NOT NULL DEFAULT 7", " NOT NULL DEFAULT 'x'", " NOT NULL DEFAULT (1 + 1)", ` DEFAULT "Q"`, " DEFAULT NULL", " DEFAULT abc")+
			r.rarely(" CHECK ("+r.name(c)+" IS NOT 'bad')")+r.rarely(" COLLATE NOCASE")+r.rarely(fmt.Sprintf(" REFERENCES t%d (id) ON DELETE CASCADE", r.Intn(3))))
	}
	first := strings.Fields(strings.NewReplacer(`"`, "", "`", "", "[", "", "]", "").Replace(parts[1]))[0]
	if first != "c" {
		if check := r.rarely("CONSTRAINT k CHECK (" + r.of("", name+".") + first + " IS NOT 'worse')"); check != "" {
			parts = append(parts, check)
		}
	}
	if g := r.rarely("g AS (id + 1) " + r.of("", "STORED")); g != "" {
		parts = append(parts[:2], append([]string{g}, parts[2:]...)...)
	}
	return "CREATE TABLE " + r.name(name) + " (" + strings.Join(parts, ", ") + ")" + tail
}

func (r chooser) schema() []string {
	var list []string
	for i := range 3 {
		if r.Intn(20) == 0 {
			continue
		}
		list = append(list, r.table(fmt.Sprint("t", i)))
		for _, more := range []string{
			r.rarely(fmt.Sprintf("CREATE VIEW v%d AS SELECT * FROM t%d", i, r.Intn(3))),
			r.rarely(fmt.Sprintf("CREATE TRIGGER g%d AFTER INSERT ON t%d BEGIN DELETE FROM t%d WHERE 0; END", i, i, r.Intn(3))),
			r.rarely(fmt.Sprintf("CREATE UNIQUE INDEX i%d ON t%d (id DESC)", i, i)),
		} {
			if more != "" {
				list = append(list, more)
			}
		}
	}
	return append(list, "SELECT 1")
}

// TestPlansOfRandomSchemas leads from schema to schema, with rows. What columns hold that stay as they are must be the same behind it, and nothing but a constraint may refuse.
func TestPlansOfRandomSchemas(t *testing.T) {
	const seeds = 400
	refused := 0
	for seed := range int64(seeds) {
		r := chooser{rand.New(rand.NewSource(seed))}
		a, b := open(t, "sqlite::memory:?foreign_keys=on"), open(t, "sqlite::memory:")
		run(t, a, true, r.schema()...)
		run(t, b, true, r.schema()...)
		from, to := schematest.Snapshot(t, a, schema.Scope{}), schematest.Snapshot(t, b, schema.Scope{})
		if seed%4 > 0 {
			r.fill(a, from)
		}
		plan, err := sqlite.Driver{}.Plan(from, to, schema.Options{})
		if err != nil {
			t.Fatal(err)
		}
		questions := kept(from, to)
		var before []string
		for _, q := range questions {
			before = append(before, query(t, a, q))
		}
		if err := tryPlan(a, plan); err != nil {
			if seed%4 == 0 || !strings.Contains(err.Error(), "SQLITE_CONSTRAINT") {
				t.Fatalf("seed %d: %v\n%s", seed, err, steps(plan))
			}
			refused++
		} else if now := schematest.Snapshot(t, a, schema.Scope{}); now.Fingerprint() != to.Fingerprint() {
			t.Fatalf("seed %d: left is %v\n%s", seed, schema.Lines(now, to, schema.Compare(now, to)), steps(plan))
		}
		for i, q := range questions {
			if after := query(t, a, q); after != before[i] {
				t.Fatalf("seed %d: %s: was %s, is %s\n%s", seed, q, before[i], after, steps(plan))
			}
		}
		a.Close(context.Background())
		b.Close(context.Background())
	}
	if refused > seeds/2 {
		t.Errorf("%d of %d plans were refused for the rows", refused, seeds)
	}
}

// fill puts rows into all tables, as far as they are taken.
func (r chooser) fill(c drivers.Conn, s *schema.Snapshot) {
	columns := s.Columns()
	for _, k := range s.Keys() {
		if s.Objects[k].Kind != "table" {
			continue
		}
		for n := range 3 {
			var names, values []string
			for _, col := range columns[k] {
				value := r.of(fmt.Sprint(n+1), fmt.Sprint(n+1), fmt.Sprintf("'v%d'", n), "NULL")
				switch {
				case col.Attrs["generated"] != "":
					continue
				case col.Attrs["key"] != "":
					value = fmt.Sprint(n + 4)
				case strings.Contains(col.Def, "references"):
					value = "NULL"
				}
				names, values = append(names, `"`+col.Attrs["name"]+`"`), append(values, value)
			}
			insert := "INSERT INTO " + s.Objects[k].Attrs["name"] + " (" + strings.Join(names, ", ") + ") VALUES (" + strings.Join(values, ", ") + ")"
			_, _ = c.Exec(context.Background(), []drivers.Batch{{Statements: texts(insert)}})
		}
	}
}

// kept are queries for what must not change.
func kept(from, to *schema.Snapshot) []string {
	var list []string
	columns := from.Columns()
	for _, k := range from.Keys() {
		x, y := from.Objects[k], to.Objects[k]
		if x.Kind != "table" || y == nil {
			continue
		}
		names := []string{"id"}
		for _, c := range columns[k] {
			d := to.Objects[c.Key()]
			if d != nil && d.Attrs["type"] == c.Attrs["type"] && d.Attrs["generated"] == "" && (d.Attrs["notnull"] == "" || c.Attrs["notnull"] != "") {
				names = append(names, `quote("`+c.Attrs["name"]+`")`)
			}
		}
		if !strings.Contains(x.Def+y.Def, "without rowid") && from.Objects["column "+x.Name+".id"].Def == to.Objects["column "+x.Name+".id"].Def {
			names = append(names, "rowid")
		}
		list = append(list, "SELECT "+strings.Join(names, ", ")+" FROM "+x.Attrs["name"]+" ORDER BY id")
	}
	return list
}

func tryPlan(c drivers.Conn, plan *schema.Plan) error {
	for _, part := range plan.Parts {
		b := drivers.Batch{Atomic: true, KeysOff: part.KeysOff}
		for _, s := range part.Steps {
			b.Statements = append(b.Statements, drivers.Statement{Text: s.SQL})
		}
		if _, err := c.Exec(context.Background(), []drivers.Batch{b}); err != nil {
			return err
		}
	}
	return nil
}

func steps(plan *schema.Plan) string {
	var b strings.Builder
	for _, s := range plan.Steps() {
		b.WriteString(s.SQL + ";\n")
	}
	return b.String()
}
