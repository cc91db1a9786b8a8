package chain_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"revise/chain"
)

func TestRange(t *testing.T) {
	const (
		line  = "a1x; b2x:a1x; c3x:b2x; d4x:c3x"
		split = "a1x; b2x:a1x#left; c3x:a1x#right; d4x:b2x,c3x; e5x:d4x; z9x#other; y8x:z9x>e5x"
	)
	for _, test := range []struct{ tree, applied, text, want string }{
		{line, "", ":", "d4x c3x b2x a1x"},
		{line, "", "base:heads", "d4x c3x b2x a1x"},
		{line, "", "b2x:", "d4x c3x b2x"},
		{line, "", "b2x:c3x", "c3x b2x"},
		{line, "", ":b2x", "b2x a1x"},
		{line, "", "c3x:c3x", "c3x"},
		{line, "", "c3x:b2x", ""}, // nothing lies between
		{line, "", "-2:head", "d4x c3x b2x"},
		{line, "", "-2:", "d4x c3x b2x"},
		{line, "", "-9:c3x", "c3x b2x a1x"},
		{line, "", "b2x:+1", "c3x b2x"},
		{line, "", "b2x:+9", "d4x c3x b2x"},
		{line, "", "base:+2", "b2x a1x"},
		{line, "", "head-1:head", "d4x c3x"},
		{line, "b2x", "current:", "d4x c3x b2x"},
		{line, "c3x", "-1:current", "c3x b2x"},
		{line, "c3x", "current-1:current", "c3x b2x"},
		{line, "b2x", "current:+1", "c3x b2x"},
		{line, "", "current:", "d4x c3x b2x a1x"}, // nothing is applied: current is base
		{line, "", ":current", ""},
		{split, "", "b2x:", "y8x e5x d4x b2x"}, // what needs it, by a dependency too
		{split, "", "left:d4x", "d4x b2x"},
		{split, "", "other@base:other@head", "y8x z9x"},
		{split, "", ":other@head", "z9x y8x e5x d4x c3x b2x a1x"},
		{split, "", "-1:d4x", "-1 is ambiguous: d4x (versions/d4x.sql) revises 2: b2x (versions/b2x.sql), c3x (versions/c3x.sql) | say which: b2x@-1 or c3x@-1"},
		{split, "", "left@-1:d4x", "d4x b2x"},
		{split, "b2x c3x", "-1:current", "-1 is ambiguous: there are 2 heads: b2x (versions/b2x.sql), c3x (versions/c3x.sql) | name one of them: b2x"},
		{split, "b2x c3x", "left@current:", "y8x e5x d4x b2x"},
		{line, "", "a1x", `"a1x" is no range | a range is A:B, A: or :B; of one revision A:A`},
		{line, "", "a1x:b2x:c3x", `"a1x:b2x:c3x" is no range | a range is A:B, A: or :B; of one revision A:A`},
		{line, "", "-1:+1", `"-1:+1" has two relative ends | one of them has to be a revision, or current: -3:current`},
		{line, "", "nope:", `no revision or label is called "nope"`},
		{line, "", ":b2y", `no revision or label is called "b2y" | did you mean b2x?`},
	} {
		c := link(t, test.tree)
		list, err := c.Range(applied(c, test.applied), test.text)
		got := ids(list)
		if err != nil {
			got = told(err)
		}
		if got != test.want && !(err == nil && sameSet(got, test.want)) {
			t.Errorf("%s of %q at %q:\n got %s\nwant %s", test.text, test.tree, test.applied, got, test.want)
		}
	}
	for text, want := range map[string]bool{"a:b": false, "-3:current": true, "current:": true, "x@current-2:": true, ":": false, "-3:head": false} {
		if got := chain.NeedsApplied(text); got != want {
			t.Errorf("NeedsApplied(%q) = %v", text, got)
		}
	}
}

// sameSet compares lists of ids where the order of lines beside each other is free.
func sameSet(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// A range is the revisions that its higher end needs and that stand on its lower one, each before what it needs.
func TestRangeProperty(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		c := link(t, random(rng))
		all := c.All()
		low, high := all[rng.IntN(len(all))].ID.Name, all[rng.IntN(len(all))].ID.Name
		list, err := c.Range(nil, fmt.Sprintf("%s:%s", low, high))
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, r := range c.Ancestors(high) {
			for _, below := range c.Ancestors(r.ID.Name) {
				if below.ID.Name == low {
					want = append(want, r.ID.Name)
				}
			}
		}
		slices.Reverse(want)
		if got := ids(list); got != strings.Join(want, " ") {
			t.Fatalf("%s:%s is %s, want %s", low, high, got, strings.Join(want, " "))
		}
	}
}
