package sqlite

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"revise/parser"
	"revise/schema"
)

// objectsQuery lists what a schema holds, but for what SQLite keeps for itself.
const objectsQuery = `SELECT type, name, tbl_name, sql FROM main.sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\_%' ESCAPE '\'`

// virtualQuery lists the virtual tables, and the shadow tables that they keep their data in.
const virtualQuery = `SELECT name, type FROM pragma_table_list WHERE schema = 'main' AND type IN ('virtual', 'shadow')`

// columnsQuery tells what SQLite itself has understood of the columns of tables. Virtual tables are not asked, for the module of one may not be there.
const columnsQuery = `SELECT s.name, x.name, x.type, x."notnull", x.dflt_value, x.pk, x.hidden
 FROM main.sqlite_schema s, pragma_table_xinfo(s.name, 'main') x
 WHERE s.type = 'table' AND s.rootpage > 0 AND s.name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY s.name, x.cid`

// viewsQuery fails if there is a view that cannot be read, because what it names is not there.
const viewsQuery = `SELECT count(*) FROM main.sqlite_schema s, pragma_table_info(s.name, 'main') WHERE s.type = 'view'`

// Snapshot reads the texts of sqlite_schema. Comments, blanks, quotes of names and the case of all but strings are no part of a definition.
func (c *conn) Snapshot(ctx context.Context, scope schema.Scope) (s *schema.Snapshot, err error) {
	if c.h == nil {
		return nil, errClosed
	}
	touched := c.ctl.touched // PRAGMAs that ask about one table look as if they set something
	if _, err := c.Query(ctx, "BEGIN"); err != nil {
		return nil, err
	}
	defer func() {
		if err = c.rollback(err); c.h != nil {
			c.ctl.touched = touched
		}
	}()
	r := &reader{conn: c, s: schema.New("sqlite", "SQLite", version()), known: map[string]bool{}, columns: map[string][][]string{}}
	if err := r.read(ctx, scope); err != nil {
		return nil, err
	}
	return r.s, nil
}

// A reader makes a snapshot.
type reader struct {
	*conn
	s       *schema.Snapshot
	texts   []*text
	columns map[string][][]string // of tables, by name
	known   map[string]bool       // names of objects, of columns and of what definitions name within themselves
}

// A text is the definition of an object.
type text struct {
	o    *schema.Object
	list []lexeme
}

func (r *reader) read(ctx context.Context, scope schema.Scope) error {
	rows, err := r.Query(ctx, objectsQuery)
	if err != nil {
		return err
	}
	virtual, err := r.Query(ctx, virtualQuery)
	if err != nil {
		return err
	}
	types := map[string]string{}
	for _, v := range virtual {
		types[v[0]] = v[1]
	}
	for _, row := range rows {
		if types[row[1]] != "virtual" {
			continue
		}
		for _, name := range shadows(row[1], row[3]) {
			if types[name] == "" { // of a module that is not here, SQLite does not know them
				types[name] = "shadow"
			}
		}
	}
	columns, err := r.Query(ctx, columnsQuery)
	if err != nil {
		return err
	}
	for _, c := range columns {
		table := fold(c[0])
		r.columns[table] = append(r.columns[table], c)
		r.known[fold(c[1])] = true
	}
	for _, row := range rows {
		name, table := row[1], row[2]
		if scope.Leaves([]string{name}) || scope.Leaves([]string{table}) || types[name] == "shadow" {
			continue
		}
		if err := r.take(row, types[name] == "virtual"); err != nil {
			return fmt.Errorf("read the definition of %s: %w", name, err)
		}
	}
	for _, t := range r.texts {
		if err := r.define(t); err != nil {
			return fmt.Errorf("read the definition of %s: %w", t.o.Attrs["name"], err)
		}
	}
	if err := r.virtual(ctx); err != nil {
		return err
	}
	r.link()
	return r.broken(ctx)
}

// shadows are the tables that a virtual one of a usual module keeps its data in (https://sqlite.org/fts3.html#shadowtabs, https://sqlite.org/rtree.html).
func shadows(name, sql string) []string {
	list, err := lexemes(sql)
	if err != nil {
		return nil
	}
	var out []string
	for _, suffix := range map[string][]string{
		"fts3": {"content", "segments", "segdir"}, "fts4": {"content", "segments", "segdir", "docsize", "stat"},
		"fts5": {"data", "idx", "content", "docsize", "config"}, "rtree": {"node", "parent", "rowid"}, "geopoly": {"node", "parent", "rowid"},
	}[moduleOf(list)] {
		out = append(out, name+"_"+suffix)
	}
	return out
}

// take notes an object down, and what it is called by.
func (r *reader) take(row []string, virtual bool) error {
	kind, name, table, sql := row[0], row[1], row[2], row[3]
	list, err := lexemes(sql)
	if err != nil {
		return err
	}
	o := &schema.Object{
		Kind: kind, Name: object(name), Path: []string{name},
		Attrs: map[string]string{"sql": sql, "name": name, "table": fold(table)},
	}
	switch {
	case kind == "index" || kind == "trigger":
		o.Path = []string{table, name}
	case virtual && kind == "table":
		o.Attrs["virtual"] = "true"
	}
	r.known[fold(name)] = true
	aliases(list, r.known)
	r.texts = append(r.texts, &text{o, list})
	return nil
}

// define gives an object its definition.
func (r *reader) define(t *text) error {
	o := t.o
	// Behind an object's name its columns may stand, which no table has.
	for i, depth := 0, 0; o.Kind == "view" && i < len(t.list) && !t.list[i].is("as"); i++ {
		switch {
		case t.list[i].Kind == parser.Open:
			depth++
		case depth > 0 && t.list[i].isName():
			r.known[t.list[i].name] = true
		}
	}
	var table *tableText
	if o.Kind == "table" && o.Attrs["virtual"] == "" {
		var err error
		if table, err = takeApart(o.Attrs["sql"], t.list); err != nil {
			return err
		}
	}
	if settle(t.list, r.known) {
		o.Attrs["strings"] = "true"
	}
	o.Def = joined(t.list)
	known := r.columns[fold(o.Attrs["name"])]
	// A text that is read here otherwise than by SQLite is compared as a whole.
	if table != nil && len(table.columns) == len(known) {
		o.Def = table.own()
		o.Attrs["parts"] = strconv.Itoa(len(known))
		r.addColumns(o, table, known)
	}
	r.s.Add(o)
	return nil
}

func (r *reader) addColumns(o *schema.Object, t *tableText, known [][]string) {
	for i, c := range t.columns {
		k := known[i]
		col := &schema.Object{
			Kind: "column", Name: o.Name + "." + object(k[1]), Path: []string{o.Attrs["name"], k[1]}, Parent: o.Key(), Place: i + 1, Def: joined(c.list),
			Needs: []string{o.Key()},
			Attrs: map[string]string{"name": k[1], "text": c.text, "type": fold(k[2])},
		}
		if d := defaultOf(c, k[4]); d != "" {
			col.Attrs["default"] = d
		}
		if k[3] == "1" {
			col.Attrs["notnull"] = "true"
		}
		if k[5] != "0" {
			col.Attrs["key"] = k[5]
		}
		switch k[6] {
		case "2":
			col.Attrs["generated"] = "virtual"
		case "3":
			col.Attrs["generated"] = "stored"
		}
		r.s.Add(col)
	}
}

// defaultOf is a column's default as an expression, from what SQLite says of it: there a word that is a string looks like a name.
func defaultOf(p part, said string) string {
	for i, l := range p.list[:len(p.list)-1] {
		if !l.is("default") {
			continue
		}
		switch v := p.list[i+1]; {
		case v.Kind == parser.Quoted:
			return literal(unquoted(v.raw))
		case v.Kind == parser.Word && !v.is("true", "false", "null", "current_date", "current_time", "current_timestamp"):
			return literal(v.raw)
		}
	}
	if strings.EqualFold(said, "null") {
		return ""
	}
	if strings.Contains(said, "--") { // a comment that goes on to the end of the line, whatever is written behind it
		said += "\n"
	}
	return said
}

// virtual notes the columns of virtual tables whose modules are there, so that their rows can be copied.
func (r *reader) virtual(ctx context.Context) error {
	var known [][]string
	for _, t := range r.texts {
		if t.o.Attrs["virtual"] == "" {
			continue
		}
		if known == nil {
			var err error
			if known, err = r.Query(ctx, "SELECT lower(name) FROM pragma_module_list"); err != nil {
				return err
			}
		}
		module := moduleOf(t.list)
		t.o.Attrs["module"] = module
		if !slices.ContainsFunc(known, func(row []string) bool { return row[0] == module }) {
			continue
		}
		columns, err := r.Query(ctx, "SELECT name FROM pragma_table_xinfo("+literal(t.o.Attrs["name"])+", 'main') WHERE hidden = 0 ORDER BY cid")
		if err != nil && ctx.Err() != nil {
			return err
		}
		for _, c := range columns { // none if what it stands on is not there
			t.o.List = append(t.o.List, c[0])
		}
	}
	return nil
}

// moduleOf is the module of a virtual table.
func moduleOf(list []lexeme) string {
	for i, l := range list {
		if l.is("using") && i+1 < len(list) {
			return list[i+1].name
		}
	}
	return ""
}

// link notes what objects need: what views and triggers name, which is more than they need at times, and never less.
func (r *reader) link() {
	named := map[string]string{} // name → key
	for _, t := range r.texts {
		if t.o.Kind == "table" || t.o.Kind == "view" {
			named[fold(t.o.Attrs["name"])] = t.o.Key()
		}
	}
	code := 0
	referred := map[string]int{}
	for _, t := range r.texts {
		o := t.o
		switch o.Kind {
		case "index":
			if o.Parent = named[o.Attrs["table"]]; o.Parent != "" {
				o.Needs = []string{o.Parent}
			}
		case "table":
			for i, l := range t.list[:max(len(t.list)-1, 0)] {
				if to := named[t.list[i+1].name]; l.is("references") && to != "" && !slices.Contains(o.After, to) {
					o.After = append(o.After, to)
					referred[to]++
				}
			}
		case "trigger":
			code++
			o.Parent = named[o.Attrs["table"]]
			o.Needs = names(t.list, named, o.Key())
		case "view":
			code++
			o.Needs = names(t.list, named, o.Key())
		}
		for _, list := range []*[]string{&o.Needs, &o.After} {
			slices.Sort(*list)
			*list = slices.Compact(*list)
		}
		if table := r.s.Objects[o.Parent]; table != nil && (o.Kind == "index" || o.Kind == "trigger") {
			table.List = append(table.List, o.Key(), o.Attrs["sql"])
		}
	}
	// What a filter leaves out may matter nevertheless.
	r.s.Traits["code"] = strconv.Itoa(code)
	for key, n := range referred {
		if o := r.s.Objects[key]; o != nil {
			o.Attrs["referred"] = strconv.Itoa(n)
		}
	}
}

// names lists the keys of what a definition names, without its own.
func names(list []lexeme, named map[string]string, self string) []string {
	var keys []string
	for _, l := range list {
		if key := named[l.name]; key != "" && key != self && l.isName() {
			keys = append(keys, key)
		}
	}
	return keys
}

// broken notes which views and triggers name what is not there: ALTER TABLE DROP COLUMN fails as long as there is one.
func (r *reader) broken(ctx context.Context) error {
	views := map[string]bool{}
	if _, err := r.Query(ctx, viewsQuery); err != nil {
		for _, t := range r.texts {
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("cancelled: %w", err)
			}
			if t.o.Kind == "view" {
				_, err := r.Query(ctx, "SELECT count(*) FROM pragma_table_info("+literal(t.o.Attrs["name"])+", 'main')")
				views[t.o.Key()] = err != nil
			}
		}
	}
	for _, t := range r.texts {
		if views[t.o.Key()] || t.o.Kind == "trigger" && r.dangling(t.list) {
			t.o.Attrs["broken"] = "true"
		}
	}
	return nil
}

// dangling reports whether a trigger takes rows from, or brings them to, something that is not there.
func (r *reader) dangling(list []lexeme) bool {
	for i, l := range list[:len(list)-1] {
		next := list[i+1]
		switch {
		case !l.is("from", "join", "into") || !next.isName() || r.known[next.name]:
		case i > 0 && list[i-1].is("distinct"), i+2 < len(list) && list[i+2].Kind == parser.Open: // IS DISTINCT FROM, a function
		default:
			return true
		}
	}
	return false
}
