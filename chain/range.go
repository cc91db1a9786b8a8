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
	set, err := c.rangeOf(text, func(text string) bool { return works(c.rangeOf(text, nil, applied)) }, applied)
	if err != nil {
		return nil, err
	}
	revs := c.where(func(i int, _ *node) bool { return set[i] })
	slices.Reverse(revs)
	return revs, nil
}

// rangeOf marks the revisions of a range. works says whether another range would be accepted, for hints; it may be nil.
func (c *Chain) rangeOf(text string, works func(text string) bool, applied Set) ([]bool, error) {
	r, err := parseRange(text, command{before: historyRange, works: works})
	switch {
	case err != nil:
		return nil, err
	case r.low.name == "":
		return c.around(applied, r.high, r.low)
	case r.high.name == "":
		return c.around(applied, r.low, r.high)
	}
	return c.between(applied, r)
}

// A span is the parsed form of a range.
type span struct {
	command   command // around both ends
	low, high target
}

func parseRange(text string, com command) (span, error) {
	low, high, ok := strings.Cut(text, ":")
	if !ok || strings.Contains(high, ":") {
		whole := ":"
		if !ok {
			whole = text + ":"
		}
		return span{}, &TargetError{Target: text, Msg: fmt.Sprintf("%q is no range", text),
			hint: "a range has two ends, and either may be left out: " + com.first(whole, ":")}
	}
	s := span{command: com}
	around := func(before, after string, several bool) command {
		c := command{before: com.before + before, after: after, several: several}
		if com.works != nil {
			c.works = func(end string) bool { return com.works(before + end + after) }
		}
		return c
	}
	var err error
	if s.low, err = parseEnd(low, wordBase, around("", ":"+high, false)); err != nil {
		return s, err
	}
	if s.high, err = parseEnd(high, wordHeads, around(low+":", "", true)); err != nil {
		return s, err
	}
	switch {
	case s.low.name == "" && s.high.name == "":
		err = &TargetError{Target: text, Msg: fmt.Sprintf("each end of %q counts from the other", text),
			hint: fromCurrent(com, "current"+s.low.text+":current"+s.high.text)}
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
		hint: fromCurrent(t.command, "current"+t.text)}
}

func fromCurrent(c command, target string) string {
	if command := c.first(target); command != "" {
		return "from what is applied: " + command
	}
	return c.otherwise()
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
			return nil, &BranchError{Branch: r.low.branch, Revision: c.nodes[high.nodes[0]].rev,
				hint: "without the branch: " + historyRange + ":" + r.high.text}
		}
		high.nodes = inside
	}
	set := c.marked(high.nodes)
	c.addAncestors(set, needs)
	if missing := slices.DeleteFunc(slices.Clone(low.nodes), func(i int) bool { return set[i] }); len(missing) > 0 {
		return nil, notBelow(r, c.revs(missing))
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
	edge := b.only(s.nodes)
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
	switch {
	case t.name == wordHeads && len(c.nodes) == 0:
		return spot{}, nil // of no revisions there is a history, an empty one
	case t.name != wordCurrent:
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
		return spot{}, t.headsError(c.revs(s.nodes))
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
func notBelow(r span, missing []*parser.Revision) error {
	e := &RangeError{Low: missing, High: r.high.text, hint: r.command.otherwise()}
	if around := r.command.first(r.high.text + ":" + r.low.text); around != "" {
		e.hint = "the other way around: " + around
	} else if above := r.command.first(r.low.text + ":"); above != "" {
		e.hint = "all that stands on it: " + above
	}
	return e
}
