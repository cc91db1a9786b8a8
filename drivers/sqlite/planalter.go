package sqlite

import (
	"slices"
	"strings"

	"revise/parser"
	"revise/schema"
)

// alter changes a table in place. It is false where ALTER TABLE cannot do that, or would leave another text.
func (p *planner) alter(x, y *schema.Object) ([]schema.Step, bool, error) {
	if x.Def != y.Def || x.Attrs["parts"] == "" || y.Attrs["parts"] == "" {
		return nil, false, nil
	}
	was, is := p.from.columns[x.Key()], p.to.columns[y.Key()]
	table := "ALTER TABLE " + plain(x.Attrs["name"])
	var steps []schema.Step
	var kept, dropped []*schema.Object
	for _, c := range was {
		if d := p.to.Objects[c.Key()]; d != nil {
			kept = append(kept, c)
			continue
		}
		dropped = append(dropped, c)
		steps = append(steps, schema.Step{SQL: table + " DROP COLUMN " + plain(c.Attrs["name"]), About: c.Key(), Loses: losing(c)})
	}
	if len(kept) == 0 || len(kept) > len(is) {
		return nil, false, nil
	}
	for i, c := range kept {
		if c.Name != is[i].Name || c.Def != is[i].Def {
			return nil, false, nil
		}
	}
	if ok, err := p.droppable(x, dropped); !ok || err != nil {
		return nil, false, err
	}
	if len(is) == len(kept) {
		return steps, true, nil
	}
	t, err := readTable(y.Attrs["sql"])
	if err != nil {
		return nil, false, err
	}
	for i := len(kept); i < len(is); i++ {
		c := t.columns[is[i].Place-1]
		if !addable(c, is[i]) {
			return nil, false, nil
		}
		steps = append(steps, schema.Step{SQL: table + " ADD COLUMN " + c.text, About: is[i].Key()})
	}
	return steps, true, nil
}

// losing says what dropping a column loses: nothing, if it is computed.
func losing(c *schema.Object) string {
	if c.Attrs["generated"] != "" {
		return ""
	}
	return "the column " + strings.Join(c.Path, ".")
}

// droppable reports whether DROP COLUMN takes columns of a table (https://sqlite.org/lang_altertable.html#altertabdropcol): nothing that stays may name them. It looks at all
// views and triggers there are, and fails over one that names what is not there; and it writes strings in double quotes anew, wherever they are.
func (p *planner) droppable(x *schema.Object, columns []*schema.Object) (bool, error) {
	if len(columns) == 0 {
		return true, nil
	}
	t, err := readTable(x.Attrs["sql"])
	if err != nil {
		return false, err
	}
	names := map[string]bool{}
	for _, c := range columns {
		own := t.columns[c.Place-1]
		if c.Attrs["key"] != "" || own.has("unique") || own.has("primary") {
			return false, nil
		}
		names[fold(c.Attrs["name"])] = true
	}
	naming := func(list []lexeme) bool {
		return slices.ContainsFunc(list, func(l lexeme) bool { return names[l.name] && l.isName() })
	}
	for _, c := range t.columns {
		self := c.list[0].name
		if naming(slices.DeleteFunc(slices.Clone(c.list[1:]), func(l lexeme) bool { return names[self] && l.name == self })) {
			return false, nil // a column that goes too may be gone too late
		}
	}
	for _, c := range t.constraints {
		if naming(c.list) {
			return false, nil
		}
	}
	return p.unseen(x.Key(), naming)
}

// unseen reports whether nothing that stays as it is keeps columns of a table from being dropped.
func (p *planner) unseen(table string, naming func([]lexeme) bool) (bool, error) {
	reach := map[string]bool{table: true}
	p.from.spread(reach)
	for _, k := range p.from.keys {
		o := p.from.Objects[k]
		isCode := o.Kind == "view" || o.Kind == "trigger"
		if p.gone[k] || !p.same(k) {
			continue
		}
		switch {
		case o.Attrs["strings"] != "", isCode && o.Attrs["broken"] != "",
			isCode && slices.ContainsFunc(o.Needs, func(n string) bool { return p.gone[n] && !p.anew[n] }):
			return false, nil
		case isCode && reach[k], o.Kind == "index" && o.Parent == table:
			list, err := lexemes(o.Attrs["sql"])
			if err != nil || naming(list) || slices.ContainsFunc(list, func(l lexeme) bool { return l.is("*") }) {
				return false, err
			}
		}
	}
	return !p.hidden(), nil
}

// addable reports whether ADD COLUMN takes a column, whatever rows there are (https://sqlite.org/lang_altertable.html#altertabaddcol).
func addable(p part, c *schema.Object) bool {
	switch {
	case p.has("primary"), p.has("unique"), c.Attrs["generated"] == "stored", !constant(p):
		return false
	case c.Attrs["generated"] != "":
		return true
	case c.Attrs["notnull"] != "" && c.Attrs["default"] == "", p.has("references") && c.Attrs["default"] != "":
		return false
	}
	return true
}

// constant reports whether a column has no default, or one that is the same for all rows there are.
func constant(p part) bool {
	for i, l := range p.list {
		if !l.is("default") {
			continue
		}
		rest := p.list[i+1:]
		if len(rest) > 0 && rest[0].Kind == parser.Open {
			rest = rest[1:]
			if len(rest) > 1 && rest[0].is("-", "+") {
				rest = rest[1:]
			}
			return len(rest) > 1 && rest[1].Kind == parser.Close && (rest[0].Kind == parser.String || isNumber(rest[0].raw))
		}
		return len(rest) > 0 && !rest[0].is("current_timestamp", "current_date", "current_time")
	}
	return true
}

func isNumber(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }
