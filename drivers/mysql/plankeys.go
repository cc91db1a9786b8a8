package mysql

import (
	"slices"
	"strings"

	"revise/schema"
)

// compareForeignKeys says which foreign keys go before everything else, because they are gone or would stand in the way, and which are made.
func (p *planner) compareForeignKeys() {
	for t, parts := range p.was.tables {
		for _, k := range parts.foreign {
			if p.to.Objects[t] != nil && p.breaks(k) {
				p.broken[k.Key()] = true
			}
		}
	}
	for t, parts := range p.is.tables {
		for _, k := range parts.foreign {
			if p.from.Objects[k.Key()] == nil || p.from.Objects[t] == nil || p.broken[k.Key()] {
				p.added[t] = append(p.added[t], k)
			}
		}
	}
}

// target is the key of the table that a foreign key refers to; "" if that is in another database.
func target(k *schema.Object) string {
	if k.Attrs["elsewhere"] != "" {
		return ""
	}
	return "table " + back(k.Attrs["to"])
}

// breaks reports whether a foreign key of a table that stays has to be dropped, if only for the time being.
func (p *planner) breaks(k *schema.Object) bool {
	y, to := p.to.Objects[k.Key()], target(k)
	if y == nil || y.Def != k.Def || p.from.Objects[to] != nil && p.to.Objects[to] == nil {
		return true
	}
	half := len(k.List) / 2
	for i, table := range []string{k.Parent, to} {
		c := p.changes[table]
		if c == nil {
			continue
		}
		if c.rebuilt {
			return true
		}
		for _, name := range k.List[half*i : half*(i+1)] {
			x, y := c.wasColumns[name], c.isColumns[name]
			if x != nil && (y == nil || c.anew[name] || x.Def != y.Def && !readColumn(x.Def).refersAlike(readColumn(y.Def))) {
				return true
			}
		}
		// The key that it stands on may be another one behind the change, but one has to be there at every moment. MySQL wants a unique one of just these columns.
		if !c.keeps(k.List[half*i:half*(i+1)], i == 1) {
			return true
		}
	}
	return false
}

// keeps reports whether some key for these columns is there in both schemas, or comes in the statement in which the old one goes.
func (c *tableChange) keeps(columns []string, unique bool) bool {
	has := func(list []*schema.Object) bool {
		return slices.ContainsFunc(list, func(k *schema.Object) bool {
			if len(k.List) < len(columns) || strings.HasPrefix(k.Def, "FULLTEXT") || strings.HasPrefix(k.Def, "SPATIAL") {
				return false
			}
			exact := len(k.List) == len(columns) && (strings.HasPrefix(k.Def, "PRIMARY") || strings.HasPrefix(k.Def, "UNIQUE"))
			return slices.Equal(k.List[:len(columns)], columns) && (!unique || c.p.maria || exact)
		})
	}
	return has(c.p.is.tables[c.y.Key()].indexes) || !has(c.p.was.tables[c.x.Key()].indexes)
}

// dropForeignKeys drops those that have to go first, all of a table in one statement.
func (p *planner) dropForeignKeys() {
	for _, t := range p.was.kinds["table"] {
		var clauses []string
		var about *schema.Object
		for _, k := range p.was.tables[t.Key()].foreign {
			if p.broken[k.Key()] {
				clauses = append(clauses, "DROP FOREIGN KEY "+k.Attrs["name"])
				about = k
			}
		}
		if about != nil {
			p.alter(t, about, clauses...)
		}
	}
}

// ready reports whether what a foreign key refers to is already as it has to be.
func (p *planner) ready(k *schema.Object) bool {
	to := target(k)
	switch {
	case k.Attrs["dangling"] != "":
		return false
	case to == "" || to == k.Parent || p.created[to]:
		return true
	}
	c := p.changes[to]
	return c == nil && (p.from.Objects[to] != nil || p.to.Objects[to] == nil)
}

// addForeignKeys makes those that could not be made with their tables, all of a table in one statement. What refers to nothing is made unchecked.
func (p *planner) addForeignKeys() {
	for _, t := range p.is.kinds["table"] {
		var whole, dangling []string
		var about, unchecked *schema.Object
		for _, k := range p.late[t.Key()] {
			if k.Attrs["dangling"] != "" {
				dangling, unchecked = append(dangling, "ADD "+k.Def), k
			} else {
				whole, about = append(whole, "ADD "+k.Def), k
			}
		}
		if about != nil {
			s := p.alter(t, about, whole...)
			if p.from.Objects[t.Key()] != nil {
				s.Note = readsAll
				p.alters = true
			}
		}
		if unchecked != nil {
			p.checkKeys(unchecked, false)
			p.alter(t, unchecked, dangling...).Note = "refers to a table that is not there"
			p.checkKeys(unchecked, true)
		}
	}
}

const readsAll = "reads the whole table, and fails if a row breaks a foreign key"
