package chain

import (
	"fmt"
	"slices"
)

// next returns the next revisions to apply, one for each step of t, each the only one that could be, or the only one that goes on from where
// the branch stands, if it stands at one revision.
func (c *Chain) next(applied []bool, t target, b branch) ([]int, error) {
	missing := make([]int, len(c.nodes)) // how many revisions of the branch each waits for
	var ready []int
	pending := 0
	for i := range c.nodes {
		if applied[i] || !b.has(i) {
			continue
		}
		pending++
		for _, p := range c.nodes[i].needs {
			if !applied[p] && b.has(p) {
				missing[i]++
			}
		}
		if missing[i] == 0 {
			ready = append(ready, i)
		}
	}
	if t.steps > pending {
		return nil, tooFarUp(t, b, pending)
	}
	var chosen []int
	at := c.standing(applied, b)
	for len(chosen) < t.steps {
		var ahead []int
		if len(at) == 1 {
			ahead = c.nodes[at[0]].children
		}
		i, several := pick(ready, ahead) // there is one while something is pending, for there are no cycles
		if several != nil {
			return nil, c.choice(t, chosen, several)
		}
		ready = without(ready, i)
		at = append(slices.DeleteFunc(at, func(k int) bool { return slices.Contains(c.nodes[i].needs, k) }), i)
		chosen = append(chosen, i)
		for _, u := range c.nodes[i].users {
			if applied[u] || !b.has(u) {
				continue
			}
			if missing[u]--; missing[u] == 0 {
				ready = append(ready, u)
			}
		}
	}
	return chosen, nil
}

// standing returns the applied revisions of a branch that no applied one of it needs.
func (c *Chain) standing(applied []bool, b branch) []int {
	return c.indexes(func(i int, n *node) bool {
		return applied[i] && b.has(i) && !slices.ContainsFunc(n.users, func(u int) bool { return applied[u] && b.has(u) })
	})
}

// pick returns the only candidate, or the only one that is on the line as well; else those that leave a choice.
func pick(candidates, line []int) (int, []int) {
	if len(candidates) == 1 {
		return candidates[0], nil
	}
	onLine := slices.DeleteFunc(slices.Clone(candidates), func(i int) bool { return !slices.Contains(line, i) })
	switch len(onLine) {
	case 0:
		return 0, candidates
	case 1:
		return onLine[0], nil
	}
	return 0, onLine
}

func without(list []int, i int) []int {
	return slices.DeleteFunc(list, func(k int) bool { return k == i })
}

// last returns the last revisions that were applied, one for each step of t, each the only one that no applied revision of the
// branch needs, or the only one of these that the one before revises: steps go down a line, and not into what it depends on. A branch ends where another applied one parts from it: users@-9 never takes back what orders stands on.
func (c *Chain) last(applied []bool, t target, b branch) ([]int, error) {
	if n := count(applied); b.set == nil && -t.steps > n {
		return nil, tooFarDown(t, n)
	}
	holding := make([]int, len(c.nodes)) // how many applied revisions of the branch need each
	var tops []int
	for i := range c.nodes {
		if !applied[i] || !b.has(i) {
			continue
		}
		for _, u := range c.nodes[i].users {
			if applied[u] && b.has(u) {
				holding[i]++
			}
		}
		if holding[i] == 0 && !c.shared(applied, b, i) {
			tops = append(tops, i)
		}
	}
	var chosen, behind []int
	for len(chosen) < -t.steps {
		if len(tops) == 0 {
			return nil, branchEnds(t, b, len(chosen))
		}
		i, several := pick(tops, behind)
		if several != nil {
			return nil, c.choice(t, chosen, several)
		}
		tops, behind = without(tops, i), c.nodes[i].revises
		chosen = append(chosen, i)
		for _, p := range c.nodes[i].needs {
			if !applied[p] || !b.has(p) {
				continue
			}
			if holding[p]--; holding[p] == 0 && !c.shared(applied, b, p) {
				tops = append(tops, p)
			}
		}
	}
	return chosen, nil
}

// shared reports whether an applied revision of another branch revises i.
func (c *Chain) shared(applied []bool, b branch, i int) bool {
	return slices.ContainsFunc(c.nodes[i].children, func(ch int) bool { return applied[ch] && !b.has(ch) })
}

// choice reports that a step has several ways to go, with commands that name each.
func (c *Chain) choice(t target, chosen, candidates []int) *ChoiceError {
	slices.Sort(candidates)
	e := &ChoiceError{Target: t.text, Candidates: c.revs(candidates)}
	if len(chosen) > 0 {
		e.After = c.nodes[chosen[len(chosen)-1]].rev
	}
	sign, steps := "+", t.steps
	e.what = fmt.Sprintf("%d revisions could be next", len(candidates))
	if t.steps < 0 {
		sign, steps = "-", -t.steps
		e.what = fmt.Sprintf("%d revisions could be taken back", len(candidates))
	}
	for k, r := range e.Candidates {
		if k == shown {
			break // nobody reads more of them, and every lineage is a walk
		}
		// As many steps along the candidate's own branch as make up what was asked for.
		own := c.branchOf(r.ID.Name, candidates[k])
		before := len(own.only(chosen))
		step := func(n int) string { return fmt.Sprintf("%s@%s%d", r.ID.Name, sign, n) }
		if command := t.command.first(step(steps-len(chosen)+before), step(before+1)); command != "" {
			e.Commands = append(e.Commands, command)
		}
	}
	e.hint = sayWhich(e.Commands, t.command)
	return e
}

func tooFarUp(t target, b branch, pending int) *StepsError {
	e := &StepsError{Target: t.text, Left: pending, Branch: b.name}
	all, of := wordHeads, ""
	if b.name != "" {
		all, of = b.name+"@"+wordHeads, " of branch "+b.name
	}
	if pending == 0 {
		e.what, e.hint = "no revision"+of+" is pending", seeApplied
	} else {
		e.what = fmt.Sprintf("only %s%s %s pending", plural(pending, "revision"), of, verb(pending, "is", "are"))
		e.hint = t.allTheWay(all)
	}
	return e
}

func tooFarDown(t target, applied int) *StepsError {
	if applied == 0 {
		return &StepsError{Target: t.text, what: "no revision is applied", hint: seeApplied}
	}
	return &StepsError{Target: t.text, Left: applied, what: "only " + revisions(applied, "is applied", "are applied"),
		hint: t.allTheWay(wordBase)}
}

func (t target) allTheWay(to string) string {
	if command := t.command.first(to); command != "" {
		return allTheWay + command
	}
	return t.command.otherwise()
}

func branchEnds(t target, b branch, taken int) *StepsError {
	e := &StepsError{Target: t.text, Left: taken, Branch: b.name}
	if taken == 0 {
		e.what, e.hint = "no applied revision is of branch "+b.name+" alone", seeApplied
	} else {
		e.what = fmt.Sprintf("only %s %s of branch %s alone", plural(taken, "applied revision"), verb(taken, "is", "are"), b.name)
		e.hint = t.allTheWay(fmt.Sprintf("%s@-%d", b.name, taken))
	}
	return e
}
