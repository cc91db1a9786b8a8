package chain_test

import (
	"fmt"
	"math/rand/v2"
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

// wide makes n revisions: a line from which so many branches part, one after the other, each of its own length, with a dependency now and then.
func wide(n, branches int) []*parser.Revision {
	rng := rand.New(rand.NewPCG(2, 2))
	ends := []string{""}
	var revs []*parser.Revision
	for i := range n {
		r := &parser.Revision{File: fmt.Sprintf("versions/%06d.sql", i), ID: parser.Ref{Name: fmt.Sprintf("r%06d", i)}}
		at := rng.IntN(len(ends))
		if ends[at] != "" {
			r.Revises = []parser.Ref{{Name: ends[at]}}
		}
		if i > 0 && i%17 == 0 {
			r.DependsOn = []parser.Ref{{Name: fmt.Sprintf("r%06d", rng.IntN(i))}}
		}
		if len(ends) < branches && i > 0 {
			ends = append(ends, ends[at])
		}
		ends[at] = r.ID.Name
		revs = append(revs, r)
	}
	rng.Shuffle(n, func(i, j int) { revs[i], revs[j] = revs[j], revs[i] })
	return revs
}

// BenchmarkBranches is what commands ask of 10,000 revisions with 200 branches.
func BenchmarkBranches(b *testing.B) {
	c, err := chain.New(wide(10_000, 200))
	if err != nil {
		b.Fatal(err)
	}
	all := chain.Set{}
	for _, r := range c.All() {
		all[r.ID.Name] = true
	}
	for name, f := range map[string]func() (int, error){
		"heads":     func() (int, error) { return len(c.Heads()), nil },
		"current":   func() (int, error) { return len(c.Current(all)), nil },
		"range":     func() (int, error) { list, err := c.Range(nil, ":"); return len(list), err },
		"up-heads":  func() (int, error) { p, err := c.Upgrade(nil, "heads"); return len(p), err },
		"down-base": func() (int, error) { p, err := c.Downgrade(all, "base"); return len(p), err },
		"stamp":     func() (int, error) { set, err := c.Stamp(nil, []string{"heads"}); return len(set), err },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if n, err := f(); err != nil || n == 0 {
					b.Fatal(n, err)
				}
			}
		})
	}
}
