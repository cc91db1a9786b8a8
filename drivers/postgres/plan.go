package postgres

import (
	"cmp"
	"container/heap"
	"maps"
	"slices"
	"strconv"
	"strings"

	"revise/schema"
)

// Plan drops, changes and makes objects in the order that their needs allow. What PostgreSQL cannot change in place is made anew, with all that depends on it.
func (Driver) Plan(from, to *schema.Snapshot, opt schema.Options) (*schema.Plan, error) {
	anew := map[string]bool{}
	for {
		p := newPlanner(from, to, opt, anew)
		ops := p.order()
		if len(p.stuck) == 0 {
			return p.plan(ops), nil
		}
		// What is replaced in place must come behind what it will need and before what it needed; where both are one, it goes and comes back.
		for _, k := range p.stuck {
			anew[k] = true
		}
	}
}

func newPlanner(from, to *schema.Snapshot, opt schema.Options, anew map[string]bool) *planner {
	p := &planner{
		anew: anew, through: map[string]bool{},
		from: from, to: to, opt: opt, drop: map[string]bool{}, create: map[string]bool{}, alter: map[string][]step{}, ops: map[changeKey]*change{},
		partsFrom: parts(from), partsTo: parts(to), users: map[string][]string{}, names: map[string]string{},
		was: from.Columns(), is: to.Columns(), parents: map[string][]*schema.Object{},
	}
	for _, o := range to.Objects {
		if o.Kind == "inheritance" || o.Kind == "partition" {
			p.parents[o.Attrs["table"]] = append(p.parents[o.Attrs["table"]], o)
		}
	}
	for _, list := range p.parents { // the name of an inheritance ends with its number
		slices.SortFunc(list, func(a, b *schema.Object) int {
			return cmp.Or(cmp.Compare(len(a.Name), len(b.Name)), cmp.Compare(a.Name, b.Name))
		})
	}
	p.version, _ = strconv.Atoi(from.Traits["version"])
	for _, k := range from.Keys() {
		for _, n := range from.Objects[k].Needs {
			p.users[n] = append(p.users[n], k)
		}
	}
	p.renames()
	p.classify()
	p.spread()
	p.nodes()
	p.link()
	return p
}

// A step is a schema.Step with what its neighbours have to know.
type step struct {
	schema.Step
	alone  bool // it runs outside of a transaction
	behind bool // what was before has to be committed
	phase  phase
}

// A phase says when a step of a plan comes that keeps others waiting as little as can be. Those of one phase share a commit, or need none; who must not wait that
// long comes when it would without.
type phase int

const (
	atOnce     phase = iota
	validating       // reads tables under a weak lock
	setting          // needs what was validated
	building         // makes indexes, outside of a transaction
	attaching        // needs such an index
	phases
)

type changeKind byte

const (
	dropping changeKind = iota
	altering
	creating
)

type changeKey struct {
	kind changeKind
	key  string
}

// A change is what happens to one object.
type change struct {
	changeKey
	from, to *schema.Object
	before   map[*change]bool // it comes behind these
	rank     int
	number   int // among all, in their order where nothing decides
	waits    int
	next     []*change
}

func (o *change) object() *schema.Object {
	if o.to != nil {
		return o.to
	}
	return o.from
}

type planner struct {
	from, to           *schema.Snapshot
	opt                schema.Options
	version            int
	anew               map[string]bool // keys of what is not to be replaced in place
	stuck              []string        // of what is in a circle because it is
	drop, create       map[string]bool
	through            map[string]bool // keys of columns whose type is made anew: their values are kept as text meanwhile
	alter              map[string][]step
	ops                map[changeKey]*change
	partsFrom, partsTo map[string][]*schema.Object
	users              map[string][]string // of each key of from: what needs it
	names              map[string]string   // keys of to that are keys of from under another name
	remarks            []schema.Remark
	was, is            map[string][]*schema.Object // columns, by table
	parents            map[string][]*schema.Object // of the key of each table: its inheritances in order, or what it is a partition of
}

func parts(s *schema.Snapshot) map[string][]*schema.Object {
	m := map[string][]*schema.Object{}
	for _, k := range s.Keys() {
		if o := s.Objects[k]; o.Parent != "" {
			m[o.Parent] = append(m[o.Parent], o)
		}
	}
	return m
}

func (p *planner) remark(key, text string, short bool) {
	p.remarks = append(p.remarks, schema.Remark{Key: key, Text: text, Short: short})
}

// blocksType are kinds that PostgreSQL refuses to keep while the type of a column changes that they need.
func blocksType(kind string) bool {
	return slices.Contains([]string{"view", "materialized view", "rule", "trigger", "policy", "function", "procedure", "default", "publication table", "statistics"}, kind)
}

// renames finds constraints and indexes of a table that have another name and nothing else: they are renamed in place.
func (p *planner) renames() {
	type spot struct{ parent, kind, def string }
	gone := map[spot][]*schema.Object{}
	for _, k := range p.from.Keys() {
		if o := p.from.Objects[k]; p.to.Objects[k] == nil && renameable(o) && p.to.Objects[o.Parent] != nil {
			s := spot{o.Parent, o.Kind, nameless(o)}
			gone[s] = append(gone[s], o)
		}
	}
	for _, k := range p.to.Keys() {
		y := p.to.Objects[k]
		if p.from.Objects[k] != nil || !renameable(y) {
			continue
		}
		s := spot{y.Parent, y.Kind, nameless(y)}
		if list := gone[s]; len(list) > 0 {
			gone[s] = list[1:]
			p.names[k] = list[0].Key()
		}
	}
}

func renameable(o *schema.Object) bool {
	return (o.Kind == "constraint" || o.Kind == "index") && o.Attrs["inherited"] == "" && o.Attrs["child"] == "" && o.Attrs["parentidx"] == ""
}

// nameless is the definition of a constraint or an index without its name.
func nameless(o *schema.Object) string {
	if o.Kind == "constraint" {
		return o.Def
	}
	return strings.Replace(o.Def, "INDEX "+o.Attrs["index"]+" ON ", "INDEX ON ", 1)
}

// classify decides of each object what becomes of it by itself.
func (p *planner) classify() {
	for _, k := range p.from.Keys() {
		if p.to.Objects[k] == nil {
			p.drop[k] = true
		}
	}
	for _, k := range p.to.Keys() {
		x, y := p.from.Objects[k], p.to.Objects[k]
		switch {
		case x == nil && p.names[k] != "":
			delete(p.drop, p.names[k])
			p.alter[k] = []step{p.renameStep(p.from.Objects[p.names[k]], y)}
		case x == nil:
			p.create[k] = true
		case x.Def != y.Def || x.Parent != y.Parent:
			steps, ok := p.inPlace(x, y)
			if !ok || p.anew[k] {
				p.drop[k], p.create[k] = true, true
				continue
			}
			p.alter[k] = steps
		}
	}
}

func (p *planner) renameStep(x, y *schema.Object) step {
	if x.Kind == "index" {
		return say(y, "ALTER INDEX "+x.Name+" RENAME TO "+y.Attrs["index"])
	}
	return say(y, "ALTER TABLE "+y.Attrs["table"]+" RENAME CONSTRAINT "+x.Attrs["con"]+" TO "+y.Attrs["con"])
}

func say(o *schema.Object, sql string) step {
	return step{Step: schema.Step{SQL: sql, About: o.Key()}}
}

// past is the object of from that an object of to is.
func (p *planner) past(k string) *schema.Object {
	if old := p.names[k]; old != "" {
		return p.from.Objects[old]
	}
	return p.from.Objects[k]
}

// spread makes anew what depends on something that is made anew, and on a column whose type changes, as far as PostgreSQL demands it.
func (p *planner) spread() {
	again := map[string]bool{}
	var queue []string
	redo := func(k string) {
		if !again[k] && !(p.drop[k] && p.to.Objects[k] == nil) {
			again[k] = true
			queue = append(queue, k)
		}
	}
	queue = append(queue, slices.Sorted(maps.Keys(p.drop))...)
	for _, k := range slices.Sorted(maps.Keys(p.alter)) {
		x, y := p.past(k), p.to.Objects[k]
		switch {
		case x.Kind == "column" && (x.Attrs["type"] != y.Attrs["type"] || x.Attrs["coll"] != y.Attrs["coll"]):
			p.retyped(k, redo)
		case x.Kind == "type" && madeAnew(p.alter[k]):
			for _, u := range p.users[k] {
				switch o := p.from.Objects[u]; o.Kind {
				case "column":
					p.retyped(u, redo)
				case "owner", "grants", "comment":
				default:
					redo(u)
				}
			}
		}
	}
	seen := map[string]bool{}
	for len(queue) > 0 {
		k := queue[0]
		queue = queue[1:]
		if seen[k] {
			continue
		}
		seen[k] = true
		for _, u := range p.users[k] {
			if x := p.from.Objects[u]; !p.drop[u] && !again[u] && !p.spared(k, x) {
				redo(u)
			}
		}
	}
	for k := range again {
		p.redo(k)
	}
	p.withParents()
	for k := range again {
		x, y := p.from.Objects[k], p.to.Objects[k]
		if x.Kind == "column" && y != nil && !p.drop[x.Parent] && x.Attrs["genkind"] == "" && y.Attrs["genkind"] == "" && x.Attrs["inherited"] == "" && y.Attrs["inherited"] == "" {
			p.through[k] = true
		}
	}
}

// spared reports whether an object can stay though what it needs goes: what it becomes does not need that.
func (p *planner) spared(gone string, x *schema.Object) bool {
	k := x.Key()
	y := p.to.Objects[k]
	if y == nil {
		y = p.to.Objects[p.renamed(k)]
	}
	if y == nil {
		return false
	}
	without := !slices.Contains(y.Needs, gone)
	switch x.Kind {
	case "view", "function", "procedure", "column":
		return p.alter[k] != nil && without
	case "table":
		return !strings.HasPrefix(gone, "schema ") && (x.Attrs["of"] == "" || without)
	}
	return false
}

// retyped is a column whose type changes: what stands in the way goes and comes back.
func (p *planner) retyped(k string, redo func(string)) {
	for _, u := range p.users[k] {
		x := p.from.Objects[u]
		generated := x.Kind == "column" && x.Attrs["genkind"] != ""
		key := x.Kind == "constraint" && x.Attrs["contype"] == "f" && !p.keyStays(k)
		text := key || x.Kind == "index" && strings.Contains(x.Def, " WHERE ") || x.Kind == "index" && strings.Contains(x.Def, "((") ||
			x.Kind == "constraint" && (x.Attrs["contype"] == "c" || x.Attrs["contype"] == "x")
		if blocksType(x.Kind) || generated || text {
			redo(u)
		}
	}
}

// keyStays reports whether a foreign key bears it that the type of one of its columns changes before the other's: types of one family compare.
func (p *planner) keyStays(k string) bool {
	x, y := p.past(k), p.to.Objects[k]
	if x == nil || y == nil {
		return false
	}
	family := func(o *schema.Object) int {
		for i, list := range [][]string{{"smallint", "integer", "bigint"}, {"text", "character varying"}} {
			if slices.Contains(list, o.Attrs["base"]) {
				return i + 1
			}
		}
		return 0
	}
	return x.Attrs["base"] == y.Attrs["base"] || family(x) > 0 && family(x) == family(y)
}

// madeAnew reports whether the steps of an enum make a new type.
func madeAnew(steps []step) bool {
	return len(steps) > 0 && strings.Contains(steps[0].SQL, " RENAME TO ")
}

// redo has an object go, and come back if it is to be there, under whatever name.
func (p *planner) redo(k string) {
	delete(p.alter, k)
	p.drop[k] = true
	if p.to.Objects[k] != nil {
		p.create[k] = true
	}
	if to := p.renamed(k); to != "" {
		delete(p.alter, to)
		delete(p.names, to)
		p.create[to] = true
	}
}

// renamed is the key that an object of from has in to; "" if it is not renamed.
func (p *planner) renamed(k string) string {
	for to, old := range p.names {
		if old == k {
			return to
		}
	}
	return ""
}

// withParents has all that belongs to an object go and come with it.
func (p *planner) withParents() {
	for changed := true; changed; {
		changed = false
		for k := range p.create {
			for _, part := range p.partsTo[k] {
				pk := part.Key()
				if !p.create[pk] {
					changed = true
					p.create[pk] = true
					delete(p.alter, pk)
					if old := p.names[pk]; old != "" {
						delete(p.names, pk)
						p.drop[old] = true
					} else if p.from.Objects[pk] != nil {
						p.drop[pk] = true
					}
				}
			}
		}
		for k := range p.drop {
			for _, part := range p.partsFrom[k] {
				pk := part.Key()
				if !p.drop[pk] {
					changed = true
					p.redo(pk)
				}
			}
		}
	}
}

// rank is the order of kinds, where needs do not decide.
func rank(kind string) int {
	order := []string{"schema", "foreign data wrapper", "extension", "collation", "type", "domain", "sequence", "function", "procedure", "aggregate", "cast", "text search dictionary", "text search configuration", "server",
		"table", "foreign table", "column", "default", "sequence owner", "constraint", "index", "inheritance", "partition", "view", "materialized view", "statistics", "trigger", "rule", "policy", "cluster", "replica identity",
		"publication", "publication table", "event trigger", "owner", "grants", "default grants", "comment"}
	if i := slices.Index(order, kind); i >= 0 {
		return i
	}
	return len(order)
}

// nodes makes the ops.
func (p *planner) nodes() {
	add := func(kind changeKind, k string, from, to *schema.Object) {
		p.ops[changeKey{kind, k}] = &change{changeKey: changeKey{kind, k}, from: from, to: to, before: map[*change]bool{}}
	}
	for k := range p.drop {
		add(dropping, k, p.from.Objects[k], nil)
	}
	for k := range p.alter {
		add(altering, k, p.past(k), p.to.Objects[k])
	}
	for k := range p.create {
		add(creating, k, nil, p.to.Objects[k])
	}
}

// node is the op that carries out what becomes of a key: a part that comes or goes with its table is in the table's.
func (p *planner) node(kind changeKind, k string) *change {
	o := p.ops[changeKey{kind, k}]
	for range 8 {
		if o == nil {
			return nil
		}
		in := p.carrier(o)
		if in == nil {
			return o
		}
		o = in
	}
	return o
}

// carrier is the op that does this one's work with its own; nil if it does it itself.
func (p *planner) carrier(o *change) *change {
	x := o.object()
	switch o.kind {
	case dropping:
		if x.Parent == "" || x.Kind == "constraint" && x.Attrs["contype"] == "f" || x.Kind == "sequence owner" {
			return nil
		}
		return p.ops[changeKey{dropping, x.Parent}]
	case creating:
		switch x.Kind {
		case "column":
			return p.ops[changeKey{creating, x.Parent}]
		case "inheritance":
			return p.ops[changeKey{creating, x.Attrs["table"]}]
		case "default":
			c := p.ops[changeKey{creating, "column " + x.Attrs["column"]}]
			if c == nil || !p.within(x, c.to.Parent, "column "+x.Attrs["column"], true) {
				return nil
			}
			return c
		case "constraint":
			if x.Attrs["contype"] == "f" || x.Attrs["child"] != "" || x.Attrs["parentidx"] != "" || strings.Contains(x.Def, "NOT VALID") || x.Attrs["contype"] == "x" && len(x.Needs) > 20 {
				return nil
			}
			t := p.ops[changeKey{creating, x.Parent}]
			if t == nil || !p.within(x, x.Parent, "", false) || p.twin(x) {
				return nil
			}
			return t
		}
	}
	return nil
}

// carried reports whether a new object is made with another one's statement.
func (p *planner) carried(x *schema.Object) bool {
	o := p.ops[changeKey{creating, x.Key()}]
	return o != nil && p.carrier(o) != nil
}

// twin reports whether a constraint is another one's double: of two in one CREATE TABLE the server makes one.
func (p *planner) twin(x *schema.Object) bool {
	if x.Attrs["contype"] != "u" && x.Attrs["contype"] != "p" {
		return false
	}
	columns := func(o *schema.Object) string { _, c, _ := strings.Cut(o.Attrs["def"], "("); return c }
	for _, y := range p.partsTo[x.Parent] {
		if y.Kind == "constraint" && y.Name < x.Name && (y.Attrs["contype"] == "u" || y.Attrs["contype"] == "p") && columns(y) == columns(x) {
			return true
		}
		if y.Kind == "constraint" && x.Attrs["contype"] == "u" && y.Attrs["contype"] == "p" && columns(y) == columns(x) {
			return true
		}
	}
	return false
}

// within reports whether all that an object needs is a table with its parts, or made before any table.
func (p *planner) within(x *schema.Object, table, column string, sequences bool) bool {
	for _, n := range x.Needs {
		y := p.to.Objects[n]
		if y == nil {
			return false
		}
		switch {
		case n == table, n == column, column == "" && y.Parent == table && y.Kind == "column":
		case y.Kind == "type", y.Kind == "domain", y.Kind == "schema", y.Kind == "extension", y.Kind == "collation", y.Kind == "sequence" && sequences:
		default:
			return false
		}
	}
	return true
}

// link says which op comes behind which.
func (p *planner) link() {
	edge := func(first, second *change) {
		if first != nil && second != nil && first != second {
			second.before[first] = true
		}
	}
	for _, o := range p.ops {
		n := p.node(o.kind, o.key)
		if o.from != nil {
			for _, need := range o.from.Needs { // who needs a thing goes before it does
				edge(n, p.node(dropping, need))
				if o.kind == dropping || o.kind == altering && madeAnew(p.alter[need]) && !slices.Contains(o.to.Needs, need) {
					edge(n, p.node(altering, need)) // and who does without it from now on, before the old one of it goes
				}
			}
		}
		if o.to != nil {
			for _, need := range slices.Concat(o.to.Needs, o.to.After) {
				edge(p.node(creating, need), n)
				edge(p.node(altering, need), n)
			}
		}
		if o.kind == dropping {
			edge(n, p.node(creating, o.key))
		}
		if x := o.object(); x.Kind == "column" && o.kind != altering {
			for _, up := range p.parents[x.Parent] {
				of, merged := p.node(o.kind, "column "+up.Attrs["up"]+"."+x.Attrs["col"]), x.Attrs["merged"] != ""
				switch {
				case o.kind == creating && x.Attrs["inherited"] != "", o.kind == dropping && merged: // it comes with the parent's; that it leaves here is the table's own
					edge(of, n)
				case o.kind == creating && merged && n == o: // the parent's joins it
					edge(n, of)
				}
			}
		}
	}
	// Default privileges change behind all that is made: what is made gets those that were there.
	for _, d := range p.ops {
		if d.object().Kind != "default grants" {
			continue
		}
		for _, o := range p.ops {
			if o.kind == creating && o.object().Kind != d.object().Kind {
				edge(p.node(o.kind, o.key), d)
			}
		}
	}
	// A name of a relation is free before it is taken again.
	frees := map[string]*change{}
	for _, o := range p.ops {
		if r := relationOf(o.from); r != "" && (o.kind == dropping || r != relationOf(o.to)) {
			frees[r] = p.node(o.kind, o.key)
		}
	}
	for _, o := range p.ops {
		if r := relationOf(o.to); r != "" && r != relationOf(o.from) {
			edge(frees[r], p.node(o.kind, o.key))
		}
	}
}

// relationOf is the name that an object takes among relations, if it does.
func relationOf(o *schema.Object) string {
	if o == nil {
		return ""
	}
	if o.Kind == "column" {
		return o.Attrs["idseq"]
	}
	return o.Attrs["rel"]
}

// order sorts the ops. Where they need each other in a circle, it is broken at the first by rank.
func (p *planner) order() []*change {
	var list []*change
	for _, o := range p.ops {
		if p.carrier(o) != nil {
			continue
		}
		r := rank(o.object().Kind)
		switch o.kind {
		case dropping:
			o.rank = 100 - r
		default:
			o.rank = 200 + r
		}
		list = append(list, o)
	}
	slices.SortFunc(list, func(a, b *change) int {
		x, y := a.object(), b.object()
		switch {
		case a.rank != b.rank:
			return a.rank - b.rank
		case x.Parent == y.Parent && x.Place != y.Place:
			return x.Place - y.Place
		case a.key != b.key:
			return strings.Compare(a.key, b.key)
		}
		return int(a.kind) - int(b.kind)
	})
	for i, o := range list {
		o.number = i
		o.waits = len(o.before)
		for b := range o.before {
			b.next = append(b.next, o)
		}
	}
	ready := &changeHeap{}
	left := map[*change]bool{}
	for _, o := range list {
		left[o] = true
		if o.waits == 0 {
			heap.Push(ready, o)
		}
	}
	var out []*change
	from := 0
	for len(left) > 0 {
		if ready.Len() == 0 {
			for _, o := range list {
				if left[o] && o.kind == altering && (o.to.Kind == "view" || o.to.Kind == "function" || o.to.Kind == "procedure") && !p.anew[o.key] {
					p.stuck = append(p.stuck, o.key)
				}
			}
			for !left[list[from]] {
				from++
			}
			heap.Push(ready, list[from])
		}
		o := heap.Pop(ready).(*change)
		if !left[o] {
			continue
		}
		delete(left, o)
		out = append(out, o)
		for _, n := range o.next {
			if n.waits--; n.waits == 0 && left[n] {
				heap.Push(ready, n)
			}
		}
	}
	return out
}

type changeHeap []*change

func (h changeHeap) Len() int           { return len(h) }
func (h changeHeap) Less(i, j int) bool { return h[i].number < h[j].number }
func (h changeHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *changeHeap) Push(x any)        { *h = append(*h, x.(*change)) }
func (h *changeHeap) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}

// plan makes parts of the steps.
func (p *planner) plan(ops []*change) *schema.Plan {
	var early, late []step
	deferred := make([][]step, phases)
	for _, o := range ops {
		steps := p.emit(o)
		waits := len(o.next) == 0 // nothing needs it
		first := o.kind == altering && o.to.Attrs["sub"] == "enum" && !madeAnew(steps) && p.valueUsed(o.from, o.to)
		for _, s := range steps {
			if waits && s.phase != atOnce {
				deferred[s.phase] = append(deferred[s.phase], s)
				continue
			}
			s.behind = s.behind || s.phase == validating || s.phase == setting
			if first {
				early = append(early, s)
				continue
			}
			late = append(late, s)
		}
	}
	if len(early) > 0 && len(late) > 0 {
		late[0].behind = true
	}
	for _, list := range deferred {
		if len(list) > 0 {
			list[0].behind = true
			late = append(late, list...)
		}
	}
	plan := &schema.Plan{}
	bodies := false
	var part *schema.Part
	for _, s := range slices.Concat(early, late) {
		if part == nil || s.behind || s.alone != part.NoTransaction {
			plan.Parts = append(plan.Parts, schema.Part{NoTransaction: s.alone})
			part = &plan.Parts[len(plan.Parts)-1]
			bodies = false
		}
		if !bodies && !s.alone && p.grows() && p.checksBodies(s) {
			bodies = true
			part.Steps = append(part.Steps, schema.Step{SQL: "SET check_function_bodies = off", Note: "functions may name what comes behind them"})
		}
		part.Steps = append(part.Steps, s.Step)
	}
	p.places()
	plan.Remarks = p.remarks
	return plan
}

// checksBodies reports whether a step makes a function whose body the server would check by what is there.
func (p *planner) checksBodies(s step) bool {
	o := p.to.Objects[s.About]
	return o != nil && (o.Kind == "function" || o.Kind == "procedure") && strings.HasPrefix(s.SQL, "CREATE ") && o.Attrs["atomic"] == ""
}

// grows reports whether the plan makes or drops what the body of a function may name.
func (p *planner) grows() bool {
	for o := range p.ops {
		switch kind, _, _ := strings.Cut(o.key, " "); kind {
		case "table", "view", "materialized", "type", "domain", "column", "function", "procedure", "aggregate", "foreign":
			if o.kind != altering {
				return true
			}
		}
	}
	return false
}

// places tells of columns that cannot stand where they should: a new one comes last.
func (p *planner) places() {
	for _, k := range p.to.Keys() {
		y := p.to.Objects[k]
		if y.Kind != "table" || p.from.Objects[k] == nil || p.create[k] {
			continue
		}
		var is []string
		want := p.is[k]
		for _, c := range p.was[k] {
			if ck := c.Key(); p.to.Objects[ck] != nil && (p.through[ck] || !(p.drop[ck] && p.create[ck])) {
				is = append(is, ck)
			}
		}
		for _, c := range want {
			if ck := c.Key(); p.from.Objects[ck] == nil || p.drop[ck] && p.create[ck] && !p.through[ck] {
				is = append(is, ck)
			}
		}
		for i, c := range want {
			if i < len(is) && is[i] != c.Key() {
				p.remark(k, "the columns are all there, but in another order: PostgreSQL adds a column behind all others only", true)
				break
			}
		}
	}
}
