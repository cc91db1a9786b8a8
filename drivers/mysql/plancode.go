package mysql

import (
	"maps"
	"slices"
	"strings"

	"revise/schema"
)

// codeKinds are in the order in which they are dropped, but for triggers.
var codeKinds = []string{"event", "view", "package body", "package", "procedure", "function"}

// dropCode drops what is gone, and what has changed and cannot be replaced at once.
func (p *planner) dropCode() {
	for _, kind := range codeKinds {
		if kind == "view" {
			p.dropTriggers()
		}
		for _, x := range p.was.kinds[kind] {
			y := p.to.Objects[x.Key()]
			if y != nil && (x.Def == y.Def || p.replaces(x)) {
				continue
			}
			if kind == "package body" && p.to.Objects["package "+x.Name] == nil {
				continue // it goes with its package
			}
			if strings.HasPrefix(kind, "package") { // the word is one in Oracle's mode only
				p.setMode(x, x.Attrs["sql_mode"])
			}
			s := p.say(x, "DROP "+strings.ToUpper(kind)+" "+x.Name)
			if y != nil && (kind == "procedure" || kind == "function") {
				s.Note = "grants on it go with it"
			}
		}
	}
}

// replaces reports whether CREATE OR REPLACE changes an object: at once, and with its grants.
func (p *planner) replaces(x *schema.Object) bool { return x.Kind == "view" || p.maria }

// makeCode makes what is new or has changed, in an order in which it can be made.
func (p *planner) makeCode() {
	for _, kind := range []string{"function", "procedure", "package", "package body"} {
		for _, y := range p.is.kinds[kind] {
			p.makeOne(y)
		}
	}
	var views []string
	for _, y := range p.is.kinds["view"] {
		if x := p.from.Objects[y.Key()]; x == nil || x.Def != y.Def {
			views = append(views, y.Key())
		}
	}
	for _, k := range inOrder(views, func(k string) []string { return p.to.Objects[k].Needs }) {
		p.makeOne(p.to.Objects[k])
	}
	p.makeTriggers()
	for _, y := range p.is.kinds["event"] {
		p.makeOne(y)
	}
}

func (p *planner) makeOne(y *schema.Object) {
	x := p.from.Objects[y.Key()]
	if x != nil && x.Def == y.Def {
		// A package that is made anew drops its body.
		was, is := p.from.Objects["package "+y.Name], p.to.Objects["package "+y.Name]
		if y.Kind != "package body" || was == nil || is == nil || was.Def == is.Def {
			return
		}
	}
	if y.Attrs["broken"] != "" {
		p.short(y, "cannot be made: it refers to what is not there")
		return
	}
	sql := y.Attrs["sql"]
	if y.Kind == "view" {
		sql = readable(sql)
	}
	if x != nil && p.replaces(x) {
		sql = strings.Replace(sql, "CREATE ", "CREATE OR REPLACE ", 1)
	}
	p.under(y)
	p.say(y, sql)
}

// readable leaves out of a view's text what holds without being said.
func readable(sql string) string {
	head, rest, ok := strings.Cut(sql, " VIEW `")
	if !ok {
		return sql
	}
	head = strings.Replace(head, " ALGORITHM=UNDEFINED", "", 1)
	return strings.TrimSuffix(head, " SQL SECURITY DEFINER") + " VIEW `" + rest
}

// A triggerGroup is the triggers of one event of one table, in their order.
type triggerGroup struct{ was, is []*schema.Object }

// groups are the triggers by event and table, and those of them that stay.
func (p *planner) groups() (groups map[string]*triggerGroup, stay map[string]bool) {
	groups, stay = map[string]*triggerGroup{}, map[string]bool{}
	group := func(o *schema.Object) *triggerGroup {
		g := groups[o.Attrs["group"]]
		if g == nil {
			g = &triggerGroup{}
			groups[o.Attrs["group"]] = g
		}
		return g
	}
	for _, o := range p.was.kinds["trigger"] {
		if p.to.Objects[o.Parent] != nil { // it goes with its table
			group(o).was = append(group(o).was, o)
		}
	}
	for _, o := range p.is.kinds["trigger"] {
		group(o).is = append(group(o).is, o)
	}
	bodies := func(list []*schema.Object) (out []string) {
		slices.SortStableFunc(list, func(a, b *schema.Object) int { return strings.Compare(a.Attrs["order"], b.Attrs["order"]) })
		for _, o := range list {
			out = append(out, o.Name+" "+o.Attrs["body"])
		}
		return out
	}
	for _, g := range groups {
		is := bodies(g.is)
		same := longestCommon(bodies(g.was), is)
		for i, o := range g.is {
			if same[is[i]] && p.from.Objects[o.Parent] != nil {
				stay[o.Key()] = true
			}
		}
	}
	return groups, stay
}

// dropTriggers drops those that change, or change places.
func (p *planner) dropTriggers() {
	_, stay := p.groups()
	for _, x := range p.was.kinds["trigger"] {
		if !stay[x.Key()] && p.to.Objects[x.Parent] != nil {
			p.say(x, "DROP TRIGGER "+x.Name)
		}
	}
}

// makeTriggers makes them in their order: before one that stays, where they do not come last.
func (p *planner) makeTriggers() {
	groups, stay := p.groups()
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		list := groups[name].is
		for i, y := range list {
			if stay[y.Key()] {
				continue
			}
			sql := y.Attrs["sql"]
			next := slices.IndexFunc(list[i:], func(o *schema.Object) bool { return stay[o.Key()] })
			if at := eachRowForm().FindStringIndex(sql); next >= 0 && at != nil {
				sql = sql[:at[1]] + " PRECEDES " + list[i+next].Name + sql[at[1]:]
			}
			p.under(y)
			p.say(y, sql)
		}
	}
}
