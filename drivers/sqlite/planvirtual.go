package sqlite

import (
	"slices"
	"strings"

	"revise/parser"
	"revise/schema"
)

// changeVirtual makes a virtual table anew, for its module takes no changes. What it holds is copied where the module gives it back as it was, and gathered again where it
// stands on another table.
func (p *planner) changeVirtual(x, y *schema.Object) {
	name, about := plain(y.Attrs["name"]), y.Key()
	vx, vy := newVirtual(x), newVirtual(y)
	switch {
	case vx.copies() && vy.copies() && vx.module == vy.module && len(both(x.List, y.List)) > 0:
		p.take(x)
		p.renames()
		temp := plain(p.free("new_" + y.Attrs["name"]))
		columns := both(x.List, y.List)
		var lost []string
		for _, c := range x.List {
			if !slices.Contains(columns, plain(c)) {
				lost = append(lost, "the column "+x.Attrs["name"]+"."+c)
			}
		}
		if vx.module == "fts5" || vx.module == "geopoly" { // those of rtree have a column for it
			columns = slices.Insert(columns, 0, "rowid")
		}
		list := strings.Join(columns, ", ")
		p.step(about, "CREATE VIRTUAL TABLE "+temp+" "+vy.using, "", builtAnew(y))
		p.add(about, "INSERT INTO "+temp+" ("+list+")\nSELECT "+list+" FROM "+plain(x.Attrs["name"]))
		p.step(about, "DROP TABLE "+plain(x.Attrs["name"]), strings.Join(lost, ", "), "")
		p.add(about, "ALTER TABLE "+temp+" RENAME TO "+name)
		return
	case vx.module == "fts5" && vx.stands && vy.module == "fts5" && vy.stands:
		p.dropTable(x, "")
		p.last = append(p.last, schema.Step{SQL: "INSERT INTO " + name + " (" + name + ") VALUES ('rebuild')", About: about, Note: "reads the whole table that it stands on"})
	default:
		p.dropTable(x, "the table "+x.Attrs["name"])
	}
	p.anew[x.Key()] = x.Attrs["virtual"] == ""
	p.add(about, y.Attrs["sql"])
}

// both are the columns that two tables have, as statements call them.
func both(a, b []string) []string {
	var out []string
	for _, c := range a {
		if slices.ContainsFunc(b, func(d string) bool { return fold(c) == fold(d) }) {
			out = append(out, plain(c))
		}
	}
	return out
}

// A virtual is what is to be known of a virtual table.
type virtual struct {
	module string
	using  string // its definition behind its name
	stands bool   // what it holds is in another table
	bare   bool   // it holds no texts at all
}

func newVirtual(o *schema.Object) virtual {
	v := virtual{module: o.Attrs["module"]}
	sql := o.Attrs["sql"]
	list, err := lexemes(sql)
	if err != nil {
		return v
	}
	for i, l := range list {
		if l.is("using") && v.using == "" {
			v.using = sql[l.Start:]
		}
		if l.name == "content" && i+2 < len(list) && list[i+1].is("=") {
			value := list[i+2]
			v.bare = value.Kind != parser.Word && unquoted(value.raw) == ""
			v.stands = !v.bare
		}
	}
	return v
}

// copies reports whether rows can be read as they were written.
func (v virtual) copies() bool {
	return slices.Contains([]string{"fts5", "rtree", "rtree_i32", "geopoly"}, v.module) && !v.stands && !v.bare
}
