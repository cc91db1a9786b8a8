package chain

import (
	"fmt"
	"strings"

	"revise/parser"
)

// A Direction is the way a revision is run.
type Direction int

const (
	Up   Direction = iota // apply it
	Down                  // take it back
)

// String gives "up" or "down".
func (d Direction) String() string {
	if d == Up {
		return "up"
	}
	return "down"
}

// A Step is one revision to run in one direction.
type Step struct {
	Revision  *parser.Revision
	Direction Direction
}

// Section returns the section that the step runs in a database of this dialect. There is none in a file that does not serve the
// dialect, and on the way down none for an irreversible revision.
func (s Step) Section(dialect string) *parser.Section {
	if s.Direction == Up {
		return s.Revision.Section(parser.Upgrade, dialect)
	}
	return s.Revision.Section(parser.Downgrade, dialect)
}

// A Plan is the steps in the order they run. An empty one is no mistake: there is nothing to do.
type Plan []Step

// String gives "+a +b" for a way up, "-b -a" for a way down.
func (p Plan) String() string {
	var b strings.Builder
	for k, s := range p {
		if k > 0 {
			b.WriteByte(' ')
		}
		if s.Direction == Up {
			b.WriteByte('+')
		} else {
			b.WriteByte('-')
		}
		b.WriteString(s.Revision.ID.Name)
	}
	return b.String()
}

const (
	runUp    = "revise run up "
	runDown  = "revise run down "
	runStamp = "revise run stamp "
	history  = "revise history"

	historyRange = history + " -r "
)

// Upgrade plans the way up to a target. The plan holds what the target is and what it needs, as far as it is not applied: an
// ancestor that is missing below applied revisions is applied too, for links decide and not the order of arrival. What else is
// applied does not matter, so a target that is applied, or lies below what is, leaves nothing to do. Nor does current, which is
// where the database stands.
//
// +N means the next N revisions, and that there is one choice at each; users@+N the next N of a branch, with what they need
// besides.
//
// Mistakes are those of Find, a *LedgerError, and a *TargetError for a target that no way up leads to.
func (c *Chain) Upgrade(applied Set, text string) (Plan, error) {
	com := command{before: runUp, several: true}
	com.works = func(target string) bool { return works(c.upgrade(applied, target, command{before: runUp})) }
	return c.upgrade(applied, text, com)
}

// orCurrent is the command if it works, or else a look at what is applied.
func orCurrent(works bool, command string) string {
	if works {
		return command
	}
	return seeApplied
}

func works[T any](_ T, err error) bool { return err == nil }

func (c *Chain) upgrade(applied Set, text string, com command) (Plan, error) {
	set, t, err := c.start(applied, text, com)
	if err != nil {
		return nil, err
	}
	switch {
	case t.name == wordCurrent:
		return nil, nil
	case t.name != "":
		s, err := c.resolve(t)
		if err != nil {
			return nil, meantSteps(err, t)
		}
		if s.isBase() {
			return nil, &TargetError{Target: text, Msg: fmt.Sprintf("no way up leads to %s: it lies below every revision", baseAs(t)),
				hint: "to take revisions back: " + runDown + text}
		}
		return c.up(set, s.nodes), nil
	case t.steps < 0:
		return nil, &TargetError{Target: text, Msg: fmt.Sprintf("%s leads down, not up", text),
			hint: orCurrent(works(c.downgrade(applied, text, command{before: runDown})), runDown+text)}
	}
	b, err := c.branch(t)
	if err != nil {
		return nil, err
	}
	next, err := c.next(set, t, b)
	if err != nil {
		return nil, err
	}
	return c.up(set, next), nil
}

// Downgrade plans the way down to a target, which must be applied and stays so. Taken back is, as far as it is applied, what
// revises the target, and whatever needs that; other branches stay, even if they depend on the target. A branch before a
// target at which lines part (users@ae10) confines this to the line of that branch. base takes back everything, users@base the
// branch with its base; current leaves nothing to do.
//
// -N, or a number alone, means the last N revisions, and that at each there is one that no other applied revision needs;
// users@-N the last N of a branch, with what needs them. A number that also names a revision is a *TargetError that asks which is
// meant, unless fewer are applied.
//
// Mistakes are those of Find, a *LedgerError, a *NotAppliedError, and a *TargetError for steps that lead up.
func (c *Chain) Downgrade(applied Set, text string) (Plan, error) {
	com := command{before: runDown}
	com.works = func(target string) bool { return works(c.downgrade(applied, target, command{before: runDown})) }
	return c.downgrade(applied, text, com)
}

func (c *Chain) downgrade(applied Set, text string, com command) (Plan, error) {
	set, t, err := c.start(applied, text, com)
	if err != nil {
		return nil, err
	}
	if isNumber(text) {
		if t, err = c.number(set, t); err != nil {
			return nil, err
		}
	}
	switch {
	case t.name == wordCurrent:
		return nil, nil
	case t.name != "":
		s, err := c.resolve(t)
		if err != nil {
			return nil, err
		}
		return c.downTo(set, t, s)
	case t.steps > 0:
		return nil, &TargetError{Target: text, Msg: fmt.Sprintf("%s leads up, not down", text),
			hint: orCurrent(works(c.upgrade(applied, text, command{before: runUp})), runUp+text)}
	}
	b, err := c.branch(t)
	if err != nil {
		return nil, err
	}
	last, err := c.last(set, t, b)
	if err != nil {
		return nil, err
	}
	return c.down(set, last), nil
}

// start does what both directions begin with. No plan is made while the ledger names revisions that nobody knows: what they need, and what
// needs them, would be a guess.
func (c *Chain) start(applied Set, text string, com command) ([]bool, target, error) {
	if ids := c.Unknown(applied); len(ids) > 0 {
		return nil, target{}, &LedgerError{IDs: ids}
	}
	t, err := parseTarget(text, com)
	return c.mask(applied), t, err
}

// up plans the revisions and what they need.
func (c *Chain) up(applied []bool, revs []int) Plan {
	set := make([]bool, len(c.nodes))
	for _, i := range revs {
		set[i] = true
	}
	c.addAncestors(set, needs)
	var p Plan
	for i := range c.nodes {
		if set[i] && !applied[i] {
			p = append(p, Step{c.nodes[i].rev, Up})
		}
	}
	return p
}

// down plans to take back the revisions and what needs them.
func (c *Chain) down(applied []bool, revs []int) Plan {
	set := make([]bool, len(c.nodes))
	for _, i := range revs {
		set[i] = true
	}
	c.addDescendants(set, users)
	var p Plan
	for i := len(c.nodes) - 1; i >= 0; i-- {
		if set[i] && applied[i] {
			p = append(p, Step{c.nodes[i].rev, Down})
		}
	}
	return p
}

func (c *Chain) downTo(applied []bool, t target, s spot) (Plan, error) {
	if s.isBase() {
		return c.down(applied, s.above), nil
	}
	var roots, missing []int
	for _, i := range s.nodes {
		if !applied[i] {
			missing = append(missing, i)
		}
		// The children, and not all that needs the target: a revision that only depends on it does not mind
		// what stands on top.
		roots = append(roots, s.branch.only(c.nodes[i].children)...)
	}
	if len(missing) > 0 {
		return nil, &NotAppliedError{Target: t.text, Revisions: c.revs(missing)}
	}
	return c.down(applied, roots), nil
}

// number decides whether a number alone means steps or a revision.
func (c *Chain) number(applied []bool, t target) (target, error) {
	n := number(t.text)
	i, err := c.lookup(t.text, branch{})
	if _, ok := err.(*UnknownError); ok {
		if n == 0 {
			return t, noSteps(t.text)
		}
		t.name, t.steps = "", -n
		return t, nil
	}
	if n == 0 || n > count(applied) {
		return t, nil // there are not that many steps to take
	}
	// What may be meant as a revision is not taken for steps: they would drop what was to stay.
	revs := c.revs([]int{i})
	switch e := err.(type) {
	case *AmbiguousError:
		revs = e.Candidates
	case *ReplacedError:
		revs = []*parser.Revision{e.By}
	}
	name := revs[0].ID.Name
	if isNumber(name) {
		name += "+0" // from this revision no step further
	}
	return t, &TargetError{
		Target: t.text,
		Msg:    fmt.Sprintf("%s may mean %s or revision %s", t.text, plural(n, "step"), listed(revs)),
		hint:   fmt.Sprintf("for the steps: %s-%s; for the revision: %s%s", runDown, t.text, runDown, name),
	}
}

func count(set []bool) int {
	n := 0
	for _, is := range set {
		if is {
			n++
		}
	}
	return n
}

// baseAs words a target that is base.
func baseAs(t target) string {
	if t.name == wordBase {
		return t.text
	}
	return t.text + ", which is base"
}
