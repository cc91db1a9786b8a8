package mysql

import (
	"slices"
	"strings"

	"revise/schema"
)

// compareTables works out how tables that stay have to change.
func (p *planner) compareTables() {
	p.compareChecks()
	for _, y := range p.is.kinds["table"] {
		if x := p.from.Objects[y.Key()]; x != nil {
			if c := p.compareTable(x, y); c != nil {
				p.changes[y.Key()] = c
			}
		}
	}
}

// compareChecks finds checks whose name goes to another table: MySQL has each name once in a database, whatever its case, so they are dropped before everything else.
func (p *planner) compareChecks() {
	if p.maria {
		return
	}
	comes := map[string]string{}
	for t, parts := range p.is.tables {
		for _, c := range parts.checks {
			if p.from.Objects[c.Key()] == nil {
				comes[strings.ToLower(c.Attrs["name"])] = t
			}
		}
	}
	for _, t := range p.was.kinds["table"] {
		for _, c := range p.was.tables[t.Key()].checks {
			if to, ok := comes[strings.ToLower(c.Attrs["name"])]; ok && to != t.Key() && p.to.Objects[t.Key()] != nil && p.to.Objects[c.Key()] == nil {
				p.droppedEarly[c.Key()] = true
				p.say(c, "ALTER TABLE "+t.Name+" DROP CHECK "+c.Attrs["name"])
			}
		}
	}
}

// dropTables drops those that refer to others first.
func (p *planner) dropTables() {
	var gone []string
	for _, x := range p.was.kinds["table"] {
		if p.to.Objects[x.Key()] == nil {
			gone = append(gone, x.Key())
		}
	}
	order := inOrder(gone, func(k string) []string { return p.targets(p.was.tables[k].foreign) })
	slices.Reverse(order)
	refer := map[string][]*schema.Object{}
	for _, k := range gone {
		for _, f := range p.was.tables[k].foreign {
			refer[target(f)] = append(refer[target(f)], f)
		}
	}
	dropped := map[string]bool{}
	for _, k := range order { // those in a circle let go first
		dropped[k] = true
		for _, f := range refer[k] {
			if !dropped[f.Parent] {
				p.say(f, "ALTER TABLE "+f.Attrs["table"]+" DROP FOREIGN KEY "+f.Attrs["name"])
			}
		}
	}
	for _, k := range order {
		x := p.from.Objects[k]
		p.say(x, "DROP TABLE "+x.Name).Loses = "the table " + x.Base()
	}
}

func (p *planner) targets(keys []*schema.Object) []string {
	var list []string
	for _, f := range keys {
		if to := target(f); to != "" {
			list = append(list, to)
		}
	}
	return list
}

// createTables makes tables with the foreign keys that can be made with them.
func (p *planner) createTables() {
	var news []string
	for _, y := range p.is.kinds["table"] {
		if p.from.Objects[y.Key()] == nil {
			news = append(news, y.Key())
		}
	}
	order := inOrder(news, func(k string) []string {
		list := p.targets(p.is.tables[k].foreign)
		for _, name := range quotedNames(option(p.to.Objects[k], "UNION")) {
			list = append(list, "table "+name)
		}
		return list
	})
	for _, k := range order {
		y := p.to.Objects[k]
		var with []*schema.Object
		for _, f := range p.added[k] {
			if p.ready(f) {
				with = append(with, f)
			} else {
				p.late[k] = append(p.late[k], f)
			}
		}
		sql := createTable(y, p.is.tables[k], with)
		p.forTable(y, sql)
		p.say(y, sql)
		p.created[k] = true
		var bare []string
		for _, c := range p.is.tables[k].columns {
			if p.undefaulted(c) {
				bare = append(bare, "ALTER COLUMN "+c.Attrs["name"]+" DROP DEFAULT")
				p.undefaultable(c)
			}
		}
		if len(bare) > 0 && !p.maria {
			p.say(y, "ALTER TABLE "+y.Name+" "+strings.Join(bare, ",\n  "))
		}
	}
}

// undefaultable notes that MariaDB has no statement that takes NULL from a column's default.
func (p *planner) undefaultable(c *schema.Object) {
	if p.maria {
		p.short(c, "has no default, and gets NULL for one")
	}
}

// createTable is the statement that makes a table, with some of its foreign keys.
func createTable(y *schema.Object, parts *tableParts, foreign []*schema.Object) string {
	var items []string
	for _, c := range parts.columns {
		items = append(items, "  "+c.Attrs["raw"])
	}
	rest := slices.Concat(parts.periods, parts.indexes, parts.checks)
	slices.SortStableFunc(rest, func(a, b *schema.Object) int { return strings.Compare(a.Attrs["at"], b.Attrs["at"]) })
	for _, o := range append(rest, foreign...) {
		items = append(items, "  "+o.Def)
	}
	sql := "CREATE TABLE " + y.Name + " (\n" + strings.Join(items, ",\n") + "\n)"
	for i := 0; i+1 < len(y.List); i += 2 {
		sql += " " + y.List[i] + "=" + y.List[i+1]
	}
	if y.Attrs["versioned"] != "" {
		sql += " WITH SYSTEM VERSIONING"
	}
	if parts.partitioning != nil {
		sql += "\n" + parts.partitioning.Def
	}
	return sql
}

// option is that of a table.
func option(t *schema.Object, name string) string { return options(t)[name] }

func options(t *schema.Object) map[string]string {
	m := map[string]string{}
	for i := 0; i+1 < len(t.List); i += 2 {
		m[t.List[i]] = t.List[i+1]
	}
	return m
}

// alterTables changes tables, those that others come to refer to first.
func (p *planner) alterTables() {
	var keys []string
	for _, y := range p.is.kinds["table"] {
		if p.from.Objects[y.Key()] != nil && (p.changes[y.Key()] != nil || len(p.added[y.Key()]) > 0) {
			keys = append(keys, y.Key())
		}
	}
	for _, k := range inOrder(keys, func(k string) []string { return p.targets(p.added[k]) }) {
		c := p.changes[k]
		if c == nil {
			c = p.newChange(p.from.Objects[k], p.to.Objects[k])
		}
		for _, f := range p.added[k] {
			if p.ready(f) && !c.rebuilt && (target(f) != k || len(c.clauses) == 0) {
				c.foreign = append(c.foreign, f)
			} else {
				p.late[k] = append(p.late[k], f)
			}
		}
		c.write()
		p.created[k] = true
		p.alters = true
	}
}

// dropSequences drops those that no column needs, or those that some did. A table may come in the place of one, so that none is dropped later than it has to be.
func (p *planner) dropSequences(needed bool) {
	if len(p.was.kinds["sequence"]) == 0 {
		return
	}
	used := map[string]bool{}
	for t, parts := range p.was.tables {
		if p.to.Objects[t] == nil {
			continue
		}
		for _, c := range parts.columns {
			for _, n := range c.Needs {
				used[n] = true
			}
		}
	}
	for _, x := range p.was.kinds["sequence"] {
		if p.to.Objects[x.Key()] == nil && used[x.Key()] == needed {
			p.say(x, "DROP SEQUENCE "+x.Name).Loses = "the sequence " + x.Base()
		}
	}
}

func (p *planner) makeSequences() {
	for _, y := range p.is.kinds["sequence"] {
		x := p.from.Objects[y.Key()]
		switch {
		case x == nil:
			p.say(y, y.Attrs["sql"])
		case x.Def != y.Def:
			was, options, _ := strings.Cut(strings.TrimPrefix(x.Attrs["sql"], "CREATE SEQUENCE "+x.Name+" "), " ENGINE=")
			is, now, _ := strings.Cut(strings.TrimPrefix(y.Attrs["sql"], "CREATE SEQUENCE "+y.Name+" "), " ENGINE=")
			if was != is {
				p.say(y, "ALTER SEQUENCE "+y.Name+" "+is)
			}
			if options != now {
				sql := "ALTER TABLE " + y.Name + " ENGINE=" + now
				if strings.Contains(options, "COMMENT=") && !strings.Contains(now, "COMMENT=") {
					sql += " COMMENT=''"
				}
				p.say(y, sql)
			}
		}
	}
}
