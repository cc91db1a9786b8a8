package chain_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"revise/chain"
	"revise/parser"
)

// long makes n revisions in a line, in no order.
func long(n int) []*parser.Revision {
	revs := make([]*parser.Revision, n)
	for i := range n {
		r := &parser.Revision{File: fmt.Sprintf("versions/%06d.sql", i), ID: parser.Ref{Name: fmt.Sprintf("r%06d", i)}}
		if i > 0 {
			r.Revises = []parser.Ref{{Name: fmt.Sprintf("r%06d", i-1)}}
		}
		revs[i] = r
	}
	rng := rand.New(rand.NewPCG(1, 1))
	rng.Shuffle(n, func(i, j int) { revs[i], revs[j] = revs[j], revs[i] })
	return revs
}

// A line far longer than any stack of recursive calls would like.
func TestLongLine(t *testing.T) {
	const n = 200_000
	c, err := chain.New(long(n))
	if err != nil {
		t.Fatal(err)
	}
	p, err := c.Upgrade(nil, "head")
	if err != nil || len(p) != n {
		t.Fatalf("up head: %d steps, %v", len(p), err)
	}
	set := chain.Set{}
	for _, s := range p {
		set[s.Revision.ID.Name] = true
	}
	for target, want := range map[string]int{"-100000": 100_000, "base": n, "r000000": n - 1, "head-50000": 50_000, "r000009@-3": 3} {
		if p, err := c.Downgrade(set, target); err != nil || len(p) != want {
			t.Errorf("down %s: %d steps, %v, want %d", target, len(p), err, want)
		}
	}
	if p, err := c.Upgrade(nil, "+150000"); err != nil || len(p) != 150_000 {
		t.Errorf("up +150000: %d steps, %v", len(p), err)
	}
}

func BenchmarkNew(b *testing.B) {
	revs := long(10_000)
	for b.Loop() {
		if _, err := chain.New(revs); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUpgrade(b *testing.B) {
	c, err := chain.New(long(10_000))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if p, err := c.Upgrade(nil, "head"); err != nil || len(p) != 10_000 {
			b.Fatal(len(p), err)
		}
	}
}

func BenchmarkDowngradeSteps(b *testing.B) {
	c, err := chain.New(long(10_000))
	if err != nil {
		b.Fatal(err)
	}
	set := chain.Set{}
	for _, r := range c.All() {
		set[r.ID.Name] = true
	}
	for b.Loop() {
		if p, err := c.Downgrade(set, "-9999"); err != nil || len(p) != 9_999 {
			b.Fatal(len(p), err)
		}
	}
}

// The slowest way to fail: every name is looked for among all others.
func BenchmarkNewWithoutParents(b *testing.B) {
	revs := long(10_000)
	for _, r := range revs {
		r.Revises = []parser.Ref{{Name: "q" + r.ID.Name[1:]}}
	}
	for b.Loop() {
		if _, err := chain.New(revs); err == nil {
			b.Fatal("no error")
		}
	}
}

// broad makes n revisions in so many branches, each with a label, that part from one line, and merges of some of them.
func broad(n, branches int) []*parser.Revision {
	revs := long(n / 10)
	slices.SortFunc(revs, func(a, b *parser.Revision) int { return strings.Compare(a.ID.Name, b.ID.Name) })
	trunk := len(revs)
	tips := make([]string, branches)
	for i := trunk; i < n; i++ {
		k := i % branches
		r := &parser.Revision{File: fmt.Sprintf("versions/%06d.sql", i), ID: parser.Ref{Name: fmt.Sprintf("r%06d", i)}}
		parent := tips[k]
		if parent == "" {
			parent = revs[k*trunk/branches].ID.Name
			r.Labels = []parser.Ref{{Name: fmt.Sprintf("branch%d", k)}}
		}
		r.Revises = []parser.Ref{{Name: parent}}
		if other := tips[(k+1)%branches]; i%97 == 0 && other != "" {
			r.DependsOn = []parser.Ref{{Name: other}}
		}
		tips[k] = r.ID.Name
		revs = append(revs, r)
	}
	return revs
}

// What a large house of many branches costs: each of these well below a tenth of a second.
func BenchmarkBroad(b *testing.B) {
	c, err := chain.New(broad(10_000, 200))
	if err != nil {
		b.Fatal(err)
	}
	all := chain.Set{}
	for _, r := range c.All() {
		all[r.ID.Name] = true
	}
	half := chain.Set{}
	for _, r := range c.Ancestors("r005000", "r005001", "r005002") {
		half[r.ID.Name] = true
	}
	var heads []string
	for _, r := range c.Tips() {
		heads = append(heads, r.ID.Name)
	}
	refuses := func(_ any, err error) error {
		if err == nil {
			return errors.New("no error")
		}
		return nil
	}
	for _, bench := range []struct {
		name string
		do   func() error
	}{
		{"Heads", func() error { c.Heads(); return nil }},
		{"Current", func() error { c.Current(all); return nil }},
		{"Upgrade/heads", func() error { _, err := c.Upgrade(nil, "heads"); return err }},
		{"Upgrade/branch", func() error { _, err := c.Upgrade(half, "branch7@head"); return err }},
		{"Upgrade/steps", func() error { _, err := c.Upgrade(half, "branch7@+20"); return err }},
		{"Upgrade/ambiguous", func() error { return refuses(c.Upgrade(all, "head")) }},
		{"Upgrade/choice", func() error { return refuses(c.Upgrade(half, "+20")) }},
		{"Downgrade/base", func() error { _, err := c.Downgrade(all, "base"); return err }},
		{"Downgrade/steps", func() error { _, err := c.Downgrade(all, "branch7@-1"); return err }},
		{"Downgrade/choice", func() error { return refuses(c.Downgrade(all, "-20")) }},
		{"Stamp/heads", func() error { _, err := c.Stamp(nil, []string{"heads"}, false); return err }},
		{"Stamp/each", func() error { _, err := c.Stamp(half, heads, false); return err }},
		{"Stamp/overlap", func() error { return refuses(c.Stamp(half, append(heads, "r000100"), false)) }},
		{"Stamp/branch", func() error { _, err := c.Stamp(all, []string{"branch7@base"}, false); return err }},
		{"Range/all", func() error { _, err := c.Range(nil, ":"); return err }},
		{"Range/current", func() error { _, err := c.Range(half, "current:"); return err }},
		{"Range/steps", func() error { _, err := c.Range(all, "-20:current"); return err }},
		{"Unknown", func() error { return refuses(c.Upgrade(nil, "r00999x")) }},
	} {
		b.Run(bench.name, func(b *testing.B) {
			for b.Loop() {
				if err := bench.do(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
