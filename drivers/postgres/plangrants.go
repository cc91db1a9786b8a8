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

// usualGrants are those that the server gives a new object.
func (p *planner) usualGrants(x *schema.Object) *schema.Object {
	o := &schema.Object{Kind: x.Kind, Name: x.Name, Parent: x.Parent, Attrs: x.Attrs}
	owner := ""
	if t := p.to.Objects[x.Parent]; t != nil {
		owner = t.Attrs["owner"]
	}
	privileges := map[string][]string{
		"TABLE": {"INSERT", "SELECT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"}, "SEQUENCE": {"SELECT", "UPDATE", "USAGE"}, "FUNCTION": {"EXECUTE"},
		"PROCEDURE": {"EXECUTE"}, "SCHEMA": {"USAGE", "CREATE"}, "TYPE": {"USAGE"}, "FOREIGN SERVER": {"USAGE"},
	}[x.Attrs["on"]]
	if x.Attrs["on"] == "TABLE" && p.version >= 170000 {
		privileges = append(privileges, "MAINTAIN")
	}
	for _, v := range privileges {
		o.List = append(o.List, owner+"="+v)
	}
	switch x.Attrs["on"] {
	case "FUNCTION", "PROCEDURE":
		o.List = append(o.List, "public=EXECUTE")
	case "TYPE":
		o.List = append(o.List, "public=USAGE")
	}
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

func (p *planner) defaultGrantSteps(old, now *schema.Object) []step {
	x := now
	if x == nil {
		x = old
	}
	on := map[string]string{"r": "TABLES", "S": "SEQUENCES", "f": "FUNCTIONS", "T": "TYPES", "n": "SCHEMAS"}[x.Attrs["type"]]
	head := "ALTER DEFAULT PRIVILEGES FOR ROLE " + x.Attrs["role"]
	if ns := x.Attrs["ns"]; ns != "" {
		head += " IN SCHEMA " + ns
	}
	var out []step
	has := func(o *schema.Object, v string) bool { return o != nil && slices.Contains(o.List, v) }
	if old != nil {
		for _, v := range old.List {
			if who, privilege, _ := strings.Cut(v, "="); !has(now, v) {
				out = append(out, say(x, head+" REVOKE "+strings.TrimSuffix(privilege, "*")+" ON "+on+" FROM "+who))
			}
		}
	}
	if now != nil {
		for _, v := range now.List {
			if who, privilege, _ := strings.Cut(v, "="); !has(old, v) {
				sql := head + " GRANT " + strings.TrimSuffix(privilege, "*") + " ON " + on + " TO " + who
				if strings.HasSuffix(privilege, "*") {
					sql += " WITH GRANT OPTION"
				}
				out = append(out, say(x, sql))
			}
		}
	}
	return out
}
