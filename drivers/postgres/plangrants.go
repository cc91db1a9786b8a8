package postgres

import (
	"slices"
	"strings"

	"revise/schema"
)

// ownerSteps gives an object its owner, where it would not have it by itself.
func (p *planner) ownerSteps(o *schema.Object) []step {
	x := p.to.Objects[o.Parent]
	if x == nil {
		return nil
	}
	now := p.from.Traits["user"]
	if old := p.from.Objects[o.Key()]; old != nil && !p.drop[o.Parent] {
		now = old.Def
	}
	if o.Def == now {
		return nil
	}
	name := x.Name
	if x.Kind == "aggregate" {
		name = aggregateName(x)
	}
	return []step{say(o, "ALTER "+strings.ToUpper(x.Kind)+" "+name+" OWNER TO "+o.Def)}
}

// usual are the privileges that the server gives with a new object of an owner, by what GRANT calls its kind.
func (p *planner) usual(on, owner string) []string {
	privileges := map[string][]string{
		"TABLE": {"INSERT", "SELECT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"}, "SEQUENCE": {"SELECT", "UPDATE", "USAGE"}, "FUNCTION": {"EXECUTE"},
		"PROCEDURE": {"EXECUTE"}, "SCHEMA": {"USAGE", "CREATE"}, "TYPE": {"USAGE"}, "FOREIGN SERVER": {"USAGE"}, "LARGE OBJECT": {"SELECT", "UPDATE"},
	}[on]
	if on == "TABLE" && p.version >= 170000 {
		privileges = append(privileges, "MAINTAIN")
	}
	var list []string
	for _, v := range privileges {
		list = append(list, owner+"="+v)
	}
	switch on {
	case "FUNCTION", "PROCEDURE":
		list = append(list, "public=EXECUTE")
	case "TYPE":
		list = append(list, "public=USAGE")
	}
	return list
}

// defaultsOn is what GRANT calls that which default privileges are about.
func defaultsOn(d *schema.Object) string {
	return map[string]string{"r": "TABLE", "S": "SEQUENCE", "f": "FUNCTION", "T": "TYPE", "n": "SCHEMA", "L": "LARGE OBJECT"}[d.Attrs["type"]]
}

// usualGrants are those of a new object once it has its owner: what the defaults of who makes it say, or else the server.
func (p *planner) usualGrants(x *schema.Object) *schema.Object {
	o := &schema.Object{Kind: x.Kind, Name: x.Name, Parent: x.Parent, Attrs: x.Attrs}
	t, on := p.to.Objects[x.Parent], x.Attrs["on"]
	if t == nil || on == "COLUMN" {
		return o
	}
	owner := t.Attrs["owner"]
	o.List = p.usual(on, owner)
	if x.Parent == "schema public" { // every database comes with it
		o.List = append(o.List, "public=USAGE")
		if p.version < 150000 {
			o.List = append(o.List, "public=CREATE")
		}
		return o
	}
	if on == "PROCEDURE" {
		on = "FUNCTION"
	}
	user := p.from.Traits["user"]
	var more []string
	for _, d := range p.from.Objects {
		if d.Kind != "default grants" || d.Attrs["role"] != user || defaultsOn(d) != on {
			continue
		}
		var list []string
		for _, v := range d.List {
			if rest, own := strings.CutPrefix(v, user+"="); own {
				v = owner + "=" + rest
			}
			list = append(list, v)
		}
		switch ns := d.Attrs["ns"]; {
		case ns == "":
			o.List = list
		case strings.HasPrefix(t.Name, ns+"."):
			more = list
		}
	}
	o.List = append(o.List, more...)
	return o
}

// grantSteps revoke what is gone and grant what came. An owner that changes takes his privileges along.
func (p *planner) grantSteps(old, now *schema.Object) []step {
	x := now
	if x == nil {
		x = old
	}
	t := p.to.Objects[x.Parent]
	if t == nil {
		t = p.from.Objects[x.Parent]
	}
	if t == nil || now == nil && x.Attrs["on"] != "COLUMN" {
		return nil
	}
	on, column := x.Attrs["on"]+" "+t.Name, ""
	if x.Attrs["on"] == "COLUMN" {
		on, column = "TABLE "+t.Attrs["table"], " ("+t.Attrs["col"]+")"
	}
	owner := func(s *schema.Snapshot) string {
		if o := s.Objects[x.Parent]; o != nil {
			return o.Attrs["owner"]
		}
		return ""
	}
	was, is := owner(p.from), owner(p.to)
	var out []step
	if old != nil {
		for _, v := range old.List {
			who, privilege, _ := strings.Cut(v, "=")
			if now != nil && slices.Contains(now.List, v) || who == was && was != is {
				continue
			}
			out = append(out, say(x, "REVOKE "+strings.TrimSuffix(privilege, "*")+column+" ON "+on+" FROM "+who))
		}
	}
	if now == nil {
		return out
	}
	for _, v := range now.List {
		who, privilege, _ := strings.Cut(v, "=")
		if old != nil && slices.Contains(old.List, v) || who == is && was != is && was != "" {
			continue
		}
		sql := "GRANT " + strings.TrimSuffix(privilege, "*") + column + " ON " + on + " TO " + who
		if strings.HasSuffix(privilege, "*") {
			sql += " WITH GRANT OPTION"
		}
		out = append(out, say(x, sql))
	}
	return out
}

// defaultGrantSteps change the privileges that a role gives with new objects. Those for one schema come on top; the others stand in place of what the server gives.
func (p *planner) defaultGrantSteps(old, now *schema.Object) []step {
	x := now
	if x == nil {
		x = old
	}
	on, role, ns := defaultsOn(x), x.Attrs["role"], x.Attrs["ns"]
	if now == nil && p.drop["schema "+ns] {
		return nil
	}
	head := "ALTER DEFAULT PRIVILEGES FOR ROLE " + role
	if ns != "" {
		head += " IN SCHEMA " + ns
	}
	list := func(o *schema.Object) []string {
		switch {
		case o != nil:
			return o.List
		case ns == "":
			return p.usual(on, role)
		}
		return nil
	}
	was, is := list(old), list(now)
	var out []step
	for _, v := range was {
		if who, privilege, _ := strings.Cut(v, "="); !slices.Contains(is, v) {
			out = append(out, say(x, head+" REVOKE "+strings.TrimSuffix(privilege, "*")+" ON "+on+"S FROM "+who))
		}
	}
	for _, v := range is {
		if who, privilege, _ := strings.Cut(v, "="); !slices.Contains(was, v) {
			sql := head + " GRANT " + strings.TrimSuffix(privilege, "*") + " ON " + on + "S TO " + who
			if strings.HasSuffix(privilege, "*") {
				sql += " WITH GRANT OPTION"
			}
			out = append(out, say(x, sql))
		}
	}
	return out
}
