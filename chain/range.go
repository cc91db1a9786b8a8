package chain

import (
	"fmt"
	"slices"
	"strings"

	"revise/parser"
)

// Range returns the revisions of a range of the history, the newest first, both ends included. It is written "low:high": what
// revises low, directly or not, as far as high needs it. Without low it begins at the bases, with all that high needs; without
// high it ends at the heads. An end is any target of FindAll, or current, with steps or without, for which applied is asked; nil
// means that nobody knows what is applied, which is not the same as nothing. A branch before base as the low end (users@base:) leaves
// out heads of other branches.
//
// -N as the low end means what lies at most N steps below high, +N as the high end what lies at most N steps above low, on every way
// that parents and children lead.
//
// Mistakes are those of Find, a *LedgerError, a *TargetError for a text that is no range, and a *RangeError if high does not need low.
func (c *Chain) Range(applied Set, text string) ([]*parser.Revision, error) {
	r, err := parseRange(text)
	if err != nil {
		return nil, err
	}
	var set []bool
	switch {
	case r.low.name == "":
		set, err = c.around(applied, r.high, r.low)
	case r.high.name == "":
		set, err = c.around(applied, r.low, r.high)
	default:
		set, err = c.between(applied, r)
	}
	if err != nil {
		return nil, err
	}
	revs := c.where(func(i int, _ *node) bool { return set[i] })
	slices.Reverse(revs)
	return revs, nil
}

// A span is the parsed form of a range.
type span struct {
	low, high target
}

func parseRange(text string) (span, error) {
	low, high, ok := strings.Cut(text, ":")
	if !ok || strings.Contains(high, ":") {
		whole := ":"
		if !ok {
			whole = text + ":"
		}
		return span{}, &TargetError{Target: text, Msg: fmt.Sprintf("%q is no range", text),
			hint: "a range has two ends, and either may be left out: " + historyRange + whole}
	}
	var s span
	var err error
	if s.low, err = parseEnd(low, wordBase, command{before: historyRange, after: ":" + high}); err != nil {
		return s, err
	}
	if s.high, err = parseEnd(high, wordHeads, command{before: historyRange + low + ":", several: true}); err != nil {
		return s, err
	}
	switch {
	case s.low.name == "" && s.high.name == "":
		err = &TargetError{Target: text, Msg: fmt.Sprintf("each end of %q counts from the other", text),
			hint: "from what is applied: " + historyRange + "current" + s.low.text + ":current" + s.high.text}
	case s.low.name == "" && s.low.steps > 0:
		err = s.low.backwards("up", "begins at the low end")
	case s.high.name == "" && s.high.steps < 0:
		err = s.high.backwards("down", "ends at the high end")
	}
	return s, err
}

// parseEnd is parseTarget for an end, which may be left out. Steps from current stay that: they are not steps from the other end.
func parseEnd(text, absent string, c command) (target, error) {
	if text == "" {
		text = absent
	}
	t, err := parseTarget(text, c)
	if name := text[strings.Index(text, "@")+1:]; t.name == "" && strings.HasPrefix(name, wordCurrent) {
		t.name = wordCurrent
	}
	return t, err
}

func (t target) backwards(way, what string) error {
	return &TargetError{Target: t.text, Msg: fmt.Sprintf("%s leads %s, and a range %s", t.text, way, what),
		hint: "from what is applied: " + t.command.with("current"+t.text)}
}

// between marks what is on and between two ends.
func (c *Chain) between(applied Set, r span) ([]bool, error) {
	low, err := c.end(applied, r.low)
	if err != nil {
		return nil, err
	}
	high, err := c.end(applied, r.high)
	if err != nil {
		return nil, err
	}
	if r.low.name == wordBase && r.low.branch != "" {
		inside := low.branch.only(high.nodes)
		if len(inside) == 0 && len(high.nodes) > 0 {
			return nil, &BranchError{Branch: r.low.branch, Revision: c.nodes[high.nodes[0]].rev, command: historyRange + ":" + r.high.text}
		}
		high.nodes = inside
	}
	set := c.marked(high.nodes)
	c.addAncestors(set, needs)
	if missing := slices.DeleteFunc(slices.Clone(low.nodes), func(i int) bool { return set[i] }); len(missing) > 0 {
		return nil, c.notBelow(r, missing, low, high)
	}
	if low.isBase() {
		return set, nil
	}
	above := c.marked(low.nodes)
	c.addDescendants(above, children)
	for i := range set {
		set[i] = set[i] && above[i]
	}
	return set, nil
}

// around marks what is so many steps away from an end, itself included. From below the bases the first step leads to these.
func (c *Chain) around(applied Set, from, steps target) ([]bool, error) {
	s, err := c.end(applied, from)
	if err != nil {
		return nil, err
	}
	b := s.branch
	if steps.branch != "" {
		if b, err = c.branch(steps); err != nil {
			return nil, err
		}
	}
	left, on := max(steps.steps, -steps.steps), children
	if steps.steps < 0 {
		on = parents
	}
	edge := s.nodes
	if s.isBase() && steps.steps > 0 {
		edge = b.only(s.above)
		left--
	}
	set := c.marked(edge)
	for ; left > 0 && len(edge) > 0; left-- {
		var next []int
		for _, i := range edge {
			for _, k := range b.only(on(&c.nodes[i])) {
				if !set[k] {
					set[k] = true
					next = append(next, k)
				}
			}
		}
		edge = next
	}
	return set, nil
}

// end finds an end that does not depend on the other.
func (c *Chain) end(applied Set, t target) (spot, error) {
	if t.name != wordCurrent {
		return c.resolve(t)
	}
	if applied == nil {
		return spot{}, fromFilesAlone(t.text)
	}
	if ids := c.Unknown(applied); len(ids) > 0 {
		return spot{}, &LedgerError{IDs: ids}
	}
	b, err := c.branch(t)
	if err != nil {
		return spot{}, err
	}
	s := spot{branch: b, nodes: c.standing(c.mask(applied), b)}
	if s.isBase() {
		s.above = b.only(c.indexes(func(_ int, n *node) bool { return n.isBase() }))
	}
	if t.steps != 0 && len(s.nodes) > 1 {
		t.command.several = false
		return spot{}, &HeadsError{Target: t.text, Heads: c.revs(s.nodes), command: t.command}
	}
	return c.step(t, s)
}

func (c *Chain) marked(nodes []int) []bool {
	set := make([]bool, len(c.nodes))
	for _, i := range nodes {
		set[i] = true
	}
	return set
}

// notBelow reports a low end that the high end does not need, with a range that is one.
func (c *Chain) notBelow(r span, missing []int, low, high spot) error {
	e := &RangeError{Low: c.revs(missing), High: r.high.text}
	below := c.below(low.nodes)
	if !slices.ContainsFunc(high.nodes, func(i int) bool { return !below[i] }) {
		e.hint = "the other way around: " + historyRange + r.high.text + ":" + r.low.text
	} else {
		e.hint = "all that stands on it: " + historyRange + r.low.text + ":"
	}
	return e
}
