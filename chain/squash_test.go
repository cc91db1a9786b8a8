package chain_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"revise/chain"
)

// Whoever names what a squash replaces names the squash.
func TestSquashedLinks(t *testing.T) {
	c := link(t, "s=a,b,c; d:b; e:a,c; f:d>c#x; g>b,a; t=k,l; m:l")
	for id, want := range map[string]string{"d": "s", "e": "s", "f": "d", "g": "", "m": "t", "s": "", "t": ""} {
		if got := ids(c.Parents(id)); got != want {
			t.Errorf("%s revises %q, want %q", id, got, want)
		}
	}
	for id, want := range map[string]string{"f": "s", "g": "s", "d": ""} {
		if got := ids(c.Dependencies(id)); got != want {
			t.Errorf("%s depends on %q, want %q", id, got, want)
		}
	}
	if got, want := ids(c.Heads()), "e f g m"; got != want {
		t.Errorf("heads %q, want %q", got, want)
	}
	if got, want := ids(c.Children("s")), "d e"; got != want {
		t.Errorf("children %q, want %q", got, want)
	}
	for id, want := range map[string]string{"a": "s", "l": "t", "s": "", "x": "", "nothing": ""} {
		got := ""
		if r := c.Squash(id); r != nil {
			got = r.ID.Name
		}
		if got != want || c.Get(id) != nil && want != "" {
			t.Errorf("%s is replaced by %q, want %q", id, got, want)
		}
	}
}

// A database stands before a squash or behind it.
func TestSquashedTargets(t *testing.T) {
	c := link(t, "s=aaaa1,aaab2,12; d:aaab2; e:d")
	up := func(target string) string { return result(c.Upgrade(applied(c, ""), target)) }
	down := func(target string) string { return result(c.Downgrade(applied(c, "e"), target)) }
	for got, want := range map[string]string{
		up("head"):       "+s +d +e",
		up("aaab2"):      "revision aaab2 is part of the squash s (versions/s.sql) | for all of it: revise run up s",
		up("aaaa"):       "revision aaaa1 is part of the squash s (versions/s.sql) | for all of it: revise run up s",
		up("aaab2+1"):    "revision aaab2 is part of the squash s (versions/s.sql) | for all of it: revise run up s+1",
		up("aaab2@head"): "revision aaab2 is part of the squash s (versions/s.sql) | for all of it: revise run up s@head",
		up("aaa"):        `no revision or label is called "aaa" | to see all of them: revise history`,
		down("aaaa1"):    "revision aaaa1 is part of the squash s (versions/s.sql) | for all of it: revise run down s",
		down("base"):     "-e -d -s",
		down("12"):       "revision 12 is part of the squash s (versions/s.sql) | for all of it: revise run down s",
		down("2"):        "-e -d",
	} {
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	if _, err := c.Range(nil, "aaaa1:"); err == nil || told(err) != "revision aaaa1 is part of the squash s (versions/s.sql) | for all of it: revise history -r s:" {
		t.Errorf("range: %v", told(err))
	}
	if _, err := c.Stamp(nil, []string{"aaab2"}, false); err == nil || told(err) != "revision aaab2 is part of the squash s (versions/s.sql) | for all of it: revise run stamp s" {
		t.Errorf("stamp: %v", told(err))
	}
	if _, err := c.Find("12"); err == nil || told(err) != "revision 12 is part of the squash s (versions/s.sql) | the squash is called s" {
		t.Errorf("find: %v", told(err))
	}
}

// Squashing what lies below some revisions of a random chain changes nothing for what is above: the same plans, with the squash in the place of all
// that it replaces.
func TestSquashOfRandomChains(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	for range 400 {
		var words []string
		n := 2 + rng.IntN(14)
		name := func(i int) string { return fmt.Sprintf("r%02d", i) }
		some := func(i int) string {
			var list []string
			for k := range i {
				if rng.IntN(i) < 2 {
					list = append(list, name(k))
				}
			}
			return strings.Join(list, ",")
		}
		for i := range n {
			words = append(words, name(i)+":"+some(i)+">"+some(i))
		}
		whole := link(t, strings.Join(words, "; "))
		gone := map[string]bool{}
		for _, r := range whole.Ancestors(name(rng.IntN(n)), name(rng.IntN(n))) {
			gone[r.ID.Name] = true
		}
		left := []string{"squash=" + strings.Join(slices.Sorted(func(yield func(string) bool) {
			for id := range gone {
				if !yield(id) {
					return
				}
			}
		}), ",")}
		for i, w := range words {
			if !gone[name(i)] {
				left = append(left, w)
			}
		}
		squashed := link(t, strings.Join(left, "; "))
		for i := range n {
			target := name(i)
			if gone[target] {
				continue
			}
			was, err := whole.Upgrade(chain.Set{}, target)
			if err != nil {
				t.Fatal(err)
			}
			now, err := squashed.Upgrade(chain.Set{}, target)
			if err != nil {
				t.Fatal(err)
			}
			want, have := map[string]bool{}, map[string]bool{}
			for _, s := range was {
				if id := s.Revision.ID.Name; gone[id] {
					want["squash"] = true
				} else {
					want[id] = true
				}
			}
			for _, s := range now {
				for _, need := range squashed.Ancestors(s.Revision.ID.Name) {
					if id := need.ID.Name; id != s.Revision.ID.Name && !have[id] {
						t.Fatalf("%s\n%s runs before %s", strings.Join(left, "; "), s.Revision.ID.Name, id)
					}
				}
				have[s.Revision.ID.Name] = true
			}
			if fmt.Sprint(have) != fmt.Sprint(want) {
				t.Fatalf("%s\nsquashed %s\nup %s: %v, want %v", strings.Join(words, "; "), strings.Join(left, "; "), target, have, want)
			}
		}
	}
}
