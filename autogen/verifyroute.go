package autogen

import (
	"math/bits"
	"slices"

	"revise/chain"
	"revise/parser"
)

// A route is the revisions that a verification works with, and their order: line by line, each behind all that it needs. A chain without branches is in the order of All.
type route struct {
	revs  []*parser.Revision
	at    map[string]int
	below []set // of each: all that it needs, without itself
	tasks []int // those that are proven, ascending
}

// A set of revisions by their numbers in a route. No set changes once it is made, but by its maker.
type set []uint64

func (s set) has(i int) bool { return s[i/64]&(1<<(i%64)) != 0 }
func (s set) add(i int)      { s[i/64] |= 1 << (i % 64) }

func (s set) count() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// combined is what f makes of the words of two sets.
func combined(a, b set, f func(x, y uint64) uint64) set {
	c := make(set, len(a))
	for i := range a {
		c[i] = f(a[i], b[i])
	}
	return c
}

func and(a, b set) set     { return combined(a, b, func(x, y uint64) uint64 { return x & y }) }
func or(a, b set) set      { return combined(a, b, func(x, y uint64) uint64 { return x | y }) }
func without(a, b set) set { return combined(a, b, func(x, y uint64) uint64 { return x &^ y }) }

// members are the numbers in a set, ascending.
func (s set) members() []int {
	var list []int
	for i, w := range s {
		for ; w != 0; w &= w - 1 {
			list = append(list, i*64+bits.TrailingZeros64(w))
		}
	}
	return list
}

// newRoute is the way to and through the revisions that are to be proven.
func newRoute(links *chain.Chain, only []*parser.Revision) *route {
	r := &route{at: map[string]int{}}
	var ids []string
	for _, rev := range only {
		ids = append(ids, rev.ID.Name)
	}
	r.line(links, links.Ancestors(ids...))
	empty := make(set, (len(r.revs)+63)/64)
	for _, rev := range r.revs {
		below := slices.Clone(empty)
		for _, p := range needs(links, rev) {
			k := r.at[p.ID.Name]
			below = or(below, r.below[k])
			below.add(k)
		}
		r.below = append(r.below, below)
	}
	for _, id := range ids {
		r.tasks = append(r.tasks, r.at[id])
	}
	slices.Sort(r.tasks)
	r.tasks = slices.Compact(r.tasks)
	return r
}

// line puts revisions, which are given in the order of All, into the order of the route: what a revision needs comes right before it, as far as it is not there yet.
func (r *route) line(links *chain.Chain, all []*parser.Revision) {
	for _, rev := range all {
		r.at[rev.ID.Name] = -1
	}
	used := map[string]bool{}
	for _, rev := range all {
		for _, p := range needs(links, rev) {
			used[p.ID.Name] = true
		}
	}
	for _, tip := range all {
		if used[tip.ID.Name] {
			continue
		}
		for stack := []*parser.Revision{tip}; len(stack) > 0; {
			rev := stack[len(stack)-1]
			i := slices.IndexFunc(needs(links, rev), func(p *parser.Revision) bool { return r.at[p.ID.Name] < 0 })
			if i >= 0 && r.at[rev.ID.Name] < 0 {
				stack = append(stack, needs(links, rev)[i])
				continue
			}
			stack = stack[:len(stack)-1]
			if r.at[rev.ID.Name] < 0 {
				r.at[rev.ID.Name] = len(r.revs)
				r.revs = append(r.revs, rev)
			}
		}
	}
}

// needs are the revisions that one stands on: its parents, and what it depends on.
func needs(links *chain.Chain, rev *parser.Revision) []*parser.Revision {
	return append(links.Parents(rev.ID.Name), links.Dependencies(rev.ID.Name)...)
}

// heads are the members of a set that no other member needs.
func (r *route) heads(s set) []int {
	list := s.members()
	covered := make(set, len(s))
	var heads []int
	for _, i := range slices.Backward(list) {
		if !covered.has(i) {
			heads = append(heads, i)
			covered = or(covered, r.below[i])
		}
	}
	slices.Reverse(heads)
	return heads
}

// A crossing is two sides that a merge brings together: what one of its parents has brought that none of the others needs, and what those have brought that it does not need.
// base is what is below both. All three together are what the merge needs.
type crossing struct {
	parent *parser.Revision // whose side is a
	others []*parser.Revision
	base   set
	a, b   set
	long   bool // it takes more than may be spent on it
}

// moves are how many revisions go up or down where all of a crossing is proven.
func (c crossing) moves() int { return 6*c.a.count() + 4*c.b.count() }

// crossings are those of a merge; none of another revision, nor where one side is below the other. Two sides are one crossing, more of them one each.
func (r *route) crossings(links *chain.Chain, i int) []crossing {
	parents := links.Parents(r.revs[i].ID.Name)
	if len(parents) < 2 {
		return nil
	}
	all := needs(links, r.revs[i])
	var list []crossing
	for _, p := range parents {
		c := crossing{parent: p}
		own, rest := r.with(p), make(set, len(r.below[i]))
		for _, q := range all {
			if q != p {
				rest = or(rest, r.with(q))
				c.others = append(c.others, q)
			}
		}
		c.base, c.a, c.b = and(own, rest), without(own, rest), without(rest, own)
		if c.a.count() > 0 && c.b.count() > 0 {
			list = append(list, c)
		}
		if len(all) == 2 {
			break
		}
	}
	return list
}

// with is a revision and all that it needs.
func (r *route) with(rev *parser.Revision) set {
	s := slices.Clone(r.below[r.at[rev.ID.Name]])
	s.add(r.at[rev.ID.Name])
	return s
}
