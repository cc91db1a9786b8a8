package chain_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"revise/chain"
	"revise/parser"
)

func TestMistakes(t *testing.T) {
	for name, test := range map[string]struct{ line, want string }{
		"duplicate id": {
			"a; b:a; copy/a:b; third/a",
			"versions/copy.sql:1:14: id \"a\" is already that of versions/a.sql:1\n" +
				"versions/third.sql:1:14: id \"a\" is already that of versions/a.sql:1"},
		"unknown parent": {
			"a; b:ghost",
			`versions/b.sql:2:13: revises "ghost", which no file defines`},
		"misspelt parent": {
			"ae10; be20:ae11",
			`versions/be20.sql:2:13: revises "ae11", which no file defines; did you mean "ae10" (versions/ae10.sql:1)?`},
		"several near parents": {
			"ae10; ae12; ae13; ae14; be20:ae11",
			`versions/be20.sql:2:13: revises "ae11", which no file defines; did you mean "ae10" (versions/ae10.sql:1), ` +
				`"ae12" (versions/ae12.sql:1) or "ae13" (versions/ae13.sql:1)?`},
		"parent by prefix": {
			"641f5c82c88e; b:641f",
			`versions/b.sql:2:13: revises "641f", which no file defines; did you mean "641f5c82c88e" (versions/641f5c82c88e.sql:1)?`},
		"parent in another case": {
			"AE10; b:ae10",
			`versions/b.sql:2:13: revises "ae10", which no file defines; did you mean "AE10" (versions/AE10.sql:1)?`},
		"parent by file name": {
			"641f5c82c88e; b:641f5c82c88e_add_users",
			`versions/b.sql:2:13: revises "641f5c82c88e_add_users", which no file defines; did you mean "641f5c82c88e" (versions/641f5c82c88e.sql:1)?`},
		"parent by label": {
			"a#users; b:users",
			`versions/b.sql:2:13: revises "users", which is a label; name the revision by its id, "a" (versions/a.sql:2)`},
		"unknown dependency": {
			"a#users; b:a>user",
			`versions/b.sql:3:16: depends on "user", which no file defines as a revision or a label; did you mean "users" (versions/a.sql:2)?`},
		"revises itself": {
			"a; b:a,b",
			`versions/b.sql:2:16: revises itself`},
		"depends on itself": {
			"a>a; b>x#x",
			"versions/a.sql:2:16: depends on itself\n" +
				`versions/b.sql:2:16: depends on itself: "x" is its own label`},
		"parent twice": {
			"a; b:a,a; c:b>a,a",
			"versions/b.sql:2:16: revises \"a\" twice\n" +
				`versions/c.sql:3:19: depends on "a" twice`},
		"duplicate label": {
			"a#x; b:a#y,x; c:b#z,z",
			"versions/b.sql:3:15: label \"x\" is already that of revision a (versions/a.sql:2)\n" +
				`versions/c.sql:3:15: label "z" is given twice`},
		"label is an id": {
			"a; b:a#a",
			`versions/b.sql:3:12: label "a" is already the id of a revision (versions/a.sql:1)`},
		"replaced and still there": {
			"a; b:a; s=a,b",
			"versions/s.sql:2:14: revision \"a\" is replaced by s here, and still there (versions/a.sql:1); delete that file, or take the id out of this list\n" +
				`versions/s.sql:2:17: revision "b" is replaced by s here, and still there (versions/b.sql:1); delete that file, or take the id out of this list`},
		"replaced by two": {
			"s=a,b; t=b,c",
			`versions/t.sql:2:14: revision "b" is replaced by s already (versions/s.sql:2)`},
		"label is replaced": {
			"s=a,b; c:b#a",
			`versions/c.sql:3:12: label "a" is the id of a revision that s replaces (versions/s.sql:2)`},
		"cycle of two": {
			"a:b; b:a",
			`versions/a.sql:2:13: cycle: a (versions/a.sql:2) → b (versions/b.sql:2) → a`},
		"cycle of three, with what hangs on it": {
			"r; a:r,c; b:a; c:b; tail:c; x>tail",
			`versions/a.sql:2:16: cycle: a (versions/a.sql:2) → c (versions/c.sql:2) → b (versions/b.sql:2) → a`},
		"cycle entered behind its smallest id": {
			"a:c; b:c; c:b",
			`versions/b.sql:2:13: cycle: b (versions/b.sql:2) → c (versions/c.sql:2) → b`},
		"cycle through a dependency": {
			"a; b:a>d; c; d:c>b",
			`versions/b.sql:3:16: cycle: b (versions/b.sql:3) → d (versions/d.sql:3) → b`},
		"cycle through a label": {
			"a; b:a>lab; c:b#lab",
			`versions/b.sql:3:16: cycle: b (versions/b.sql:3) → c (versions/c.sql:2) → b`},
		"two cycles that share a revision": {
			"a:b,c; b:a; c:a",
			"versions/a.sql:2:13: cycle: a (versions/a.sql:2) → b (versions/b.sql:2) → a\n" +
				`versions/a.sql:2:16: cycle: a (versions/a.sql:2) → c (versions/c.sql:2) → a`},
		"two cycles apart": {
			"a:b; b:a; x>y; y>x",
			"versions/a.sql:2:13: cycle: a (versions/a.sql:2) → b (versions/b.sql:2) → a\n" +
				`versions/x.sql:2:16: cycle: x (versions/x.sql:2) → y (versions/y.sql:2) → x`},
		"everything at once": {
			"a; b:gone; c:c; d:e; e:d; copy/a:b",
			"versions/b.sql:2:13: revises \"gone\", which no file defines\n" +
				"versions/c.sql:2:13: revises itself\n" +
				"versions/copy.sql:1:14: id \"a\" is already that of versions/a.sql:1\n" +
				"versions/d.sql:2:13: cycle: d (versions/d.sql:2) → e (versions/e.sql:2) → d"},
	} {
		t.Run(name, func(t *testing.T) {
			revs := parse(test.line)
			c, err := chain.New(revs)
			if err == nil || c != nil {
				t.Fatalf("New(%q) = %v, %v, want an error alone", test.line, c, err)
			}
			if got := err.Error(); got != test.want {
				t.Errorf("New(%q)\ngot  %s\nwant %s", test.line, got, test.want)
			}
			var list parser.ErrorList
			if !errors.As(err, &list) {
				t.Errorf("New(%q): error is a %T, want a parser.ErrorList", test.line, err)
			}
			slices.Reverse(revs)
			if _, err := chain.New(revs); err == nil || err.Error() != test.want {
				t.Errorf("New(%q) in reverse order\ngot  %v\nwant %s", test.line, err, test.want)
			}
		})
	}
}

func TestMistakesWithoutPositions(t *testing.T) {
	// Revisions that a program made, and no file.
	made := func(id string, revises ...string) *parser.Revision {
		r := &parser.Revision{ID: parser.Ref{Name: id}}
		for _, p := range revises {
			r.Revises = append(r.Revises, parser.Ref{Name: p})
		}
		return r
	}
	_, err := chain.New([]*parser.Revision{made("a", "b"), made("b", "a")})
	if want := "cycle: a (no file) → b (no file) → a"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestLongCycleIsCut(t *testing.T) {
	var line strings.Builder
	line.WriteString("r0000:r9999")
	for i := 1; i < 10000; i++ {
		fmt.Fprintf(&line, "; r%04d:r%04d", i, i-1)
	}
	_, err := chain.New(parse(line.String()))
	if err == nil {
		t.Fatal("no error for a cycle of 10000")
	}
	want := "versions/r0000.sql:2:13: cycle: r0000 (versions/r0000.sql:2) → r9999 (versions/r9999.sql:2) → r9998 (versions/r9998.sql:2) → " +
		"r9997 (versions/r9997.sql:2) → r9996 (versions/r9996.sql:2) → r9995 (versions/r9995.sql:2) → … 9989 more … → " +
		"r0005 (versions/r0005.sql:2) → r0004 (versions/r0004.sql:2) → r0003 (versions/r0003.sql:2) → r0002 (versions/r0002.sql:2) → " +
		"r0001 (versions/r0001.sql:2) → r0000"
	if got := err.Error(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestManyMissingParents(t *testing.T) {
	// A mistake per file, but a suggestion only for the first: the names are all near, and there are too many to compare.
	var line strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&line, "; r%05d:s%05d", i, i)
	}
	_, err := chain.New(parse(line.String()))
	var list parser.ErrorList
	if !errors.As(err, &list) || len(list) != 5000 {
		t.Fatalf("got %d mistakes, want 5000", len(list))
	}
	if list[0].Hint == "" || list[4999].Hint != "" {
		t.Errorf("hints %q and %q, want one for the first only", list[0].Hint, list[4999].Hint)
	}
}

func TestOrder(t *testing.T) {
	for _, test := range []struct{ line, want string }{
		{"", ""},
		{"a", "a"},
		{"b:a; a", "a b"},
		{"z; y:z; x:y", "z y x"},
		{"a; b:a; c:a; d:b,c", "a b c d"},
		{"d; c; b; a", "a b c d"},
		{"a>z; z; b:a", "z a b"},
		{"a; ä:a; é:a", "a ä é"},
		{"a; b:a>a", "a b"}, // both a parent and a dependency
		{"a#l,m; b>a,l,m", "a b"},
	} {
		revs := parse(test.line)
		if got := ids(link(t, test.line).All()); got != test.want {
			t.Errorf("All of %q: got %q, want %q", test.line, got, test.want)
		}
		slices.Reverse(revs)
		c, err := chain.New(revs)
		if err != nil {
			t.Fatal(err)
		}
		if got := ids(c.All()); got != test.want {
			t.Errorf("All of %q in reverse: got %q, want %q", test.line, got, test.want)
		}
	}
}

func TestAccessors(t *testing.T) {
	c := link(t, "a; b:a; c:a; d:b,c#top; x; y:x>c; z:y>top")
	for name, test := range map[string]struct {
		got  []*parser.Revision
		want string
	}{
		"Heads":            {c.Heads(), "d z"},
		"Tips":             {c.Tips(), "z"},
		"Bases":            {c.Bases(), "a x"},
		"Parents":          {c.Parents("d"), "b c"},
		"Parents of base":  {c.Parents("a"), ""},
		"Parents unknown":  {c.Parents("nope"), ""},
		"Children":         {c.Children("a"), "b c"},
		"Children of c":    {c.Children("c"), "d"},
		"Dependencies":     {c.Dependencies("z"), "d"},
		"Dependents":       {c.Dependents("c"), "y"},
		"Ancestors":        {c.Ancestors("y", "nope"), "a c x y"},
		"Ancestors of all": {c.Ancestors("b", "d"), "a b c d"},
		"Current":          {c.Current(applied(c, "b y")), "b y"},
		"Current, needed":  {c.Current(applied(c, "z")), "z"},
		"Current, none":    {c.Current(nil), ""},
		"Current, unknown": {c.Current(chain.Set{"nope": true, "a": true, "b": false}), "a"},
		"Pending":          {c.Pending(applied(c, "b")), "c d x y z"},
		"Holes":            {c.Holes(applied(c, "a d!")), "b c"},
		"Holes, deep":      {c.Holes(applied(c, "z!")), "a b c d x y"},
		"no Holes":         {c.Holes(applied(c, "d")), ""},
	} {
		if got := ids(test.got); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
	if c.Len() != 7 || c.Get("d").ID.Name != "d" || c.Get("top") != nil {
		t.Errorf("Len %d, Get d %v, Get top %v", c.Len(), c.Get("d"), c.Get("top"))
	}
	if got := c.Unknown(chain.Set{"y2": true, "a": true, "x1": true, "w0": false}); !slices.Equal(got, []string{"x1", "y2"}) {
		t.Errorf("Unknown: got %v", got)
	}
}

func TestAccessorsCannotBeUsedToChangeTheChain(t *testing.T) {
	c := link(t, "a; b:a; c:a")
	c.All()[0] = nil
	c.Children("a")[0] = nil
	c.Heads()[0] = nil
	if got := ids(c.All()) + ", " + ids(c.Children("a")); got != "a b c, b c" {
		t.Errorf("got %q", got)
	}
}
