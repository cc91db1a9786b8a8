package chain

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"revise/parser"
)

// Range returns the revisions of a range of the history, the newest first, both ends included. It is written "low:high": what
// revises low, directly or not, as far as high needs it. Without low it begins at the bases, with all that high needs; without
// high it ends at the heads. An end is any target of FindAll, or current, with steps or without, for which applied is asked; nil
// means that nobody knows what is applied, which is not the same as nothing.
//
// -N as the low end means N steps down from high, +N as the high end N steps up from low, or as many as there are. A branch before base as the
// low end (users@base:) leaves out heads of other branches.
//
// Mistakes are those of Find, a *LedgerError, a *TargetError for a text that is no range, and a *RangeError if high does not need low.
func (c *Chain) Range(applied Set, text string) ([]*parser.Revision, error) {
	r, err := parseRange(text)
	if err != nil {
		return nil, err
	}
	low, high, err := c.ends(applied, r)
	if err != nil {
		return nil, err
	}
	set := make([]bool, len(c.nodes))
	for _, i := range high.nodes {
		set[i] = true
	}
	c.addAncestors(set, needs)
	if missing := slices.DeleteFunc(slices.Clone(low.nodes), func(i int) bool { return set[i] }); len(missing) > 0 {
		return nil, c.notBelow(r, missing, low, high)
	}
	if !low.isBase() {
		above := make([]bool, len(c.nodes))
		for _, i := range low.nodes {
			above[i] = true
		}
		c.addDescendants(above, children)
		for i := range set {
			set[i] = set[i] && above[i]
		}
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
	case s.low.name == "" && s.low.steps > 0:
		err = s.low.backwards("up", "low")
	case s.high.name == "" && s.high.steps < 0:
		err = s.high.backwards("down", "high")
	case s.low.name == "" && s.high.name == "":
		err = &TargetError{Target: text, Msg: fmt.Sprintf("%q has no end that stands still", text),
			hint: "from what is applied: " + historyRange + "current" + s.low.text + ":current" + s.high.text}
	}
	return s, err
}

// parseEnd is parseTarget for an end, which may be left out. Steps from current are not steps from the other end.
func parseEnd(text, absent string, c command) (target, error) {
	if text == "" {
		text = absent
	}
	t, err := parseTarget(text, c)
	if _, tail, ok := strings.Cut(text, "@"); t.name == "" && (strings.HasPrefix(tail, wordCurrent) || !ok && strings.HasPrefix(text, wordCurrent)) {
		t.name = wordCurrent
	}
	return t, err
}

func (t target) backwards(way, end string) error {
	return &TargetError{Target: t.text, Msg: fmt.Sprintf("%s leads %s from the other end, and this is the %s end", t.text, way, end),
		hint: "from what is applied: " + t.command.with("current"+t.text)}
}

// ends finds where a range begins and ends.
func (c *Chain) ends(applied Set, r span) (low, high spot, err error) {
	if r.low.name == "" {
		if high, err = c.end(applied, r.high); err == nil {
			low, err = c.walkFrom(high, r.low)
		}
		return low, high, err
	}
	if low, err = c.end(applied, r.low); err != nil {
		return low, high, err
	}
	if r.high.name == "" {
		high, err = c.walkFrom(low, r.high)
		return low, high, err
	}
	high, err = c.end(applied, r.high)
	if err == nil && r.low.name == wordBase && r.low.branch != "" {
		high, err = c.within(low.branch, high, r.high)
	}
	return low, high, err
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
	s := spot{branch: b, nodes: c.indexes(func(i int, n *node) bool {
		return b.has(i) && applied[n.rev.ID.Name] && c.count(n.users, applied) == 0
	})}
	if s.isBase() {
		s.above = b.only(c.indexes(func(_ int, n *node) bool { return n.isBase() }))
	}
	if t.steps == 0 {
		return s, nil
	}
	return c.walkFrom(s, t)
}

// walkFrom takes the steps of t from each revision of a spot, or as many as there are.
func (c *Chain) walkFrom(from spot, t target) (spot, error) {
	b := from.branch
	if t.branch != "" {
		var err error
		if b, err = c.branch(t); err != nil {
			return spot{}, err
		}
	}
	starts := []spot{{above: from.above, branch: b}}
	if !from.isBase() {
		starts = nil
		for _, i := range from.nodes {
			starts = append(starts, spot{nodes: []int{i}, branch: b})
		}
	}
	to := spot{branch: b}
	for _, s := range starts {
		s, err := c.stepAtMost(t, s)
		if err != nil {
			return spot{}, err
		}
		if s.isBase() {
			return s, nil // as low as any
		}
		to.nodes = append(to.nodes, s.nodes...)
	}
	to.nodes = ascending(to.nodes)
	return to, nil
}

// stepAtMost is step that stops where there is no way on.
func (c *Chain) stepAtMost(t target, s spot) (spot, error) {
	end, err := c.step(t, s)
	var far *StepsError
	if !errors.As(err, &far) {
		return end, err
	}
	if t.steps > 0 {
		t.steps = far.Left
	} else {
		t.steps = -far.Left
	}
	return c.step(t, s)
}

// within leaves out heads of other branches. What was named itself has to be of the branch.
func (c *Chain) within(b branch, s spot, t target) (spot, error) {
	inside := b.only(s.nodes)
	if len(inside) == 0 && len(s.nodes) > 0 {
		return s, &BranchError{Branch: b.name, Revision: c.nodes[s.nodes[0]].rev, command: historyRange + ":" + t.text}
	}
	s.nodes = inside
	return s, nil
}

// notBelow reports a low end that the high end does not need, with the range the other way around if that is one.
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
