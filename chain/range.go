package chain

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"revise/parser"
)

// NeedsApplied reports whether a range cannot be told from files alone: an end of it is where the database stands.
func NeedsApplied(text string) bool {
	for end := range strings.SplitSeq(text, ":") {
		_, name, ok := strings.Cut(end, "@")
		if !ok {
			name = end
		}
		if strings.HasPrefix(name, wordCurrent) {
			return true
		}
	}
	return false
}

// Range returns the revisions from one end to another, both included, the newest first: "a1:b2" is b2, what it needs that stands on a1, and a1. An end
// that is left out is base, or heads. Ends are targets as Find takes them, current, and steps from the other end: "-3:current", "b2:+2"; of more steps than
// there are those count that there are.
//
// Mistakes are those of Find, and a *TargetError for what is no range.
func (c *Chain) Range(applied Set, text string) ([]*parser.Revision, error) {
	low, high, ok := strings.Cut(text, ":")
	if !ok || strings.Contains(high, ":") {
		return nil, &TargetError{Target: text, Msg: fmt.Sprintf("%q is no range", text), hint: "a range is A:B, A: or :B; of one revision A:A"}
	}
	if low == "" {
		low = wordBase
	}
	if high == "" {
		high = wordHeads
	}
	lowSpot, lowSteps, err := c.end(applied, low)
	if err != nil {
		return nil, err
	}
	highSpot, highSteps, err := c.end(applied, high)
	switch {
	case err != nil:
		return nil, err
	case lowSteps != nil && highSteps != nil:
		return nil, &TargetError{Target: text, Msg: fmt.Sprintf("%q has two relative ends", text), hint: "one of them has to be a revision, or current: -3:current"}
	case lowSteps != nil:
		lowSpot, err = c.stepsFrom(*lowSteps, highSpot)
	case highSteps != nil:
		highSpot, err = c.stepsFrom(*highSteps, lowSpot)
	}
	if err != nil {
		return nil, err
	}
	return c.between(lowSpot, highSpot), nil
}

// end finds the spot of one end, or its steps, if it is relative to the other.
func (c *Chain) end(applied Set, text string) (spot, *target, error) {
	t, err := parseTarget(text)
	if err != nil {
		return spot{}, nil, err
	}
	b, err := c.branch(t.branch)
	if err != nil {
		return spot{}, nil, err
	}
	_, name, ok := strings.Cut(text, "@")
	if !ok {
		name = text
	}
	if t.name == "" && !strings.HasPrefix(name, wordCurrent) {
		return spot{branch: b}, &t, nil
	}
	if t.name != "" && t.name != wordCurrent {
		s, err := c.resolve(t, "")
		return s, nil, err
	}
	s := spot{branch: b}
	for _, r := range c.Current(applied) {
		s.nodes = append(s.nodes, c.byID[r.ID.Name])
	}
	if s.nodes = b.only(s.nodes); s.isBase() {
		s.above = b.only(c.indexes(func(_ int, n *node) bool { return n.isBase() }))
	}
	if t.steps == 0 {
		return s, nil, nil
	}
	s, err = c.stepsFrom(t, s)
	return s, nil, err
}

// stepsFrom goes the steps of a target from a spot, as far as there is a way.
func (c *Chain) stepsFrom(t target, from spot) (spot, error) {
	if len(from.nodes) > 1 {
		return spot{}, &HeadsError{Target: t.text, Heads: c.revs(from.nodes)}
	}
	if t.branch != "" {
		b, err := c.branch(t.branch)
		if err != nil {
			return spot{}, err
		}
		from.branch = b
	}
	for {
		s, err := c.step(t, from, "")
		var far *StepsError
		if !errors.As(err, &far) {
			return s, err
		}
		if t.steps > 0 {
			t.steps = far.Left
		} else {
			t.steps = -far.Left
		}
	}
}

// between is what stands on the lower spot and is needed by the higher one, both included.
func (c *Chain) between(low, high spot) []*parser.Revision {
	below := make([]bool, len(c.nodes))
	for _, i := range high.nodes {
		below[i] = true
	}
	c.addAncestors(below, needs)
	if !low.isBase() {
		above := make([]bool, len(c.nodes))
		for _, i := range low.nodes {
			above[i] = true
		}
		c.addDescendants(above, users)
		for i := range below {
			below[i] = below[i] && above[i]
		}
	} else if low.branch.set != nil {
		for i := range below {
			below[i] = below[i] && low.branch.has(i)
		}
	}
	list := c.where(func(i int, _ *node) bool { return below[i] })
	slices.Reverse(list)
	return list
}
