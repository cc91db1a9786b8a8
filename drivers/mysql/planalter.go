package mysql

import (
	"slices"
	"strings"

	"revise/schema"
)

// A tableChange is an ALTER TABLE in the making.
type tableChange struct {
	p                     *planner
	x, y                  *schema.Object
	was, is               *tableParts
	wasColumns, isColumns map[string]*schema.Object
	rebuilt               bool            // foreign keys do not stay over it
	anew                  map[string]bool // columns that are dropped and made again, by name
	newKeys               []*schema.Object
	copies                bool     // the server copies the table
	first                 []string // clauses of statements before everything
	firstLoses            string
	stored                bool     // what was virtual is made a stored column before
	before                []string // clauses of a statement before
	clauses               []string
	foreign               []*schema.Object // come with it
	tail                  string           // what stands behind the clauses without a comma: partitioning
	behind                []string         // clauses of statements behind
	losses                []string
	notes                 []string
}

func (p *planner) newChange(x, y *schema.Object) *tableChange {
	return &tableChange{p: p, x: x, y: y, was: p.was.tables[x.Key()], is: p.is.tables[y.Key()], anew: map[string]bool{}}
}

// compareTable says how a table has to change; nil if it need not.
func (p *planner) compareTable(x, y *schema.Object) *tableChange {
	c := p.newChange(x, y)
	if x.Def == y.Def && sameParts(c.was.columns, c.is.columns) && sameSet(c.was.indexes, c.is.indexes) && sameSet(c.was.checks, c.is.checks) &&
		sameSet(c.was.periods, c.is.periods) && partitioning(c.was) == partitioning(c.is) {
		return nil
	}
	c.wasColumns, c.isColumns = named(c.was.columns), named(c.is.columns)
	c.rebuilt = option(x, "ENGINE") != option(y, "ENGINE") || partitioning(c.was) != partitioning(c.is)
	c.renewed()
	c.checks()
	c.periods()
	c.keys()
	c.columns()
	c.addPeriods()
	c.addKeys()
	c.addChecks()
	c.options()
	c.versioning()
	c.partitions()
	return c
}

// sameParts reports whether lists hold the same in the same order, sameSet whether they do in any.
func sameParts(a, b []*schema.Object) bool {
	return slices.EqualFunc(a, b, func(x, y *schema.Object) bool { return x.Name == y.Name && x.Def == y.Def })
}

func sameSet(a, b []*schema.Object) bool {
	if len(a) != len(b) {
		return false
	}
	is := make(map[string]string, len(b))
	for _, o := range b {
		is[o.Name] = o.Def
	}
	return !slices.ContainsFunc(a, func(o *schema.Object) bool { def, ok := is[o.Name]; return !ok || def != o.Def })
}

// renewed finds columns that cannot be modified into what they should be, and what is computed from such.
func (c *tableChange) renewed() {
	for name, x := range c.wasColumns {
		y := c.isColumns[name]
		if y == nil || x.Def == y.Def {
			continue
		}
		if g, h := x.Attrs["generated"], y.Attrs["generated"]; g != h && (g == "VIRTUAL" || h != "") || !readColumn(x.Def).casts(readColumn(y.Def)) {
			c.anew[name] = true
		}
	}
	if len(c.anew) == 0 {
		return
	}
	for more := true; more; {
		more = false
		for name, x := range c.wasColumns {
			if x.Attrs["generated"] != "" && c.isColumns[name] != nil && !c.anew[name] && c.names(x) {
				c.anew[name], more = true, true
			}
		}
	}
	c.keepVirtual()
}

// keepVirtual keeps what a virtual column holds that becomes an ordinary one: it is made a stored one before, which can become ordinary with its values.
func (c *tableChange) keepVirtual() {
	at := slices.IndexFunc(c.was.columns, func(x *schema.Object) bool { return c.anew[x.Attrs["name"]] })
	x := c.was.columns[at]
	name, raw := x.Attrs["name"], partOf(x.Attrs["raw"])
	if y := c.isColumns[name]; len(c.anew) != 1 || x.Attrs["generated"] != "VIRTUAL" || y.Attrs["generated"] != "" {
		return
	}
	for _, k := range c.was.indexes {
		if c.touches(k) {
			c.before = append(c.before, dropKey(k))
		}
	}
	for _, k := range c.was.checks {
		if c.names(k) {
			c.before = append(c.before, c.dropCheck(k))
		}
	}
	place := " FIRST"
	if at > 0 {
		place = " AFTER " + c.was.columns[at-1].Attrs["name"]
	}
	virtual := raw.list[generated(raw)]
	c.before = append(c.before, "DROP COLUMN "+name, "ADD COLUMN "+raw.text[:virtual.Start]+"STORED"+raw.text[virtual.End:]+place)
	c.stored = true
}

// renews reports whether a text names a column that is made anew. Upper and lower case do not count in names of columns.
func (c *tableChange) renews(text string) bool {
	if len(c.anew) == 0 {
		return false
	}
	return slices.ContainsFunc(quotedNames(text), func(n string) bool {
		for column := range c.anew {
			if strings.EqualFold(n, column) {
				return true
			}
		}
		return false
	})
}

// names reports whether a check, or what a column is computed from, names a column that is made anew. It may be called as one itself.
func (c *tableChange) names(o *schema.Object) bool {
	return c.renews(strings.Replace(o.Def, o.Attrs["name"], "", 1))
}

// touches reports whether a key has a column that is made anew.
func (c *tableChange) touches(key *schema.Object) bool {
	return slices.ContainsFunc(key.List, c.renews)
}

func (c *tableChange) dropCheck(k *schema.Object) string {
	if c.p.maria {
		return "DROP CONSTRAINT " + k.Attrs["name"]
	}
	return "DROP CHECK " + k.Attrs["name"]
}

// checks drops what differs. MySQL says of a check that is there whether it is enforced.
func (c *tableChange) checks() {
	is := named(c.is.checks)
	for _, x := range c.was.checks {
		y := is[x.Attrs["name"]]
		switch {
		case c.p.droppedEarly[x.Key()]:
		case y != nil && x.Def != y.Def && enforced(x.Def) == enforced(y.Def) && !c.names(x):
			word := " ENFORCED"
			if y.Def != enforced(y.Def) {
				word = " NOT ENFORCED"
			} else {
				c.notes = append(c.notes, "fails if a row breaks "+y.Base())
			}
			c.clauses = append(c.clauses, "ALTER CHECK "+y.Attrs["name"]+word)
		case c.names(x) && c.stored:
		case y == nil || x.Def != y.Def || c.names(x):
			c.clauses = append(c.clauses, c.dropCheck(x))
		}
	}
}

func enforced(def string) string { return strings.TrimSuffix(def, " NOT ENFORCED") }

func (c *tableChange) addChecks() {
	was := named(c.was.checks)
	for _, y := range c.is.checks {
		x := was[y.Attrs["name"]]
		if x != nil && enforced(x.Def) == enforced(y.Def) && !c.names(y) {
			continue
		}
		c.clauses = append(c.clauses, "ADD "+y.Def)
		c.notes = append(c.notes, "fails if a row breaks "+y.Base())
	}
}

func (c *tableChange) periods() {
	is := named(c.is.periods)
	for _, x := range c.was.periods {
		if y := is[x.Attrs["name"]]; y == nil || y.Def != x.Def {
			def := partOf(x.Def)
			c.clauses = append(c.clauses, "DROP "+def.text[:def.list[def.open()-1].End])
		}
	}
}

func (c *tableChange) addPeriods() {
	was := named(c.was.periods)
	for _, y := range c.is.periods {
		if x := was[y.Attrs["name"]]; x == nil || y.Def != x.Def {
			c.clauses = append(c.clauses, "ADD "+y.Def)
		}
	}
}

// versioning comes and goes in the statement in which its columns do.
func (c *tableChange) versioning() {
	engine := option(c.x, "ENGINE") != option(c.y, "ENGINE") // it cannot change in the same statement (error 4120)
	switch x, y := c.x.Attrs["versioned"] != "", c.y.Attrs["versioned"] != ""; {
	case x && !y && engine && len(c.was.periods) == 0:
		c.first = append(c.first, "DROP SYSTEM VERSIONING")
		c.firstLoses = "the history of the rows of " + c.y.Base()
	case x && !y:
		c.clauses = append(c.clauses, "DROP SYSTEM VERSIONING")
		c.losses = append(c.losses, "the history of the rows of "+c.y.Base())
	case y && !x && engine && len(c.is.periods) == 0:
		c.behind = append(c.behind, "ADD SYSTEM VERSIONING")
	case y && !x:
		c.clauses = append(c.clauses, "ADD SYSTEM VERSIONING")
	}
}

// write gives the statements.
func (c *tableChange) write() {
	for _, clause := range c.first {
		s := c.p.alter(c.y, c.y, clause)
		if strings.HasPrefix(clause, "DROP") {
			s.Loses = c.firstLoses
		}
	}
	if len(c.before) > 0 {
		s := c.p.alter(c.y, c.y, c.before...)
		if c.stored {
			s.Note = "keeps what the column holds"
		}
	}
	c.freeze()
	clauses := c.clauses
	for _, f := range c.foreign {
		clauses = append(clauses, "ADD "+f.Def)
	}
	if len(c.foreign) > 0 {
		c.notes = append(c.notes, readsAll)
	}
	if c.copies {
		c.notes = append(c.notes, "copies the table")
	}
	switch last := len(clauses) - 1; {
	case c.tail != "" && last >= 0:
		clauses[last] += "\n" + c.tail
	case c.tail != "":
		clauses = []string{c.tail}
	}
	if len(clauses) > 0 {
		s := c.p.alter(c.y, c.y, clauses...)
		s.Loses, s.Note = strings.Join(c.losses, ", "), strings.Join(slices.Compact(c.notes), "; ")
	}
	for _, clause := range c.behind {
		c.p.alter(c.y, c.y, clause)
	}
}
