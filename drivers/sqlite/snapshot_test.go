package sqlite_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"revise/drivers"
	"revise/drivers/drivertest/schematest"
	"revise/drivers/drivertest/servers"
	"revise/drivers/sqlite"
	"revise/parser"
	"revise/schema"
)

func TestSnapshotObjects(t *testing.T) {
	c := open(t, "sqlite::memory:")
	run(t, c, true, `CREATE TABLE p (id integer PRIMARY KEY AUTOINCREMENT)`, `CREATE TABLE "T t" ("A" integer, b AS (a + 1), c REFERENCES P)`,
		`CREATE INDEX i ON "T t" (a)`, `CREATE VIEW v AS SELECT * FROM "t T" JOIN p`, `CREATE TRIGGER tr INSTEAD OF INSERT ON v BEGIN DELETE FROM p; END`,
		`CREATE VIRTUAL TABLE f USING fts5 (x)`, `CREATE TABLE ledger (n)`, `CREATE INDEX li ON ledger (n)`, `CREATE TRIGGER lt AFTER INSERT ON ledger BEGIN SELECT 1; END`,
		`INSERT INTO p VALUES (1)`, `CREATE TEMP TABLE tmp (n)`, `ANALYZE`)
	s := schematest.Snapshot(t, c, schema.Scope{Without: [][]string{{"ledger"}}})
	want := `column "t t".a, column "t t".b, column "t t".c, column p.id, index i, table "t t", table f, table p, trigger tr, view v`
	if got := strings.Join(s.Keys(), ", "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for key, want := range map[string]string{
		"view v": `[table "t t" table p] []`, "trigger tr": "[table p view v] []", `table "t t"`: "[] [table p]", "index i": `[table "t t"] []`,
	} {
		if o := s.Objects[key]; fmt.Sprint(o.Needs, " ", o.After) != want {
			t.Errorf("%s needs %v, and %v, want %s", key, o.Needs, o.After, want)
		}
	}
	if o := s.Objects["trigger tr"]; o.Parent != "view v" || !slices.Equal(o.Path, []string{"v", "tr"}) {
		t.Errorf("got the parent %s and the path %v", o.Parent, o.Path)
	}
}

// TestSnapshotLeavesNoTrace checks that reading a schema neither makes a file nor changes the session or waits for one that writes.
func TestSnapshotLeavesNoTrace(t *testing.T) {
	file := dbPath(t)
	c := open(t, "sqlite:"+file)
	if s := schematest.Snapshot(t, c, schema.Scope{}); len(s.Objects) > 0 {
		t.Errorf("a file that is not there has %v", s.Keys())
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("reading the schema has made the file")
	}
	run(t, c, true, "CREATE TABLE t (n integer)", "CREATE VIEW broken AS SELECT 1 FROM nowhere")
	if s := schematest.Snapshot(t, c, schema.Scope{}); len(s.Objects) != 3 {
		t.Errorf("got %v", s.Keys())
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := c.Snapshot(ctx, schema.Scope{}); err == nil {
		t.Error("a snapshot is read though its context is over")
	}
	run(t, c, true, "DROP VIEW broken")
	run(t, c, false, "BEGIN", "INSERT INTO t VALUES (1)", "COMMIT")
}

// TestPlanWithHidden checks that nothing happens to what a filter leaves out of both schemas.
func TestPlanWithHidden(t *testing.T) {
	texts := []string{"CREATE TABLE u (n integer)", "CREATE INDEX i ON t (n)", "CREATE TRIGGER tr AFTER INSERT ON t BEGIN DELETE FROM u; END",
		"CREATE VIEW v AS SELECT n FROM t", "CREATE TRIGGER vt INSTEAD OF INSERT ON v BEGIN DELETE FROM u; END"}
	for _, c := range []struct {
		name, exclude string
		from, to      []string
		rows, keeps   string
	}{
		{"a table is built anew", "index:* trigger:* view:*", []string{"CREATE TABLE t (n integer, m integer)"}, []string{"CREATE TABLE t (n integer CHECK (n > 0))"},
			"INSERT INTO t VALUES (1, 2)", "SELECT n FROM t"},
		{"a column is left out", "t.secret", []string{"CREATE TABLE t (n integer, secret text NOT NULL)"}, []string{"CREATE TABLE t (n integer CHECK (n > 0), secret text NOT NULL)"},
			"INSERT INTO t VALUES (1, 'x')", "SELECT n, secret FROM t"},
		{"a column comes behind one that is left out", "t.secret", []string{"CREATE TABLE t (n integer, secret text NOT NULL)"},
			[]string{"CREATE TABLE t (n integer, secret text NOT NULL, m text DEFAULT 'm')"}, "INSERT INTO t VALUES (1, 'x')", "SELECT n, secret FROM t"},
		{"a table goes that others refer to", "child", []string{"CREATE TABLE t (n integer)", "CREATE TABLE p (id integer PRIMARY KEY)", "CREATE TABLE child (p integer REFERENCES p ON DELETE SET NULL)"},
			[]string{"CREATE TABLE t (n integer)", "CREATE TABLE child (p integer REFERENCES p ON DELETE SET NULL)"}, "INSERT INTO child VALUES (NULL)", "SELECT count(*) FROM child"},
		{"a view changes", "trigger:*", []string{"CREATE TABLE t (n integer)", "CREATE VIEW w AS SELECT 1 AS n", "CREATE TRIGGER wt INSTEAD OF INSERT ON w BEGIN DELETE FROM u; END"},
			[]string{"CREATE TABLE t (n integer)", "CREATE VIEW w AS SELECT 2 AS n", "CREATE TRIGGER wt INSTEAD OF INSERT ON w BEGIN DELETE FROM u; END"}, "INSERT INTO t VALUES (1)", "SELECT n FROM t"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, b := open(t, "sqlite::memory:?foreign_keys=on"), open(t, "sqlite::memory:?foreign_keys=on")
			run(t, a, true, append(c.from, texts...)...)
			run(t, b, true, append(c.to, texts...)...)
			run(t, a, true, c.rows)
			f, err := schema.NewFilter(nil, strings.Fields(c.exclude))
			if err != nil {
				t.Fatal(err)
			}
			to := schematest.Snapshot(t, b, schema.Scope{})
			plan, err := sqlite.Driver{}.Plan(f.Apply(schematest.Snapshot(t, a, schema.Scope{})), f.Apply(to), schema.Options{})
			if err != nil {
				t.Fatal(err)
			}
			before := query(t, a, c.keeps)
			apply(t, a, plan)
			want(t, a, c.keeps, before)
			now := schematest.Snapshot(t, a, schema.Scope{})
			if left := schema.Compare(now, to); len(left) > 0 {
				t.Errorf("%v is left", schema.Lines(now, to, left))
			}
			if c.name == "a table goes that others refer to" && !plan.Parts[0].KeysOff {
				t.Error("rows of a table that is left out may go with those of the one that is dropped")
			}
		})
	}
}

func apply(t *testing.T, c drivers.Conn, plan *schema.Plan) {
	t.Helper()
	if err := drivers.Apply(context.Background(), c, plan.Parts...); err != nil {
		t.Fatal(err)
	}
}

// TestPolygonsKeepTheirRowids is no pair of schemas: usual shells lack the module.
func TestPolygonsKeepTheirRowids(t *testing.T) {
	a, b := open(t, "sqlite::memory:"), open(t, "sqlite::memory:")
	run(t, a, true, "CREATE VIRTUAL TABLE g USING geopoly (a)", "INSERT INTO g (_shape, a) VALUES ('[[0,0],[1,0],[0,1],[0,0]]', 1), ('[[0,0],[1,0],[0,1],[0,0]]', 2)",
		"DELETE FROM g WHERE a = 1")
	run(t, b, true, "CREATE VIRTUAL TABLE g USING geopoly (a, b)")
	plan, err := sqlite.Driver{}.Plan(schematest.Snapshot(t, a, schema.Scope{}), schematest.Snapshot(t, b, schema.Scope{}), schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	apply(t, a, plan)
	want(t, a, "SELECT rowid, a FROM g", "2,2")
}

// schemas are the two of each pair.
func schemas(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../../testdata/schema/sqlite/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no pairs: %v", err)
	}
	var list []string
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range strings.Split(string(data), "--- ") {
			mark, text, _ := strings.Cut(block, "\n")
			if mark == "from" || mark == "to" {
				list = append(list, text)
			}
		}
	}
	return list
}

func load(t *testing.T, c drivers.Conn, text string) {
	t.Helper()
	list, err := parser.Split(parser.Position{}, text, sqlite.Dialect())
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, s := range list {
		all = append(all, s.Text)
	}
	if len(all) > 0 {
		run(t, c, false, all...)
	}
}

// TestSchemaTour leads one database through the schemas of all pairs, each to one that has nothing to do with it.
func TestSchemaTour(t *testing.T) {
	all := schemas(t)
	led := open(t, "sqlite::memory:?foreign_keys=on")
	for _, stride := range []int{1, 7, 101} {
		for i := range all {
			text := all[i*stride%len(all)]
			model := open(t, "sqlite::memory:")
			load(t, model, text)
			want := schematest.Snapshot(t, model, schema.Scope{})
			model.Close(context.Background())
			plan, err := sqlite.Driver{}.Plan(schematest.Snapshot(t, led, schema.Scope{}), want, schema.Options{})
			if err != nil {
				t.Fatal(err)
			}
			apply(t, led, plan)
			now := schematest.Snapshot(t, led, schema.Scope{})
			if now.Fingerprint() != want.Fingerprint() {
				t.Fatalf("%v is left on the way to\n%s", schema.Lines(now, want, schema.Compare(now, want)), text)
			}
			if again, err := (sqlite.Driver{}).Plan(now, want, schema.Options{}); err != nil || !again.Empty() {
				t.Fatalf("there is more to do on the way to\n%s\n%v", text, again.Steps())
			}
		}
	}
}

// TestDumpIsRestored has SQLite's own shell make schemas of their dumps.
func TestDumpIsRestored(t *testing.T) {
	shell := servers.Shell(t)
	for _, text := range schemas(t) {
		model := open(t, "sqlite::memory:")
		load(t, model, text)
		want := schematest.Snapshot(t, model, schema.Scope{})
		model.Close(context.Background())
		plan, err := sqlite.Driver{}.Plan(want.Empty(), want, schema.Options{})
		if err != nil {
			t.Fatal(err)
		}
		file := dbPath(t)
		cmd := exec.Command(shell, "-bail", file)
		dump := ""
		for _, s := range plan.Steps() {
			dump += s.SQL + "\n;\n"
		}
		cmd.Stdin = strings.NewReader(dump)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s\n%s", err, out, text)
		}
		c := open(t, "sqlite:"+file)
		if now := schematest.Snapshot(t, c, schema.Scope{}); now.Fingerprint() != want.Fingerprint() {
			t.Errorf("%v differs in\n%s", schema.Lines(now, want, schema.Compare(now, want)), text)
		}
		c.Close(context.Background())
	}
}

func TestSnapshotIsFast(t *testing.T) {
	a, b := open(t, "sqlite:"+dbPath(t)), open(t, "sqlite:"+dbPath(t))
	var list []string
	for i := range 1000 {
		list = append(list, fmt.Sprintf(`CREATE TABLE t%d (id integer PRIMARY KEY, a text NOT NULL DEFAULT 'x', b real, c varchar(10) CHECK (c <> ''), d integer REFERENCES t%d (id),
 e datetime DEFAULT CURRENT_TIMESTAMP, f blob, g numeric(10, 2), h text COLLATE NOCASE, i integer, UNIQUE (a, b))`, i, i/2), fmt.Sprintf("CREATE INDEX i%d ON t%d (c, d)", i, i))
		if i%10 == 0 {
			list = append(list, fmt.Sprintf("CREATE VIEW v%d AS SELECT t%d.a, t0.b FROM t%d JOIN t0 ON t0.id = t%d.d", i, i, i, i))
		}
	}
	run(t, a, true, list...)
	run(t, b, true, list...)
	run(t, b, true, "ALTER TABLE t5 ADD COLUMN j text", "DROP INDEX i7", "CREATE TABLE more (n)")
	start := time.Now()
	x := schematest.Snapshot(t, a, schema.Scope{})
	read := time.Since(start)
	y := schematest.Snapshot(t, b, schema.Scope{})
	start = time.Now()
	plan, err := sqlite.Driver{}.Plan(x, y, schema.Options{})
	planned := time.Since(start)
	if err != nil || len(plan.Steps()) != 3 {
		t.Errorf("got %v, %v", plan, err)
	}
	start = time.Now()
	for _, way := range [][2]*schema.Snapshot{{y.Empty(), y}, {y, y.Empty()}} {
		if _, err := (sqlite.Driver{}).Plan(way[0], way[1], schema.Options{}); err != nil {
			t.Error(err)
		}
	}
	t.Logf("1,000 tables are read in %v, a small plan takes %v, plans from nothing and to it %v", read, planned, time.Since(start))
	if read > 5*time.Second || planned > time.Second {
		t.Errorf("1,000 tables are read in %v, and a small plan takes %v", read, planned)
	}
}
