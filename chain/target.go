package chain

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"revise/parser"
)

// A target is the parsed form of what a user names on the command line: [branch@][name][±steps]. All of the grammar is here.
//
//	head heads base current   words
//	ae10b2 ae1 users          an id, a unique prefix of three characters or more, a label
//	users@head users@base     the same within the branch of a label or a revision
//	+2 -1 users@+1            steps from what is applied
//	ae10b2+2 head-1           steps from a revision
type target struct {
	command command // what it was typed for
	text    string
	branch  string // before the @; may be empty
	name    string // empty: what is applied
	steps   int    // negative: downwards
}

// A command is what a user types around a target. The zero command is none: then hints name targets alone.
type command struct {
	before, after string
	several       bool                     // takes several revisions, and so heads
	works         func(target string) bool // whether a target would be accepted; nil: hints are not asked for
}

func (c command) isNone() bool { return c.before == "" }

func (c command) with(target string) string { return c.before + target + c.after }

// first is the command with the first of these targets that would be accepted; empty if none would.
func (c command) first(targets ...string) string {
	for _, t := range targets {
		if c.works != nil && c.works(t) {
			return c.with(t)
		}
	}
	return ""
}

// all is the command with each of these targets that would be accepted.
func (c command) all(targets []string) []string {
	var commands []string
	for _, t := range targets {
		if with := c.first(t); with != "" {
			commands = append(commands, with)
		}
	}
	return commands
}

// as gives the text of the target with another branch and another name in it.
func (t target) as(branch, name string) string {
	_, tail, ok := strings.Cut(t.text, "@")
	if !ok {
		tail = t.text
	}
	tail = tail[len(t.name):]
	if branch == "" {
		return name + tail
	}
	return branch + "@" + name + tail
}

const (
	wordHead    = "head"
	wordHeads   = "heads"
	wordBase    = "base"
	wordCurrent = "current"
)

func parseTarget(text string, c command) (target, error) {
	t := target{command: c, text: text, name: text}
	if text == "" {
		return t, &TargetError{Target: text, Msg: "the target is empty"}
	}
	if branch, name, ok := strings.Cut(text, "@"); ok {
		if branch == "" || name == "" {
			return t, &TargetError{Target: text, Msg: fmt.Sprintf("%q is half a target", text),
				hint: "before the @ stands a label or a revision, behind it a target: label@head"}
		}
		t.branch, t.name = branch, name
	}
	if i := strings.LastIndexAny(t.name, "+-"); i >= 0 && isNumber(t.name[i+1:]) {
		t.steps = number(t.name[i+1:])
		if t.name[i] == '-' {
			t.steps = -t.steps
		}
		t.name = t.name[:i]
		if t.name == "" && t.steps == 0 {
			return t, noSteps(text)
		}
	}
	if t.name == wordCurrent && t.steps != 0 {
		t.name = "" // current-1 is -1
	}
	return t, nil
}

func noSteps(text string) error {
	return &TargetError{Target: text, Msg: fmt.Sprintf("%q is no number of steps", text), hint: "the least is 1"}
}

// isNumber reports whether s is decimal digits and nothing else.
func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// number reads digits; a number too large for any chain stays that.
func number(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return math.MaxInt
	}
	return n
}

// Find returns the one revision that a name means, without a database: an id, a unique prefix of an id of three or more characters,
// a label, head, and these with a branch before (users@head) or steps behind (head-1). An exact id wins over a label, a label
// over a prefix. Mistakes are an *UnknownError, *AmbiguousError, *HeadsError, *BranchError, *ReplacedError, *ChoiceError,
// *StepsError or *TargetError.
func (c *Chain) Find(name string) (*parser.Revision, error) {
	return c.find(name, command{works: func(name string) bool { return works(c.find(name, command{})) }})
}

func (c *Chain) find(name string, com command) (*parser.Revision, error) {
	revs, t, err := c.findAll(name, com)
	if err != nil {
		return nil, err
	}
	switch len(revs) {
	case 0:
		return nil, &TargetError{Target: name, Msg: fmt.Sprintf("%s is no revision: it lies below all of them", name)}
	case 1:
		return revs[0], nil
	}
	return nil, t.headsError(revs)
}

// FindAll is Find for commands that take several revisions or none: heads gives all of them, base none.
func (c *Chain) FindAll(name string) ([]*parser.Revision, error) {
	revs, _, err := c.findAll(name, command{works: func(name string) bool {
		_, _, err := c.findAll(name, command{})
		return err == nil
	}})
	return revs, err
}

func (c *Chain) findAll(name string, com command) ([]*parser.Revision, target, error) {
	t, err := parseTarget(name, com)
	if err != nil {
		return nil, t, err
	}
	if t.name == "" || t.name == wordCurrent {
		return nil, t, fromFilesAlone(name)
	}
	s, err := c.resolve(t)
	return c.revs(s.nodes), t, err
}

func fromFilesAlone(text string) error {
	return &TargetError{Target: text, Msg: fmt.Sprintf("%s depends on what is applied, and files alone do not tell that", text)}
}

// A spot is where a target leads: to revisions, or below bases.
type spot struct {
	nodes  []int
	above  []int  // when nodes is empty: the bases that the spot lies below
	branch branch // what the target was confined to
}

func (s spot) isBase() bool { return len(s.nodes) == 0 }

// resolve finds the spot of a target that does not depend on what is applied.
func (c *Chain) resolve(t target) (spot, error) {
	b, err := c.branch(t)
	if err != nil {
		return spot{}, err
	}
	s := spot{branch: b}
	switch t.name {
	case wordBase:
		s.above = b.only(c.indexes(func(_ int, n *node) bool { return n.isBase() }))
	case wordHead, wordHeads:
		s.nodes = b.only(c.indexes(func(_ int, n *node) bool { return n.isHead() }))
		if len(s.nodes) == 0 || len(s.nodes) > 1 && (t.name == wordHead || t.steps != 0) {
			return spot{}, t.headsError(c.revs(s.nodes))
		}
	default:
		i, err := c.lookup(t.name, b)
		if err != nil {
			return spot{}, t.suggest(err, func(name string) string { return t.as(t.branch, name) })
		}
		s.nodes = []int{i}
	}
	return c.step(t, s)
}

// branch returns the lineage of the label or revision before the @; without one, the whole chain.
func (c *Chain) branch(t target) (branch, error) {
	if t.branch == "" {
		return branch{}, nil
	}
	i, err := c.lookup(t.branch, branch{})
	if err != nil {
		return branch{}, t.suggest(err, func(name string) string { return t.as(name, t.name) })
	}
	return c.branchOf(t.branch, i), nil
}

const shortest = 3 // characters of a prefix

// lookup finds a revision by id, label or prefix. The branch narrows a prefix, and must hold what an exact name means.
func (c *Chain) lookup(name string, b branch) (int, error) {
	i, ok := c.byID[name]
	if !ok {
		i, ok = c.labels[name]
	}
	found := []int{i}
	if !ok {
		found = c.withPrefix(name)
	}
	inside := b.only(found)
	switch {
	case len(inside) == 1:
		return inside[0], nil
	case len(inside) > 1:
		return 0, &AmbiguousError{Name: name, Candidates: c.revs(inside)}
	case len(found) > 0:
		return 0, &BranchError{Branch: b.name, Revision: c.nodes[found[0]].rev}
	}
	if e := c.replacedName(name); e != nil {
		return 0, e
	}
	return 0, c.unknownName(name)
}

// replacedName reports a name that meant a revision which a squash replaces: an id, or the beginning of one alone. It is nil for any other name.
func (c *Chain) replacedName(name string) error {
	if i, ok := c.gone[name]; ok {
		return &ReplacedError{ID: name, By: c.nodes[i].rev}
	}
	var found []string
	for id := range c.gone {
		if len(name) >= shortest && strings.HasPrefix(id, name) {
			found = append(found, id)
		}
	}
	if len(found) != 1 {
		return nil
	}
	return &ReplacedError{ID: found[0], By: c.nodes[c.gone[found[0]]].rev}
}

// withPrefix returns the revisions whose id begins with prefix, by id.
func (c *Chain) withPrefix(prefix string) []int {
	if len(prefix) < shortest {
		return nil
	}
	var found []int
	from, _ := slices.BinarySearch(c.sorted, prefix)
	for _, id := range c.sorted[from:] {
		if !strings.HasPrefix(id, prefix) {
			break
		}
		found = append(found, c.byID[id])
	}
	return found
}

func (c *Chain) unknownName(name string) *UnknownError {
	e := &UnknownError{Name: name}
	if len(name) < shortest {
		from, _ := slices.BinarySearch(c.sorted, name)
		for _, id := range c.sorted[from:min(len(c.sorted), from+3)] {
			if strings.HasPrefix(id, name) {
				e.Short, e.Near = true, append(e.Near, id)
			}
		}
		if e.Short {
			return e
		}
	}
	pool := slices.Clone(c.sorted)
	for label := range c.labels {
		pool = append(pool, label)
	}
	e.Near = near(name, pool)
	return e
}

// step walks the steps of a target from s along what is revised, within its branch.
func (c *Chain) step(t target, s spot) (spot, error) {
	way, towards := 1, c.stepUp
	if t.steps < 0 {
		way, towards = -1, c.stepDown
	}
	start := s
	for done := 0; done != t.steps; done += way {
		next := towards(s)
		if len(next.nodes) > 1 {
			return spot{}, c.forked(t, s, next.nodes)
		}
		if next.isBase() && (way > 0 || s.isBase()) {
			left := max(done, -done)
			return spot{}, &StepsError{Target: t.text, Left: left, what: c.walked(start, way, left), hint: t.farthest(left)}
		}
		s = next
	}
	return s, nil
}

// stepUp returns what revises the spot.
func (c *Chain) stepUp(s spot) spot {
	next := s.above
	if !s.isBase() {
		next = c.nodes[s.nodes[0]].children
	}
	return spot{nodes: s.branch.only(next), branch: s.branch}
}

// stepDown returns what the spot revises; below a base lies no revision, but still a spot.
func (c *Chain) stepDown(s spot) spot {
	if s.isBase() {
		return spot{branch: s.branch}
	}
	next := spot{nodes: s.branch.only(c.nodes[s.nodes[0]].revises), branch: s.branch}
	if next.isBase() {
		next.above = s.nodes
	}
	return next
}

// walked words the ground that a walk had before it.
func (c *Chain) walked(start spot, way, left int) string {
	name := wordBase
	if !start.isBase() {
		name = c.nodes[start.nodes[0]].rev.ID.Name
	}
	switch {
	case left == 0 && way > 0:
		return "no revision follows " + name
	case left == 0:
		return "nothing lies below " + name
	case way > 0:
		return fmt.Sprintf("only %s %s", revisions(left, "follows", "follow"), name)
	}
	return fmt.Sprintf("base is reached from %s in %s", name, plural(left, "step"))
}

// farthest is the hint for as many steps of t as there are, or for one less where base is no target.
func (t target) farthest(left int) string {
	from := t.as(t.branch, t.name)
	from = from[:strings.LastIndexAny(from, "+-")]
	sign := "+"
	if t.steps < 0 {
		sign = "-"
	}
	for ; left >= 0; left-- {
		to := from
		if left > 0 {
			to += sign + strconv.Itoa(left)
		}
		if command := t.command.first(to); command != "" && left > 0 {
			return allTheWay + command
		} else if command != "" {
			return "to go that far: " + command
		}
		if t.steps > 0 {
			break // less is applied, if this is not
		}
	}
	return t.command.otherwise()
}

// forked says that a walk has come to a point where more than one way leads on.
func (c *Chain) forked(t target, s spot, next []int) error {
	e := &ChoiceError{Target: t.text, Candidates: c.revs(next)}
	switch {
	case s.isBase():
		e.what = fmt.Sprintf("there are %d bases", len(next))
	case t.steps > 0:
		e.what = fmt.Sprintf("%d revisions follow %s", len(next), listed(c.revs(s.nodes)))
	default:
		e.what = fmt.Sprintf("%s revises %d", listed(c.revs(s.nodes)), len(next))
	}
	// The way on may be named as a branch, whatever branch was named before.
	for _, r := range e.Candidates[:min(len(e.Candidates), shown)] {
		if command := t.command.first(t.as(r.ID.Name, t.name), r.ID.Name); command != "" {
			e.Commands = append(e.Commands, command)
		}
	}
	e.hint = sayWhich(e.Commands, t.command)
	return e
}
