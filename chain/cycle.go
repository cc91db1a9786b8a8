package chain

import (
	"fmt"
	"slices"
	"strings"
)

// reportCycles finds cycles by a depth-first search: every edge that leads back to a revision on the path closes one, and no two such
// edges close the same. Cycles that only combine those found are not listed: they are gone when these are mended.
func (l *linker) reportCycles() {
	const enough = 50 // each may be as long as the chain
	type state struct {
		depth int // 1 and more: on the path
		done  bool
		next  int // edge to look at next
	}
	states := make([]state, len(l.revs))
	found := 0
	for start := range l.revs {
		if states[start].done {
			continue
		}
		path := []int{start}
		states[start].depth = 1
		for len(path) > 0 {
			i := path[len(path)-1]
			s := &states[i]
			if s.next == len(l.edges[i]) {
				s.done, s.depth = true, 0
				path = path[:len(path)-1]
				continue
			}
			to := l.edges[i][s.next].to
			s.next++
			switch t := &states[to]; {
			case t.depth > 0:
				l.reportCycle(path[t.depth-1:])
				if found++; found == enough {
					return
				}
			case !t.done:
				path = append(path, to)
				t.depth = len(path)
			}
		}
	}
}

// reportCycle prints a cycle from its smallest id on. Every id comes with the line that names the next.
func (l *linker) reportCycle(path []int) {
	least := slices.Index(path, slices.Min(path))
	path = slices.Concat(path[least:], path[:least])

	var first edge
	names := make([]string, 0, len(path)+1)
	for k, i := range path {
		next := path[(k+1)%len(path)]
		e := l.edges[i][slices.IndexFunc(l.edges[i], func(e edge) bool { return e.to == next })]
		if k == 0 {
			first = e
		}
		names = append(names, fmt.Sprintf("%s (%s)", l.revs[i].ID.Name, place(l.revs[i], e.ref)))
	}
	names = append(names, l.revs[path[0]].ID.Name)

	const ends = 6 // a base that names the head makes a cycle of the whole chain
	if left := len(names) - 2*ends; left > 1 {
		names = slices.Concat(names[:ends], []string{fmt.Sprintf("… %d more …", left)}, names[len(names)-ends:])
	}
	l.errs.Add(at(l.revs[path[0]], first.ref), "cycle: %s", strings.Join(names, " → "))
}
