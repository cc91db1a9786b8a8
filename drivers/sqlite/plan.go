package sqlite

import (
	"slices"
	"strconv"
	"strings"

	"revise/schema"
)

// Plan alters tables in place where ALTER TABLE can do that and leaves the very text that is wanted; else a table is built anew by the steps of SQLite's manual
// (https://sqlite.org/lang_altertable.html#otheralter), with foreign keys off: under another name, its rows copied, the old one dropped, the new one renamed. Views and
// triggers that name it keep their texts, for legacy_alter_table has SQLite not look at them; only what goes with the old table is made again.
func (Driver) Plan(from, to *schema.Snapshot, _ schema.Options) (*schema.Plan, error) {
	p := &planner{from: newSide(from), to: newSide(to), gone: map[string]bool{}, anew: map[string]bool{}}
	p.dropCode()
	p.dropIndexes()
	if err := p.tables(); err != nil {
		return nil, err
	}
	p.make("index")
	p.make("view")
	p.make("trigger")
	p.makeHidden()
	p.steps = append(p.steps, p.last...)
	plan := &schema.Plan{}
	if len(p.steps) == 0 {
		return plan, nil
	}
	if p.legacy {
		// Else RENAME fails over views and triggers while the table that they name is not there.
		first := schema.Step{SQL: "PRAGMA legacy_alter_table = ON", Note: "views and triggers keep their texts while tables are renamed"}
		p.steps = append(append([]schema.Step{first}, p.steps...), schema.Step{SQL: "PRAGMA legacy_alter_table = OFF"})
	}
	plan.Parts = []schema.Part{{KeysOff: p.keysOff, Steps: p.steps}}
	return plan, nil
}

// A side is a snapshot, with what has to be found in it quickly.
type side struct {
	*schema.Snapshot
	keys    []string                    // of all but columns, sorted
	columns map[string][]*schema.Object // by the key of their table, in order
	refer   map[string][]string         // tables with foreign keys, by the key of what they refer to
	code    []string                    // views and triggers
	users   map[string][]string         // those that name an object, by its key
	names   map[string]bool             // what no other table can be called, folded
}

func newSide(s *schema.Snapshot) *side {
	out := &side{Snapshot: s, columns: s.Columns(), refer: map[string][]string{}, users: map[string][]string{}, names: map[string]bool{}}
	for _, k := range s.Keys() {
		o := s.Objects[k]
		if o.Kind == "column" {
			continue
		}
		out.keys = append(out.keys, k)
		if o.Kind == "view" || o.Kind == "trigger" {
			out.code = append(out.code, k)
			for _, need := range o.Needs {
				out.users[need] = append(out.users[need], k)
			}
		}
		if o.Kind != "trigger" {
			out.names[fold(o.Attrs["name"])] = true
		}
		if o.Attrs["virtual"] != "" {
			for _, name := range shadows(o.Attrs["name"], o.Attrs["sql"]) {
				out.names[fold(name)] = true
			}
		}
		for _, to := range o.After {
			out.refer[to] = append(out.refer[to], k)
		}
	}
	return out
}

// spread adds to a set of keys the views and triggers that name one of them, or name what does.
func (s *side) spread(set map[string]bool) {
	var queue []string
	for k, in := range set {
		if in {
			queue = append(queue, k)
		}
	}
	for len(queue) > 0 {
		for _, u := range s.users[queue[0]] {
			if !set[u] {
				set[u] = true
				queue = append(queue, u)
			}
		}
		queue = queue[1:]
	}
}

// order lists the keys of a kind in the order in which they can be made, by name where nothing decides.
func (s *side) order(kind string) []string {
	var out []string
	seen := map[string]bool{}
	var visit func(k string)
	visit = func(k string) {
		o := s.Objects[k]
		if o == nil || o.Kind != kind || seen[k] {
			return
		}
		seen[k] = true
		for _, need := range o.Needs {
			visit(need)
		}
		for _, need := range o.After {
			visit(need)
		}
		out = append(out, k)
	}
	for _, k := range s.keys {
		visit(k)
	}
	return out
}

// all are the columns of a table, in order, also those that a filter has left out: of these only what their text says.
func (s *side) all(o *schema.Object) []*schema.Object {
	seen := s.columns[o.Key()]
	if n, _ := strconv.Atoi(o.Attrs["parts"]); len(seen) >= n {
		return seen
	}
	t, err := readTable(o.Attrs["sql"])
	if err != nil || t == nil {
		return seen
	}
	list := make([]*schema.Object, len(t.columns))
	for i, c := range t.columns {
		name := unquotedWord(c.list[0])
		col := &schema.Object{
			Kind: "column", Name: o.Name + "." + object(name), Path: []string{o.Attrs["name"], name}, Parent: o.Key(), Place: i + 1, Def: joined(c.list),
			Attrs: map[string]string{"name": name, "text": c.text},
		}
		if c.has("not", "null") {
			col.Attrs["notnull"] = "true"
		}
		if c.has("as", "(") {
			col.Attrs["generated"] = "true"
		}
		list[i] = col
	}
	for _, c := range seen {
		list[c.Place-1] = c
	}
	return list
}

type planner struct {
	from, to *side
	gone     map[string]bool // keys of what the statements so far have dropped
	anew     map[string]bool // keys of tables among them that are made again
	keysOff  bool
	legacy   bool // there are views or triggers while a table takes the name of one that was dropped
	steps    []schema.Step
	last     []schema.Step // for the end
}

func (p *planner) add(about, sql string) { p.step(about, sql, "", "") }

func (p *planner) step(about, sql, loses, note string) {
	p.steps = append(p.steps, schema.Step{SQL: sql, About: about, Loses: loses, Note: note})
}

// same reports whether both sides have an object, the same one.
func (p *planner) same(key string) bool {
	x, y := p.from.Objects[key], p.to.Objects[key]
	return x != nil && y != nil && x.Def == y.Def && x.Parent == y.Parent
}

// sameTable reports whether a table and its columns are the same.
func (p *planner) sameTable(key string) bool {
	return p.same(key) && slices.EqualFunc(p.from.columns[key], p.to.columns[key], func(a, b *schema.Object) bool { return a.Name == b.Name && a.Def == b.Def })
}

// dropCode drops triggers, and then views, that change or go. What names such a view may stay, unless SQLite is to look at it while the view is not there.
func (p *planner) dropCode() {
	drop := map[string]bool{}
	for _, k := range p.from.code {
		drop[k] = !p.same(k)
	}
	if p.dropsColumns() {
		p.from.spread(drop)
	}
	for _, k := range p.from.code {
		if x := p.from.Objects[k]; x.Kind == "trigger" && drop[k] {
			p.gone[k] = true
			p.add(k, "DROP TRIGGER "+plain(x.Attrs["name"]))
		}
	}
	for _, k := range slices.Backward(p.from.order("view")) {
		if x := p.from.Objects[k]; drop[k] {
			p.take(x)
			p.add(k, "DROP VIEW "+plain(x.Attrs["name"]))
		}
	}
}

// dropsColumns reports whether a column goes of a table that stays: SQLite looks at all views and triggers then.
func (p *planner) dropsColumns() bool {
	for table, columns := range p.from.columns {
		if p.same(table) && slices.ContainsFunc(columns, func(c *schema.Object) bool { return p.to.Objects[c.Key()] == nil }) {
			return true
		}
	}
	return false
}

// take notes that something is dropped, with the indexes and triggers on it.
func (p *planner) take(x *schema.Object) {
	p.gone[x.Key()] = true
	if x.Attrs["virtual"] != "" {
		return
	}
	for i := 0; i < len(x.List); i += 2 {
		p.gone[x.List[i]] = true
	}
}

// dropIndexes drops those that change or go, but for those that go with their tables.
func (p *planner) dropIndexes() {
	for _, k := range p.from.keys {
		x := p.from.Objects[k]
		goes := p.from.Objects[x.Parent] != nil && p.to.Objects[x.Parent] == nil
		if x.Kind == "index" && !p.same(k) && !goes {
			p.gone[k] = true
			p.add(k, "DROP INDEX "+plain(x.Attrs["name"]))
		}
	}
}

// tables drops tables, children before their parents, then changes some, then makes others.
func (p *planner) tables() error {
	for _, k := range slices.Backward(p.from.order("table")) {
		if p.to.Objects[k] == nil {
			p.dropTable(p.from.Objects[k], "the table "+p.from.Objects[k].Attrs["name"])
		}
	}
	for _, k := range p.from.keys {
		x, y := p.from.Objects[k], p.to.Objects[k]
		if x.Kind != "table" || y == nil || p.sameTable(k) {
			continue
		}
		if x.Attrs["virtual"] != "" || y.Attrs["virtual"] != "" {
			p.changeVirtual(x, y)
			continue
		}
		steps, ok, err := p.alter(x, y)
		if err != nil {
			return err
		}
		if ok {
			p.steps = append(p.steps, steps...)
			continue
		}
		if err := p.rebuild(x, y); err != nil {
			return err
		}
	}
	for _, k := range p.to.order("table") {
		if p.from.Objects[k] == nil {
			p.add(k, p.to.Objects[k].Attrs["sql"])
		}
	}
	return nil
}

// dropTable drops a table. With foreign keys on, SQLite deletes its rows first, and others may refer to them.
func (p *planner) dropTable(x *schema.Object, loses string) {
	p.take(x)
	p.keysOff = p.keysOff || p.referred(x.Key()) || strings.Contains(x.Def, "deferr")
	for _, c := range p.from.columns[x.Key()] {
		p.keysOff = p.keysOff || strings.Contains(c.Def, "deferr")
	}
	p.step(x.Key(), "DROP TABLE "+plain(x.Attrs["name"]), loses, "")
}

// referred reports whether foreign keys refer to a table, of itself or of one that is still there, seen or not.
func (p *planner) referred(key string) bool {
	from := p.from.refer[key]
	all, _ := strconv.Atoi(p.from.Objects[key].Attrs["referred"])
	return all > len(from) || slices.ContainsFunc(from, func(k string) bool { return k == key || !p.gone[k] || p.anew[k] })
}

// renames notes that a table takes the name of one that is dropped now: are there views and triggers, seen or not?
func (p *planner) renames() {
	p.legacy = p.legacy || p.hidden() || slices.ContainsFunc(p.from.code, func(k string) bool { return !p.gone[k] })
}

// hidden reports whether there are more views and triggers than those that the snapshot shows.
func (p *planner) hidden() bool {
	all, err := strconv.Atoi(p.from.Traits["code"])
	return err == nil && all > len(p.from.code)
}

// makeHidden makes those indexes and triggers again that went with their tables and views, and that the snapshots leave out.
func (p *planner) makeHidden() {
	for _, k := range p.from.keys {
		x := p.from.Objects[k]
		if !p.gone[k] || p.to.Objects[k] == nil || x.Attrs["virtual"] != "" {
			continue
		}
		for i := 0; i+1 < len(x.List); i += 2 {
			if key := x.List[i]; p.from.Objects[key] == nil && p.to.Objects[key] == nil {
				p.step(key, x.List[i+1], "", "it went with "+x.Key()+", and comes again as it was")
			}
		}
	}
}

// make creates what of a kind is not there, or not any more.
func (p *planner) make(kind string) {
	order := p.to.order(kind)
	if kind != "view" { // those of one table stand together
		slices.SortStableFunc(order, func(a, b string) int { return strings.Compare(p.to.Objects[a].Parent, p.to.Objects[b].Parent) })
	}
	for _, k := range order {
		if p.from.Objects[k] == nil || p.gone[k] {
			p.add(k, p.to.Objects[k].Attrs["sql"])
		}
	}
}
