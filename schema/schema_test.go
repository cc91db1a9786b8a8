package schema_test

import (
	"slices"
	"strings"
	"testing"

	"revise/schema"
)

// snapshot makes one of lines: "kind name[ in parent][ #place]: definition".
func snapshot(lines ...string) *schema.Snapshot {
	s := schema.New("test", "Test", "1")
	for _, l := range lines {
		head, def, _ := strings.Cut(l, ": ")
		o := &schema.Object{Def: def}
		if before, place, ok := strings.Cut(head, " #"); ok {
			head, o.Place = before, int(place[0]-'0')
		}
		if before, parent, ok := strings.Cut(head, " in "); ok {
			head, o.Parent = before, parent
		}
		o.Kind, o.Name, _ = strings.Cut(head, " ")
		o.Path = strings.Split(o.Name, ".")
		s.Add(o)
	}
	return s
}

func keys(list []schema.Change) string {
	var out []string
	for _, c := range list {
		switch {
		case c.From == nil:
			out = append(out, "+"+c.Key)
		case c.To == nil:
			out = append(out, "-"+c.Key)
		default:
			out = append(out, "~"+c.Key)
		}
	}
	return strings.Join(out, " ")
}

func TestCompare(t *testing.T) {
	a := snapshot("table t: table", "column t.a in table t #1: integer", "column t.b in table t #2: text", "view v: SELECT 1", "view w: SELECT 1")
	b := snapshot("table t: table", "column t.a in table t #1: bigint", "column t.c in table t #2: text", "view v: SELECT 1", "index t.i in table t: (a)")
	if got, want := keys(schema.Compare(a, b)), "~column t.a -column t.b +column t.c +index t.i -view w"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	lines := schema.Lines(a, b, schema.Compare(a, b))
	want := []string{"~ table t", "~   column a: integer → bigint", "-   column b: text", "+   column c: text", "+   index i: (a)", "- view w: SELECT 1"}
	if !slices.Equal(lines, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
	if a.Fingerprint() == b.Fingerprint() {
		t.Error("two schemas have one sum")
	}
}

func TestReordered(t *testing.T) {
	a := snapshot("table t: table", "column t.a in table t #1: integer", "column t.b in table t #2: text")
	b := snapshot("table t: table", "column t.b in table t #1: text", "column t.a in table t #2: integer")
	if got := schema.Compare(a, b); len(got) > 0 {
		t.Errorf("another order is the changes %s", keys(got))
	}
	if got := schema.Reordered(a, b); len(got) != 1 || got[0].Key() != "table t" {
		t.Errorf("got %v, want the table t", got)
	}
	if a.Fingerprint() == b.Fingerprint() {
		t.Error("another order has the same sum")
	}
}

func TestFingerprintHoldsParts(t *testing.T) {
	if snapshot("view a: bc").Fingerprint() == snapshot("view ab: c").Fingerprint() {
		t.Error("what moves from a name into a definition leaves the sum as it is")
	}
}

func TestRenames(t *testing.T) {
	for _, c := range []struct {
		name     string
		from, to *schema.Snapshot
		want     string
	}{
		{"a table with the same columns", snapshot("table a: t", "column a.x in table a #1: integer", "column a.y in table a #2: text"),
			snapshot("table b: t", "column b.x in table b #1: integer", "column b.y in table b #2: text"), "table a=b"},
		{"a table with other columns", snapshot("table a: t", "column a.x in table a #1: integer"), snapshot("table b: t", "column b.y in table b #1: integer"), ""},
		{"a column of the same type", snapshot("table t: t", "column t.total in table t #1: integer"), snapshot("table t: t", "column t.amount in table t #1: integer"), "column t.total=t.amount"},
		{"a column of another type", snapshot("table t: t", "column t.a in table t #1: integer"), snapshot("table t: t", "column t.b in table t #1: text"), ""},
		{"the nearer name wins", snapshot("table t: t", "column t.first in table t #1: text", "column t.last in table t #2: text"),
			snapshot("table t: t", "column t.last_name in table t #1: text", "column t.first_name in table t #2: text"), "column t.first=t.first_name column t.last=t.last_name"},
	} {
		var got []string
		for _, r := range schema.Renames(c.from, c.to) {
			got = append(got, r.From.Key()+"="+r.To.Name)
		}
		if text := strings.Join(got, " "); text != c.want {
			t.Errorf("%s: got %q, want %q", c.name, text, c.want)
		}
	}
}

func TestFilter(t *testing.T) {
	s := snapshot("schema app: ", "schema audit: ", "table app.orders: ", "column app.orders.id in table app.orders #1: integer", "table audit.log_1: ", "table app.log_2: ", "trigger app.tr in table app.orders: ", "schema odd: ", "table odd.a/b: ")
	for _, c := range []struct{ include, exclude, want string }{
		{"", "", "column app.orders.id, schema app, schema audit, schema odd, table app.log_2, table app.orders, table audit.log_1, table odd.a/b, trigger app.tr"},
		{"", "audit", "column app.orders.id, schema app, schema odd, table app.log_2, table app.orders, table odd.a/b, trigger app.tr"},
		{"", "*.log_*", "column app.orders.id, schema app, schema audit, schema odd, table app.orders, table odd.a/b, trigger app.tr"},
		{"", "trigger:*", "column app.orders.id, schema app, schema audit, schema odd, table app.log_2, table app.orders, table audit.log_1, table odd.a/b"},
		{"app.orders", "", "column app.orders.id, schema app, table app.orders, trigger app.tr"},
		{"app.orders", "app.orders.id", "schema app, table app.orders, trigger app.tr"},
		{"app.*", "table:app.log_?", "column app.orders.id, schema app, table app.orders, trigger app.tr"},
		{"odd.*", "", "schema odd, table odd.a/b"},
		{"odd.?/b", "", "schema odd, table odd.a/b"},
		{"*", "app audit odd.*", "schema odd"},
	} {
		list := func(text string) []string {
			if text == "" {
				return nil
			}
			return strings.Split(text, " ")
		}
		f, err := schema.NewFilter(list(c.include), list(c.exclude))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(f.Apply(s).Keys(), ", "); got != c.want {
			t.Errorf("include %q, exclude %q: got\n%s\nwant\n%s", c.include, c.exclude, got, c.want)
		}
	}
	if _, err := schema.NewFilter([]string{"a..b"}, nil); err == nil {
		t.Error("a pattern with an empty part is taken")
	}
}

func TestEncode(t *testing.T) {
	s := snapshot("table t: table", "column t.a in table t #1: integer")
	s.Traits["charset"] = "utf8"
	text, err := schema.Encode(s)
	if err != nil {
		t.Fatal(err)
	}
	back, err := schema.Decode(text)
	if err != nil || back.Fingerprint() != s.Fingerprint() || back.Traits["charset"] != "utf8" {
		t.Errorf("got %v, %v", back, err)
	}
	if _, err := schema.Decode("nonsense!"); err == nil {
		t.Error("nonsense is read")
	}
}
