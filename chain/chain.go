// Package chain links revisions and answers one question: given what is applied, which revisions run, in which order, to
// reach a target. It does no I/O, knows no database and no ledger, and nothing of what is written in a section.
//
// Two kinds of edge link revisions. A revision *revises* its parents: that makes the lines, branches and merges, and decides
// what is a head, a base, a branch. It may also *depend on* revisions of other lines: that only says what must be applied
// first. A revision *needs* both. All edges point at what comes earlier, and there is no cycle.
package chain

import (
	"slices"

	"revise/parser"
)

// A Chain is an immutable, acyclic set of revisions. It may be shared between goroutines.
type Chain struct {
	nodes  []node         // in topological order, ties broken by id: what is needed has the smaller index
	byID   map[string]int // every id
	labels map[string]int // every label
	gone   map[string]int // every id that a squash replaces: the squash
	sorted []string       // all ids, sorted, for prefixes
}

// A node is one revision with its edges. All lists are ascending and free of doubles.
type node struct {
	rev        *parser.Revision
	revises    []int // parents
	depends    []int // what it depends on
	needs      []int // both
	children   []int // the reverse of revises
	dependents []int // the reverse of depends
	users      []int // the reverse of needs
}

// A Set holds the ids that the ledger says are applied.
type Set map[string]bool

// Len returns the number of revisions.
func (c *Chain) Len() int { return len(c.nodes) }

// All returns every revision, each behind all that it needs. Where that leaves a choice the smaller id comes first, so the order
// is the same on every machine, whatever order the files were read in.
func (c *Chain) All() []*parser.Revision {
	return c.where(func(int, *node) bool { return true })
}

// Heads returns the revisions that no other one revises. A head may still be one that another line depends on; see Tips.
func (c *Chain) Heads() []*parser.Revision {
	return c.where(func(_ int, n *node) bool { return n.isHead() })
}

// Tips returns the heads that no revision depends on either. A head that is not among them is applied as soon as the tips are; in
// the lists of Alembic it is the one marked "(effective head)".
func (c *Chain) Tips() []*parser.Revision {
	return c.where(func(_ int, n *node) bool { return len(n.users) == 0 })
}

// Bases returns the revisions that revise none. A base may still depend on other revisions.
func (c *Chain) Bases() []*parser.Revision {
	return c.where(func(_ int, n *node) bool { return n.isBase() })
}

// Get returns the revision with exactly this id, or nil.
func (c *Chain) Get(id string) *parser.Revision {
	if i, ok := c.byID[id]; ok {
		return c.nodes[i].rev
	}
	return nil
}

// Squash returns the revision that replaces the one with exactly this id, or nil.
func (c *Chain) Squash(id string) *parser.Revision {
	if i, ok := c.gone[id]; ok {
		return c.nodes[i].rev
	}
	return nil
}

// Squashes returns the revisions that replace others, in the order of All.
func (c *Chain) Squashes() []*parser.Revision {
	if len(c.gone) == 0 {
		return nil
	}
	return c.where(func(_ int, n *node) bool { return len(n.rev.Replaces) > 0 })
}

// Meant returns the revision that an id in a file means: the one with this id, or the squash that replaces it, or nil.
func (c *Chain) Meant(id string) *parser.Revision {
	if i, ok := c.exact(id); ok {
		return c.nodes[i].rev
	}
	return nil
}

// exact is the number of what Meant returns.
func (c *Chain) exact(id string) (int, bool) {
	if i, ok := c.byID[id]; ok {
		return i, true
	}
	i, ok := c.gone[id]
	return i, ok
}

// Parents returns what the revision with this id revises; nothing for a base or an unknown id, as with its three sisters.
func (c *Chain) Parents(id string) []*parser.Revision {
	return c.linked(id, parents)
}

// Children returns the revisions that revise this one. Two or more make it a branch point.
func (c *Chain) Children(id string) []*parser.Revision {
	return c.linked(id, children)
}

// Dependencies returns what this revision depends on, labels resolved.
func (c *Chain) Dependencies(id string) []*parser.Revision {
	return c.linked(id, depends)
}

// Dependents returns the revisions that depend on this one.
func (c *Chain) Dependents(id string) []*parser.Revision {
	return c.linked(id, dependents)
}

// Ancestors returns the revisions with these ids and everything they need, in the order of All: what is applied where they are.
// Ids that the chain does not know are left out.
func (c *Chain) Ancestors(ids ...string) []*parser.Revision {
	set := make([]bool, len(c.nodes))
	for _, id := range ids {
		if i, ok := c.byID[id]; ok {
			set[i] = true
		}
	}
	c.addAncestors(set, needs)
	return c.where(func(i int, _ *node) bool { return set[i] })
}

// Current returns the applied revisions that no applied one needs: the heads as the database has them. Ids that the chain does
// not know are left out; see Unknown.
func (c *Chain) Current(applied Set) []*parser.Revision {
	return c.where(func(i int, n *node) bool { return applied[n.rev.ID.Name] && c.count(n.users, applied) == 0 })
}

// Pending returns the revisions that are not applied, in the order in which `heads` as a target would apply them.
func (c *Chain) Pending(applied Set) []*parser.Revision {
	return c.where(func(_ int, n *node) bool { return !applied[n.rev.ID.Name] })
}

// Holes returns the revisions that are not applied although applied ones need them. There are none in a database that only ever
// saw plans of this package; a file that was given another parent after it was applied, or a stamp, can make them.
func (c *Chain) Holes(applied Set) []*parser.Revision {
	set := c.mask(applied)
	c.addAncestors(set, needs)
	return c.where(func(i int, n *node) bool { return set[i] && !applied[n.rev.ID.Name] })
}

// Unknown returns the applied ids that no revision of the chain has, sorted.
func (c *Chain) Unknown(applied Set) []string {
	var ids []string
	for id, is := range applied {
		if _, ok := c.byID[id]; is && !ok {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

func (n *node) isHead() bool { return len(n.children) == 0 }
func (n *node) isBase() bool { return len(n.revises) == 0 }

// where returns the revisions that satisfy keep, in order.
func (c *Chain) where(keep func(i int, n *node) bool) []*parser.Revision {
	return c.revs(c.indexes(keep))
}

func (c *Chain) linked(id string, follow edges) []*parser.Revision {
	i, ok := c.byID[id]
	if !ok {
		return nil
	}
	return c.revs(follow(&c.nodes[i]))
}

func (c *Chain) revs(indexes []int) []*parser.Revision {
	var revs []*parser.Revision
	for _, i := range indexes {
		revs = append(revs, c.nodes[i].rev)
	}
	return revs
}

func (c *Chain) count(indexes []int, applied Set) int {
	k := 0
	for _, i := range indexes {
		if applied[c.nodes[i].rev.ID.Name] {
			k++
		}
	}
	return k
}
