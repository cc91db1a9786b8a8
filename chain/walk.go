package chain

import "slices"

// Walks over the chain are loops over its topological order: no recursion that a long chain could overflow, and every edge is
// looked at once.

// An edges function chooses what to follow from a node.
type edges func(n *node) []int

func needs(n *node) []int      { return n.needs }
func users(n *node) []int      { return n.users }
func parents(n *node) []int    { return n.revises }
func children(n *node) []int   { return n.children }
func depends(n *node) []int    { return n.depends }
func dependents(n *node) []int { return n.dependents }

// addAncestors adds to set everything that its members reach; down must point at smaller indexes.
func (c *Chain) addAncestors(set []bool, down edges) {
	for i := len(c.nodes) - 1; i >= 0; i-- {
		if !set[i] {
			continue
		}
		for _, p := range down(&c.nodes[i]) {
			set[p] = true
		}
	}
}

// addDescendants adds to set everything that its members reach; up must point at larger indexes.
func (c *Chain) addDescendants(set []bool, up edges) {
	for i := range c.nodes {
		if !set[i] {
			continue
		}
		for _, ch := range up(&c.nodes[i]) {
			set[ch] = true
		}
	}
}

// A branch is the lineage of one revision: itself, what it revises all the way down, and what revises it all the way up.
// The zero branch is the whole chain.
type branch struct {
	name string // as the user wrote it
	set  []bool // nil: everything
}

func (b branch) has(i int) bool { return b.set == nil || b.set[i] }

func (b branch) only(indexes []int) []int {
	if b.set == nil {
		return indexes
	}
	return slices.DeleteFunc(slices.Clone(indexes), func(i int) bool { return !b.set[i] })
}

// branchOf returns the lineage of node i. Dependencies do not make a lineage: they join lines without making them one.
func (c *Chain) branchOf(name string, i int) branch {
	below, above := make([]bool, len(c.nodes)), make([]bool, len(c.nodes))
	below[i], above[i] = true, true
	c.addAncestors(below, parents)
	c.addDescendants(above, children)
	for k := range below {
		below[k] = below[k] || above[k]
	}
	return branch{name: name, set: below}
}

// mask turns the ids of a set into indexes; ids the chain does not know are left out.
func (c *Chain) mask(applied Set) []bool {
	set := make([]bool, len(c.nodes))
	for i := range c.nodes {
		set[i] = applied[c.nodes[i].rev.ID.Name]
	}
	return set
}

// indexes returns the nodes that satisfy keep, in order.
func (c *Chain) indexes(keep func(i int, n *node) bool) []int {
	var list []int
	for i := range c.nodes {
		if keep(i, &c.nodes[i]) {
			list = append(list, i)
		}
	}
	return list
}
