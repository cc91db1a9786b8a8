package chain

import (
	"container/heap"
	"fmt"
	"slices"
	"strings"

	"revise/parser"
)

// New links revisions. It reports all mistakes together, as a parser.ErrorList in the order of the files: an id or a label given twice, a
// label that is an id, a parent or dependency that no file defines, one that is named twice, a revision that names itself, and
// cycles. A parent is named by its full id; a dependency by its full id or by a label. Whoever names a revision that a squash replaces names the
// squash; that a file still defines it is a mistake.
//
// The revisions themselves are kept, not copied: they must not be changed afterwards.
func New(revs []*parser.Revision) (*Chain, error) {
	l := &linker{byID: make(map[string]int, len(revs)), labels: make(map[string]owner), replaced: make(map[string]owner)}
	l.defineIDs(revs)
	l.defineReplaced()
	l.defineLabels()
	l.connect()
	order := l.sort()
	if len(order) < len(l.revs) {
		l.reportCycles()
	}
	if err := l.errs.Err(); err != nil {
		return nil, err
	}
	return l.chain(order), nil
}

// A linker is a chain in the making. Revisions are numbered by their rank among the sorted ids.
type linker struct {
	revs   []*parser.Revision
	byID   map[string]int
	labels map[string]owner
	// replaced are the squashes that the ids stand for which no file defines any more.
	replaced map[string]owner
	edges    [][]edge // per revision: what it needs, free of doubles
	errs     parser.ErrorList

	asked int // how often near names were looked for
}

// An edge leads from a revision to one it needs.
type edge struct {
	to  int
	ref parser.Ref // where it is written
}

// An owner is the revision that bears a label, or replaces another, and where it says so.
type owner struct {
	rev int
	ref parser.Ref
}

// defineIDs numbers the revisions. Of several with one id the first file's is kept, so that the others are looked at all the same.
func (l *linker) defineIDs(revs []*parser.Revision) {
	// Mistakes must not depend on the order in which the files were read.
	order := func(a, b *parser.Revision) int {
		if n := strings.Compare(a.File, b.File); n != 0 {
			return n
		}
		return a.ID.Pos.Offset - b.ID.Pos.Offset
	}
	byPlace := revs
	if !slices.IsSortedFunc(revs, order) { // as a folder is read, they are
		byPlace = slices.Clone(revs)
		slices.SortStableFunc(byPlace, order)
	}
	byName := make([]int, len(revs)) // sorting numbers needs no stable sort, which is slower
	for i := range byName {
		byName[i] = i
	}
	slices.SortFunc(byName, func(a, b int) int {
		if n := strings.Compare(byPlace[a].ID.Name, byPlace[b].ID.Name); n != 0 {
			return n
		}
		return a - b
	})
	l.revs = make([]*parser.Revision, 0, len(revs))
	for _, i := range byName {
		r := byPlace[i]
		if n := len(l.revs); n > 0 && l.revs[n-1].ID.Name == r.ID.Name {
			twin := l.revs[n-1]
			l.errs.Add(at(r, r.ID), "id %q is already that of %s", r.ID.Name, place(twin, twin.ID))
			continue
		}
		l.byID[r.ID.Name] = len(l.revs)
		l.revs = append(l.revs, r)
	}
}

func (l *linker) defineReplaced() {
	for i, r := range l.revs {
		parser.Each(r.Replaces, func(gone parser.Replaced) {
			if k, ok := l.byID[gone.Name]; ok {
				e := l.errs.Add(at(r, gone.Ref), "revision %q is replaced by %s here, and still there (%s)", gone.Name, r.ID.Name, place(l.revs[k], l.revs[k].ID))
				e.Hint = "delete that file, or take the id out of this list"
				return
			}
			if o, taken := l.replaced[gone.Name]; taken && o.rev != i {
				l.errs.Add(at(r, gone.Ref), "revision %q is replaced by %s already (%s)", gone.Name, l.revs[o.rev].ID.Name, place(l.revs[o.rev], o.ref))
				return
			}
			l.replaced[gone.Name] = owner{i, gone.Ref}
		})
	}
}

// revision returns the one that an id names.
func (l *linker) revision(id string) (int, bool) {
	if i, ok := l.byID[id]; ok {
		return i, true
	}
	o, ok := l.replaced[id]
	return o.rev, ok
}

func (l *linker) defineLabels() {
	for i, r := range l.revs {
		for _, ref := range r.Labels {
			if k, ok := l.byID[ref.Name]; ok {
				l.errs.Add(at(r, ref), "label %q is already the id of a revision (%s)", ref.Name, place(l.revs[k], l.revs[k].ID))
				continue
			}
			if o, ok := l.replaced[ref.Name]; ok {
				l.errs.Add(at(r, ref), "label %q is the id of a revision that %s replaces (%s)", ref.Name, l.revs[o.rev].ID.Name, place(l.revs[o.rev], o.ref))
				continue
			}
			o, taken := l.labels[ref.Name]
			switch {
			case taken && o.rev == i:
				l.errs.Add(at(r, ref), "label %q is given twice", ref.Name)
			case taken:
				l.errs.Add(at(r, ref), "label %q is already that of revision %s (%s)",
					ref.Name, l.revs[o.rev].ID.Name, place(l.revs[o.rev], o.ref))
			default:
				l.labels[ref.Name] = owner{i, ref}
			}
		}
	}
}

// connect resolves what every revision names.
func (l *linker) connect() {
	l.edges = make([][]edge, len(l.revs))
	names := func(r *parser.Revision) int { return len(r.Revises) + len(r.DependsOn) }
	total := 0
	for _, r := range l.revs {
		total += names(r)
	}
	all := make([]edge, total)
	for i, r := range l.revs {
		l.edges[i], all = all[:0:names(r)], all[names(r):]
		for k, ref := range r.Revises {
			if parser.Names(r.Revises[:k], ref.Name) {
				l.errs.Add(at(r, ref), "revises %q twice", ref.Name)
			} else if to, ok := l.revision(ref.Name); !ok {
				l.reportParent(r, ref)
			} else if to == i {
				l.errs.Add(at(r, ref), "revises itself")
			} else if !l.leads(i, to) {
				l.edges[i] = append(l.edges[i], edge{to, ref})
			}
		}
		for k, ref := range r.DependsOn {
			if parser.Names(r.DependsOn[:k], ref.Name) {
				l.errs.Add(at(r, ref), "depends on %q twice", ref.Name)
			} else if to, ok := l.dependency(ref.Name); !ok {
				l.reportDependency(r, ref)
			} else if to == i && ref.Name != r.ID.Name {
				l.errs.Add(at(r, ref), "depends on itself: %q is its own label", ref.Name)
			} else if to == i {
				l.errs.Add(at(r, ref), "depends on itself")
			} else if !l.leads(i, to) {
				l.edges[i] = append(l.edges[i], edge{to, ref})
			}
		}
	}
}

// leads reports whether a revision has an edge to another one already: several names may mean one squash.
func (l *linker) leads(from, to int) bool {
	return slices.ContainsFunc(l.edges[from], func(e edge) bool { return e.to == to })
}

// dependency returns the revision that an id or a label names.
func (l *linker) dependency(name string) (int, bool) {
	if i, ok := l.revision(name); ok {
		return i, true
	}
	o, ok := l.labels[name]
	return o.rev, ok
}

func (l *linker) reportParent(r *parser.Revision, ref parser.Ref) {
	if o, ok := l.labels[ref.Name]; ok {
		e := l.errs.Add(at(r, ref), "revises %q, which is a label", ref.Name)
		e.Hint = fmt.Sprintf("name the revision by its id, %q (%s)", l.revs[o.rev].ID.Name, place(l.revs[o.rev], o.ref))
		return
	}
	e := l.errs.Add(at(r, ref), "revises %q, which no file defines", ref.Name)
	e.Hint = l.didYouMean(ref.Name, false)
}

func (l *linker) reportDependency(r *parser.Revision, ref parser.Ref) {
	e := l.errs.Add(at(r, ref), "depends on %q, which no file defines as a revision or a label", ref.Name)
	e.Hint = l.didYouMean(ref.Name, true)
}

// didYouMean names what may have been meant, with its place. Only the first mistakes get that, for it looks at all names each
// time, and in a folder where thousands of parents are missing the names are not misspelt.
func (l *linker) didYouMean(name string, labels bool) string {
	const enough = 20
	if l.asked++; l.asked > enough {
		return ""
	}
	pool := make([]string, 0, len(l.revs))
	for _, r := range l.revs {
		pool = append(pool, r.ID.Name)
	}
	if labels {
		for label := range l.labels {
			pool = append(pool, label)
		}
	}
	var found []string
	for _, n := range near(name, pool) {
		if i, ok := l.byID[n]; ok {
			found = append(found, fmt.Sprintf("%q (%s)", n, place(l.revs[i], l.revs[i].ID)))
		} else {
			o := l.labels[n]
			found = append(found, fmt.Sprintf("%q (%s)", n, place(l.revs[o.rev], o.ref)))
		}
	}
	if len(found) == 0 {
		return ""
	}
	return "did you mean " + either(found) + "?"
}

// sort returns the revisions in topological order, the smaller id first where there is a choice (Kahn's algorithm with a heap).
// Those on a cycle and those behind one are left out.
func (l *linker) sort() []int {
	users := reverse(len(l.revs), func(i int) []edge { return l.edges[i] }, func(e edge) int { return e.to })
	missing := make([]int, len(l.revs))
	var ready ranks
	for i, edges := range l.edges {
		missing[i] = len(edges)
		if len(edges) == 0 {
			ready = append(ready, i) // ascending, and so a heap already
		}
	}
	order := make([]int, 0, len(l.revs))
	for len(ready) > 0 {
		i := ready[0]
		heap.Pop(&ready)
		order = append(order, i)
		for _, u := range users[i] {
			if missing[u]--; missing[u] == 0 {
				ready = append(ready, u)
				heap.Fix(&ready, len(ready)-1)
			}
		}
	}
	return order
}

// ranks is a heap of revisions, smallest id first. The interface of heap carries a number in memory of its own, so none goes through it.
type ranks []int

func (h ranks) Len() int           { return len(h) }
func (h ranks) Less(i, j int) bool { return h[i] < h[j] }
func (h ranks) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *ranks) Push(any)          {}
func (h *ranks) Pop() any {
	*h = (*h)[:len(*h)-1]
	return nil
}

// chain renumbers the revisions by their place in the order.
func (l *linker) chain(order []int) *Chain {
	c := &Chain{
		nodes:  make([]node, len(order)),
		byID:   l.byID, // with other numbers from here on
		labels: make(map[string]int, len(l.labels)),
		gone:   make(map[string]int, len(l.replaced)),
		sorted: make([]string, len(order)),
	}
	for rank, r := range l.revs {
		c.sorted[rank] = r.ID.Name
	}
	number := make([]int, len(order)) // by rank
	for i, rank := range order {
		c.nodes[i].rev = l.revs[rank]
		number[rank] = i
	}
	for rank, r := range l.revs {
		c.byID[r.ID.Name] = number[rank]
	}
	for label, o := range l.labels {
		c.labels[label] = number[o.rev]
	}
	for id, o := range l.replaced {
		c.gone[id] = number[o.rev]
	}
	total := 0
	for _, r := range l.revs {
		total += len(r.Revises)
	}
	parents := make([]int, total)
	for i := range c.nodes {
		n := &c.nodes[i]
		count := len(n.rev.Revises)
		n.revises, parents = parents[:0:count], parents[count:]
		for _, ref := range n.rev.Revises {
			p, _ := c.exact(ref.Name)
			n.revises = append(n.revises, p)
		}
		for _, ref := range n.rev.DependsOn {
			d, ok := c.exact(ref.Name)
			if !ok {
				d = c.labels[ref.Name]
			}
			n.depends = append(n.depends, d)
		}
		n.revises, n.depends = ascending(n.revises), ascending(n.depends)
		n.needs = n.revises
		if len(n.depends) > 0 {
			n.needs = ascending(slices.Concat(n.revises, n.depends))
		}
	}
	same := func(i int) int { return i }
	children := reverse(len(order), func(i int) []int { return c.nodes[i].revises }, same)
	dependents := reverse(len(order), func(i int) []int { return c.nodes[i].depends }, same)
	users := reverse(len(order), func(i int) []int { return c.nodes[i].needs }, same)
	for i := range c.nodes {
		n := &c.nodes[i]
		n.children, n.dependents, n.users = children[i], dependents[i], users[i]
	}
	return c
}

// reverse turns lists of what each of n revisions leads to around: for each, those that lead to it, ascending.
func reverse[T any](n int, list func(i int) []T, to func(T) int) [][]int {
	starts := make([]int, n+1)
	for i := range n {
		for _, e := range list(i) {
			starts[to(e)+1]++
		}
	}
	for i := range n {
		starts[i+1] += starts[i]
	}
	all := make([]int, starts[n])
	lists := make([][]int, n)
	for i := range n {
		lists[i] = all[starts[i]:starts[i]:starts[i+1]]
	}
	for i := range n {
		for _, e := range list(i) {
			lists[to(e)] = append(lists[to(e)], i)
		}
	}
	return lists
}

func ascending(list []int) []int {
	slices.Sort(list)
	return slices.Compact(list)
}

// at is where a mistake about a word of r's header is reported.
func at(r *parser.Revision, ref parser.Ref) parser.Position {
	if ref.Pos.IsValid() {
		return ref.Pos
	}
	return parser.Position{File: r.File} // a revision that was not read from a text
}

// place is the other side of a mistake, as "file:line".
func place(r *parser.Revision, ref parser.Ref) string {
	pos := at(r, ref)
	switch {
	case pos.IsValid():
		return fmt.Sprintf("%s:%d", pos.File, pos.Line)
	case pos.File == "":
		return "no file"
	}
	return pos.File
}
