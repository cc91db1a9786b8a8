package sqlite

import (
	"fmt"
	"slices"
	"strings"

	"revise/schema"
)

// rebuild builds a table anew, with its rows.
func (p *planner) rebuild(x, y *schema.Object) error {
	t, err := readTable(y.Attrs["sql"])
	if err != nil {
		return err
	}
	if t == nil {
		return fmt.Errorf("the definition of the table %s has no list of columns: %s", y.Attrs["name"], y.Attrs["sql"])
	}
	c := p.copying(x, y)
	p.keysOff = true
	p.take(x)
	p.anew[x.Key()] = true
	if namesItself(t, fold(y.Attrs["name"])) {
		p.twice(c)
	} else {
		p.once(c, t.body)
	}
	return nil
}

// once copies the rows into a table of another name, which then takes the old one's.
func (p *planner) once(c *copying, body string) {
	p.renames()
	was, name, temp := plain(c.x.Attrs["name"]), plain(c.y.Attrs["name"]), p.free("new_"+c.y.Attrs["name"])
	about := c.y.Key()
	p.step(about, "CREATE TABLE "+plain(temp)+" "+body, "", builtAnew(c.y))
	p.keepCounter(c, temp)
	if len(c.to) > 0 {
		p.step(about, c.insert(plain(temp), was, c.values), "", strings.Join(c.notes, "; "))
	}
	p.step(about, "DROP TABLE "+was, strings.Join(c.lost, ", "), "")
	p.add(about, "ALTER TABLE "+plain(temp)+" RENAME TO "+name)
}

// twice copies the rows away and back again, for a table whose checks call it by its name: one of another name cannot have them, and no RENAME leaves their text as it is.
func (p *planner) twice(c *copying) {
	was, name, temp := plain(c.x.Attrs["name"]), plain(c.y.Attrs["name"]), p.free("old_"+c.y.Attrs["name"])
	about := c.y.Key()
	keep := make([]string, len(c.values))
	again := make([]string, len(c.values))
	for i, v := range c.values {
		again[i] = fmt.Sprintf("c%d", i+1)
		keep[i] = v + " AS " + again[i]
	}
	copied := len(keep) > 0
	if copied {
		p.step(about, "CREATE TABLE "+plain(temp)+" AS\nSELECT "+strings.Join(keep, ", ")+" FROM "+was, "", builtAnew(c.y))
	}
	p.keepCounter(c, temp)
	p.step(about, "DROP TABLE "+was, strings.Join(c.lost, ", "), "")
	p.add(about, c.y.Attrs["sql"])
	if c.counts {
		p.add(about, "UPDATE sqlite_sequence SET name = "+literal(c.y.Attrs["name"])+" WHERE name = "+literal(temp))
	}
	if copied {
		p.step(about, c.insert(name, plain(temp), again), "", strings.Join(c.notes, "; "))
		p.add(about, "DROP TABLE "+plain(temp))
	}
}

func builtAnew(y *schema.Object) string {
	return "the table " + y.Attrs["name"] + " is built anew, with its rows"
}

// keepCounter writes what AUTOINCREMENT has counted down under another name, for it goes with the old table.
func (p *planner) keepCounter(c *copying, temp string) {
	if c.counts {
		p.step(c.y.Key(), "INSERT INTO sqlite_sequence (name, seq)\nSELECT "+literal(temp)+", seq FROM sqlite_sequence WHERE name = "+literal(c.x.Attrs["name"]),
			"", "the counter of AUTOINCREMENT is kept")
	}
}

// namesItself reports whether a table's own name stands before a dot in its definition.
func namesItself(t *tableText, name string) bool {
	for _, part := range slices.Concat(t.columns, t.constraints) {
		for i, l := range part.list[:max(len(part.list)-1, 0)] {
			if l.name == name && l.isName() && part.list[i+1].is(".") {
				return true
			}
		}
	}
	return false
}

// A copying says how the rows of a table come into another one.
type copying struct {
	x, y        *schema.Object
	to, values  []string // columns, and what they get
	lost, notes []string
	counts      bool // both have AUTOINCREMENT
	abort       bool // what the new table says of conflicts must not drop rows
}

func (p *planner) copying(x, y *schema.Object) *copying {
	c := &copying{x: x, y: y}
	was, is := p.from.all(x), p.to.all(y)
	old, kept := map[string]*schema.Object{}, map[string]bool{}
	for _, d := range was {
		old[d.Key()] = d
	}
	for _, e := range is {
		kept[e.Key()] = true
	}
	tx, ty := newRows(x, was), newRows(y, is)
	c.counts, c.abort = tx.counts && ty.counts, ty.conflict
	for _, d := range was {
		if l := losing(d); l != "" && !kept[d.Key()] {
			c.lost = append(c.lost, l)
		}
	}
	if ty.strict && !tx.strict {
		c.notes = append(c.notes, "it fails for values that do not fit the types")
	}
	var empty, filled, must []string
	for _, e := range is {
		d := old[e.Key()]
		path := strings.Join(e.Path, ".")
		switch {
		case d == nil && e.Attrs["generated"] == "" && e.Attrs["notnull"] != "" && e.Attrs["default"] == "" && e != ty.number:
			empty = append(empty, path)
			continue
		case d == nil:
			continue
		case e.Attrs["generated"] != "":
			if d.Attrs["generated"] == "" {
				c.lost = append(c.lost, "what "+path+" held: it is computed now")
			}
			continue
		}
		value := plain(d.Attrs["name"])
		if e == ty.number && d != tx.number && d.Attrs["notnull"] == "" {
			c.notes = append(c.notes, "NULLs in "+path+" become the next numbers")
		}
		if e.Attrs["notnull"] != "" && d.Attrs["notnull"] == "" && d != tx.number && e != ty.number {
			if e.Attrs["default"] != "" {
				value = "COALESCE(" + value + ", " + e.Attrs["default"] + ")"
				filled = append(filled, path)
			} else {
				must = append(must, path)
			}
		}
		if lost, note := narrowing(affinity(d.Attrs["type"], tx.strict), affinity(e.Attrs["type"], ty.strict), path); lost != "" || note != "" {
			c.lost, c.notes = appendText(c.lost, lost), appendText(c.notes, note)
		}
		c.to, c.values = append(c.to, plain(e.Attrs["name"])), append(c.values, value)
	}
	for _, n := range []struct {
		columns      []string
		front, after string
	}{
		{empty, "it fails if there are rows, for NOT NULL without a default are ", ""}, {must, "it fails if there are NULLs in ", ""}, {filled, "NULLs in ", " become the default"},
	} {
		if len(n.columns) > 0 {
			c.notes = append(c.notes, n.front+strings.Join(n.columns, ", ")+n.after)
		}
	}
	c.numbers(old, tx, ty)
	if len(c.to) == 0 {
		c.lost = []string{"all rows of " + x.Attrs["name"]}
	}
	return c
}

func appendText(list []string, text string) []string {
	if text == "" {
		return list
	}
	return append(list, text)
}

// numbers has the rows keep their numbers, by which full text indexes of their texts know them.
func (c *copying) numbers(old map[string]*schema.Object, tx, ty rows) {
	switch {
	case !tx.numbered || tx.rowid == "" && tx.number == nil:
		return
	case !ty.numbered:
		if tx.number == nil {
			c.notes = append(c.notes, "rows have no rowid any more")
		}
		return
	}
	value := tx.rowid
	if tx.number != nil {
		value = plain(tx.number.Attrs["name"])
	}
	switch {
	case ty.number != nil && old[ty.number.Key()] == nil:
		c.to, c.values = slices.Insert(c.to, 0, plain(ty.number.Attrs["name"])), slices.Insert(c.values, 0, value)
	case ty.number == nil && ty.rowid != "":
		c.to, c.values = slices.Insert(c.to, 0, ty.rowid), slices.Insert(c.values, 0, value)
	}
}

func (c *copying) insert(into, from string, values []string) string {
	verb := "INSERT INTO "
	if c.abort {
		verb = "INSERT OR ABORT INTO "
	}
	return verb + into + " (" + strings.Join(c.to, ", ") + ")\nSELECT " + strings.Join(values, ", ") + " FROM " + from
}

// rows are what is to be known of a table to copy its rows.
type rows struct {
	strict, counts, conflict bool
	numbered                 bool           // it has rowids
	number                   *schema.Object // the column that is the rowid, if there is one
	rowid                    string         // what else the rowid can be called; "" if columns have all its names
}

func newRows(o *schema.Object, columns []*schema.Object) rows {
	list, err := lexemes(o.Attrs["sql"])
	t, errTable := takeApart(o.Attrs["sql"], list)
	if err != nil || errTable != nil || t == nil {
		return rows{numbered: true, rowid: "rowid"}
	}
	all := part{list: list}
	r := rows{
		strict: slices.ContainsFunc(t.tail, func(l lexeme) bool { return l.is("strict") }), counts: all.has("autoincrement"), conflict: all.has("on", "conflict"),
		numbered: !part{list: t.tail}.has("without", "rowid"),
	}
	names := map[string]bool{}
	var keys []int
	for i, c := range columns {
		names[fold(c.Attrs["name"])] = true
		if c.Attrs["key"] != "" {
			keys = append(keys, i)
		}
	}
	// https://sqlite.org/lang_createtable.html#rowid, with the exception of PRIMARY KEY DESC behind a column
	if r.numbered && len(keys) == 1 && columns[keys[0]].Attrs["type"] == "integer" && (keys[0] >= len(t.columns) || !t.columns[keys[0]].has("primary", "key", "desc")) {
		r.number = columns[keys[0]]
	}
	for _, name := range []string{"rowid", "_rowid_", "oid"} {
		if !names[name] && r.rowid == "" {
			r.rowid = name
		}
	}
	return r
}

// narrowing says what is lost, or changes, where values get another affinity.
func narrowing(was, is, path string) (lost, note string) {
	switch {
	case was == is || is == "blob":
	case was == "text" && is != "text", was == "blob" && is != "text":
		return "the spelling of numbers that " + path + " holds as text: '007' becomes 7", ""
	case is == "real":
		return "the last digits of integers in " + path + " that have more than 15", ""
	case was == "real" && is == "text":
		return "digits of numbers in " + path + " behind the 15th", ""
	case is == "text":
		return "", "numbers in " + path + " become text"
	}
	return "", ""
}

// affinity is that of a column's type (https://sqlite.org/datatype3.html#determination_of_column_affinity).
func affinity(kind string, strict bool) string {
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(kind, w) })
	}
	switch {
	case has("int"):
		return "integer"
	case has("char", "clob", "text"):
		return "text"
	case kind == "", strict && kind == "any", has("blob"):
		return "blob"
	case has("real", "floa", "doub"):
		return "real"
	}
	return "numeric"
}

// free is a name that nothing has.
func (p *planner) free(name string) string {
	for p.from.names[fold(name)] || p.to.names[fold(name)] {
		name = "_" + name
	}
	return name
}

func literal(s string) string { return Driver{}.Literal(s) }
