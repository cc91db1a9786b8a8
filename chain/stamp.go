package chain

import (
	"slices"
	"strings"

	"revise/parser"
)

// A Stamp is what marking changes in a ledger. What is in neither list stays as it is, unless All is set.
type Stamp struct {
	On  []*parser.Revision // applied afterwards: the targets and all that they need, in the order of All
	Off []*parser.Revision // not applied afterwards, whether they were or not, in the order of All; none of them is in On
	All bool               // whatever is not in On is not applied afterwards, even what no file defines
}

// Stamp says what has to be marked so that a database is at the targets, without running anything. What a target needs is
// applied then, what stands on it is not, and other branches stay. base alone empties the ledger, users@base the branch, as far as nothing
// else stands on it. +N, -N and their like mark what Upgrade and Downgrade would run. purge is for a ledger that is to be emptied first.
//
// The order of the targets does not matter. Mistakes are those of Find, a *OverlapError for two targets of which one stands
// on the other, and, for targets that are steps from what is applied, a *LedgerError.
func (c *Chain) Stamp(applied Set, targets []string, purge bool) (*Stamp, error) {
	before := runStamp
	if purge {
		applied, before = nil, runStamp+"--purge "
	}
	m, err := c.stampMarks(applied, targets, func(k int) command {
		com := command{before: before, several: true}
		com.works = func(target string) bool {
			others := slices.Clone(targets)
			others[k] = target
			return works(c.stampMarks(applied, others, func(int) command { return command{before: before} }))
		}
		com.before += spaced(targets[:k], "", " ")
		com.after = spaced(targets[k+1:], " ", "")
		return com
	})
	if err != nil {
		return nil, err
	}
	m.all = m.all || purge
	return m.stamp(), nil
}

// spaced joins words, with something before and behind them if there are any.
func spaced(words []string, before, behind string) string {
	if len(words) == 0 {
		return ""
	}
	return before + strings.Join(words, " ") + behind
}

// stampMarks notes what the targets mean; around gives the command around target k.
func (c *Chain) stampMarks(applied Set, targets []string, around func(k int) command) (*marks, error) {
	m := &marks{chain: c, on: make([]bool, len(c.nodes)), off: make([]bool, len(c.nodes))}
	var named []namedRevisions
	for k, text := range targets {
		revs, err := m.mark(applied, text, around(k))
		if err != nil {
			return nil, err
		}
		for _, i := range revs {
			m.on[i] = true
		}
		named = append(named, namedRevisions{text, revs})
	}
	if e := c.overlap(named); e != nil {
		e.command = around(0).before + e.command
		return nil, e
	}
	return m, nil
}

// marks is a Stamp in the making.
type marks struct {
	chain   *Chain
	on, off []bool
	all     bool
}

// namedRevisions is what one target means.
type namedRevisions struct {
	text string
	revs []int
}

// mark notes what a target takes away, and returns the revisions at which the database is to be.
func (m *marks) mark(applied Set, text string, com command) ([]int, error) {
	c := m.chain
	t, err := parseTarget(text, com)
	if err != nil {
		return nil, err
	}
	if t.name == wordCurrent {
		return nil, nil
	}
	if t.name == "" {
		return m.steps(applied, t)
	}
	s, err := c.resolve(t)
	switch {
	case err != nil:
		return nil, err
	case !s.isBase():
		return s.nodes, nil
	case t.text == wordBase:
		m.all = true
	case t.name == wordBase && t.steps == 0:
		m.branch(c.mask(applied), t.branch)
	default:
		for _, i := range s.above {
			m.off[i] = true
		}
	}
	return nil, nil
}

// steps marks what so many steps from what is applied would run.
func (m *marks) steps(applied Set, t target) ([]int, error) {
	c := m.chain
	if ids := c.Unknown(applied); len(ids) > 0 {
		return nil, &LedgerError{IDs: ids}
	}
	b, err := c.branch(t)
	if err != nil {
		return nil, err
	}
	set := c.mask(applied)
	if t.steps > 0 {
		return c.next(set, t, b)
	}
	last, err := c.last(set, t, b)
	for _, i := range last {
		m.off[i] = true
	}
	return nil, err
}

// branch notes that nothing of a branch is applied any more: what stands on its revision, and of what lies below as much as no applied
// revision needs that stays.
func (m *marks) branch(applied []bool, name string) {
	c := m.chain
	i, _ := c.lookup(name, branch{}) // found before
	gone := make([]bool, len(c.nodes))
	gone[i] = true
	c.addDescendants(gone, users)
	below := make([]bool, len(c.nodes))
	below[i] = true
	c.addAncestors(below, parents)
	for k := i - 1; k >= 0; k-- {
		stays := func(u int) bool { return applied[u] && !gone[u] }
		gone[k] = gone[k] || below[k] && !slices.ContainsFunc(c.nodes[k].users, stays)
	}
	for k := range gone {
		m.off[k] = m.off[k] || gone[k]
	}
}

// stamp draws everything together: what is needed is on, what stands on a target or on what is gone is off.
func (m *marks) stamp() *Stamp {
	c := m.chain
	for i, is := range m.on {
		for _, u := range c.nodes[i].users {
			m.off[u] = m.off[u] || is
		}
	}
	c.addDescendants(m.off, users)
	c.addAncestors(m.on, needs)
	return &Stamp{
		On:  c.where(func(i int, _ *node) bool { return m.on[i] }),
		Off: c.where(func(i int, _ *node) bool { return m.off[i] && !m.on[i] }),
		All: m.all,
	}
}

// overlap reports two targets of which one stands on the other: at both a database cannot be. It returns nil if there are none.
func (c *Chain) overlap(named []namedRevisions) *OverlapError {
	var e *OverlapError
	drop := make([]bool, len(named)) // targets that others stand on
	for k, high := range named {
		if drop[k] || len(named) == 1 {
			continue
		}
		below := c.below(high.revs)
		for j, low := range named {
			i := slices.IndexFunc(low.revs, func(i int) bool { return below[i] })
			if j == k || i < 0 {
				continue
			}
			drop[j] = true
			if e == nil {
				e = &OverlapError{Target: high.text, Below: c.nodes[low.revs[i]].rev}
			}
		}
	}
	if e == nil {
		return nil
	}
	var rest []string
	for k, n := range named {
		if !drop[k] {
			rest = append(rest, n.text)
		}
	}
	e.command = strings.Join(rest, " ")
	return e
}

// below marks what the revisions stand on, themselves left out.
func (c *Chain) below(revs []int) []bool {
	set := c.marked(revs)
	c.addAncestors(set, needs)
	for _, i := range revs {
		set[i] = false
	}
	return set
}
