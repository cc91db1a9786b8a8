package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"revise/drivers"
	"revise/schema"
)

// snapshotSettings make the server write definitions in one way, every name with its schema. They end with the transaction.
const snapshotSettings = `SET LOCAL search_path = ''; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'postgres'; SET LOCAL timezone = 'UTC'; ` +
	`SET LOCAL extra_float_digits = 1; SET LOCAL quote_all_identifiers = off; SET LOCAL bytea_output = 'hex'`

// Snapshot asks all its questions in one round trip, in one transaction that sees one moment.
func (c *conn) Snapshot(ctx context.Context, scope schema.Scope) (*schema.Snapshot, error) {
	if c.pg.IsClosed() {
		return nil, errClosed
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("cancelled: %w", err)
	}
	catalog := catalogQueries()
	queries := []string{"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}
	queries = append(queries, strings.Split(snapshotSettings, "; ")...)
	first := len(queries)
	for _, q := range catalog {
		queries = append(queries, q.expand(c.version))
	}
	behind := len(queries)
	queries = append(queries, membersQuery, aliasesQuery, needsQuery, commentsQuery, castsQuery, whoQuery)
	if scope.Privileges {
		queries = append(queries, ownersQuery, grantsQuery, defaultGrantsQuery)
	}
	queries = append(queries, "COMMIT")
	c.ahead = nil
	stop := c.watch(ctx)
	results, err := c.simple(strings.Join(queries, ";\n"))
	if stop() && !c.pg.IsClosed() {
		if late := c.settle(); err == nil {
			err = late
		}
	}
	if err == nil && len(results) != len(queries) {
		err = fmt.Errorf("the server gave %d results for %d questions", len(results), len(queries))
	}
	if err != nil {
		failed := queries[min(len(results), len(queries)-1)]
		err = c.ownError(ctx, err, failed)
		if !c.pg.IsClosed() {
			_, back := c.simple("ROLLBACK")
			err = errors.Join(err, back)
		}
		return nil, err
	}
	r := &snapshotReader{scope: scope, ids: map[catalogID]string{}, members: map[catalogID]string{}, aliases: map[catalogID]catalogID{}}
	r.snap = schema.New("postgres", c.facts.Product, c.facts.Version)
	r.snap.Traits["version"] = strconv.Itoa(c.version)
	return r.read(results[first:behind], results[behind:])
}

// A catalogID is what the server knows an object by.
type catalogID struct{ class, object, sub string }

// whole is the object that a part is of.
func (i catalogID) whole() catalogID { return catalogID{i.class, i.object, "0"} }

type snapshotReader struct {
	scope   schema.Scope
	snap    *schema.Snapshot
	ids     map[catalogID]string    // keys of objects
	members map[catalogID]string    // of an extension: its oid
	aliases map[catalogID]catalogID // entries of the catalogs that are another object's
}

// read takes the answers of the catalogQueries, and of those behind.
func (r *snapshotReader) read(catalog, behind [][][]string) (*schema.Snapshot, error) {
	members, aliases, needs, comments, casts, who := behind[0], behind[1], behind[2], behind[3], behind[4], behind[5]
	for _, m := range members {
		r.members[catalogID{m[0], m[1], "0"}] = m[2]
	}
	for _, a := range aliases {
		r.aliases[catalogID{a[0], a[1], "0"}] = catalogID{a[2], a[3], a[4]}
	}
	for _, rows := range catalog {
		for _, row := range rows {
			if err := r.object(row); err != nil {
				return nil, err
			}
		}
	}
	r.extensions()
	for _, n := range needs {
		r.need(n)
	}
	for _, c := range comments {
		r.comment(c)
	}
	list := make([]string, len(casts))
	for i, c := range casts {
		list[i] = c[0]
	}
	slices.Sort(list)
	r.snap.Traits["casts"] = "\n" + strings.Join(list, "\n") + "\n"
	r.snap.Traits["user"] = who[0][0]
	if r.scope.Privileges {
		r.owners(behind[6])
		r.grants(behind[7])
		r.defaultGrants(behind[8])
	}
	r.finish()
	return r.snap, nil
}

// object takes a row of a catalogQuery.
func (r *snapshotReader) object(row []string) error {
	id := catalogID{row[0], row[1], row[2]}
	if r.members[id.whole()] != "" && id.object != "0" {
		return nil // it is the extension's
	}
	o := &schema.Object{Kind: row[3], Name: row[4], Parent: row[6], Def: settled(row[7])}
	var err error
	if o.Place, err = strconv.Atoi(row[8]); err != nil {
		return fmt.Errorf("read %s: %w", o.Key(), err)
	}
	for _, part := range []struct {
		text string
		to   any
	}{{row[5], &o.Path}, {row[9], &o.Attrs}, {row[10], &o.List}} {
		if err := json.Unmarshal([]byte(part.text), part.to); err != nil {
			return fmt.Errorf("read %s: %w", o.Key(), err)
		}
	}
	if r.scope.Leaves(o.Path) {
		return nil
	}
	if id.object != "0" {
		r.ids[id] = o.Key()
		if o.Kind == "table" || o.Kind == "column" {
			o.Ident = id.object + "." + id.sub
		}
	}
	r.snap.Add(o)
	return nil
}

// arrayForm finds a list of texts that the server casts as a whole.
var arrayForm = drivers.Form(`\(ARRAY\[((?:'(?:[^']|'')*'::character varying(?:\([0-9]+\))?(?:, )?)+)\]\)::text\[\]`)

var itemForm = drivers.Form(`'(?:[^']|'')*'::character varying(?:\([0-9]+\))?`)

// settled is a definition as the server writes it when it has read it itself: x IN ('a', 'b') over a varchar is a cast of an array at first, and an array of casts
// once that text was read again. Else what was built of definitions would differ from what it was built after.
func settled(def string) string {
	if !strings.Contains(def, "])::text[]") {
		return def
	}
	return arrayForm().ReplaceAllStringFunc(def, func(whole string) string {
		list := arrayForm().FindStringSubmatch(whole)[1]
		return "ARRAY[" + itemForm().ReplaceAllString(list, "($0)::text") + "]"
	})
}

// extensions has what belongs to an extension stand for it: what needs a function of one needs the extension.
func (r *snapshotReader) extensions() {
	byOID := map[string]string{}
	for id, k := range r.ids {
		if o := r.snap.Objects[k]; o != nil && o.Kind == "extension" {
			byOID[id.object] = k
		}
	}
	for id, extension := range r.members {
		if k := byOID[extension]; k != "" {
			r.ids[id] = k
		}
	}
}

// resolve is the key of the object that an entry of the catalogs is, or is a part of.
func (r *snapshotReader) resolve(id catalogID) string {
	for range 6 {
		if k, ok := r.ids[id]; ok {
			return k
		}
		if other, ok := r.aliases[id.whole()]; ok {
			id = other
			continue
		}
		if id.sub == "0" {
			break
		}
		id = id.whole()
	}
	return ""
}

// need takes a row of pg_depend.
func (r *snapshotReader) need(row []string) {
	from, to := r.resolve(catalogID{row[0], row[1], row[2]}), r.resolve(catalogID{row[3], row[4], row[5]})
	if from == "" || to == "" || from == to {
		return
	}
	x, y := r.snap.Objects[from], r.snap.Objects[to]
	switch {
	case x == nil || y == nil:
	case x.Kind == "extension" && y.Kind != "schema":
	case x.Kind == "sequence" && y.Kind == "column": // that it is owned by it is an object of its own
	case row[6] == "x" && y.Kind == "extension" && x.Kind != "extension": // it is gone with the extension, and does without
	default:
		x.Needs = append(x.Needs, to)
	}
}

// comment takes a row of pg_description.
func (r *snapshotReader) comment(row []string) {
	id := catalogID{row[0], row[1], row[2]}
	if r.members[id.whole()] != "" {
		return
	}
	k, itself := r.ids[id]
	if !itself {
		k = r.resolve(id.whole())
	}
	x := r.snap.Objects[k]
	if x == nil {
		return
	}
	on, path := "", slices.Clone(x.Path)
	switch {
	case itself:
		on = commentTarget(x)
	case id.sub != "0": // the column of a view or a type
		on = "COLUMN " + x.Name + "." + row[4]
		path = append(path, row[4])
	case x.Kind == "domain" && row[4] != "": // a constraint of it
		on = "CONSTRAINT " + row[4] + " ON DOMAIN " + x.Name
		path = append(path, row[4])
	case x.Kind == "constraint": // the index behind it
		on = "INDEX " + x.Attrs["rel"]
	}
	if on == "" {
		return
	}
	r.snap.Add(&schema.Object{Kind: "comment", Name: "ON " + on, Path: path, Parent: k, Def: row[3], Needs: []string{k}, Attrs: map[string]string{"on": on}})
}

// commentTarget is what COMMENT ON calls an object.
func commentTarget(x *schema.Object) string {
	on := func(part string) string {
		return strings.ToUpper(x.Kind) + " " + x.Attrs[part] + " ON " + x.Attrs["table"]
	}
	switch x.Kind {
	case "constraint":
		return on("con")
	case "trigger":
		return on("tg")
	case "policy":
		return on("pol")
	case "rule":
		return on("rule")
	case "aggregate":
		return "AGGREGATE " + aggregateName(x)
	case "operator class", "operator family", "base type", "default", "sequence owner", "partition", "inheritance", "cluster", "replica identity", "publication table":
		return ""
	}
	return strings.ToUpper(x.Kind) + " " + x.Name
}

// aggregateName is that of an aggregate with its arguments, of which one without any is written with a star.
func aggregateName(x *schema.Object) string {
	if before, ok := strings.CutSuffix(x.Name, "()"); ok {
		return before + "(*)"
	}
	return x.Name
}

func (r *snapshotReader) owners(rows [][]string) {
	for _, row := range rows {
		id := catalogID{row[0], row[1], "0"}
		x := r.snap.Objects[r.ids[id]]
		if x == nil || r.members[id] != "" {
			continue
		}
		x.Attrs["owner"] = row[2]
		if row[3] == "t" || x.Kind == "schema" && x.Name == "public" { // a column's, which has its table's owner
			continue
		}
		r.snap.Add(&schema.Object{Kind: "owner", Name: "OF " + x.Key(), Path: x.Path, Parent: x.Key(), Def: row[2], Needs: []string{x.Key()}, Attrs: map[string]string{}})
	}
}

func (r *snapshotReader) grants(rows [][]string) {
	for _, row := range rows {
		id := catalogID{row[0], row[1], row[2]}
		x := r.snap.Objects[r.ids[id]]
		if x == nil || r.members[id.whole()] != "" {
			continue
		}
		r.grant(&schema.Object{Kind: "grants", Name: "ON " + x.Key(), Path: x.Path, Parent: x.Key(), Needs: []string{x.Key()}, Attrs: map[string]string{"on": row[6]}}, row[3], row[4], row[5])
	}
}

// grant adds a privilege to the list of an object's.
func (r *snapshotReader) grant(o *schema.Object, who, privilege, grantable string) {
	if old := r.snap.Objects[o.Key()]; old != nil {
		o = old
	} else {
		r.snap.Add(o)
	}
	if grantable == "t" {
		privilege += "*"
	}
	o.List = append(o.List, who+"="+privilege)
	slices.Sort(o.List)
	o.Def = strings.Join(o.List, " ")
}

func (r *snapshotReader) defaultGrants(rows [][]string) {
	for _, row := range rows {
		name := strings.TrimSpace(row[0] + " " + row[1] + " " + row[2])
		o := &schema.Object{Kind: "default grants", Name: name, Path: []string{row[1], row[0]}, Attrs: map[string]string{"role": row[0], "ns": row[1], "type": row[2]}}
		r.grant(o, row[3], row[4], row[5])
	}
}

// finish adds what pg_depend does not say in a form that we need.
func (r *snapshotReader) finish() {
	s := r.snap
	byIndex := map[string][]string{} // keys of constraints, by the index that backs them
	ofTable := map[string][]string{} // keys of indexes, constraints and defaults, by table
	attached := map[[2]string]bool{} // tables, and the indexes of their parents that have a part there
	for _, k := range s.Keys() {
		o := s.Objects[k]
		switch o.Kind {
		case "constraint":
			attached[[2]string{o.Attrs["table"], o.Attrs["parentidx"]}] = true
			if rel := o.Attrs["rel"]; rel != "" {
				byIndex[rel] = append(byIndex[rel], k)
			}
			ofTable[o.Attrs["table"]] = append(ofTable[o.Attrs["table"]], k)
		case "index", "default":
			attached[[2]string{o.Attrs["table"], o.Attrs["parentidx"]}] = true
			ofTable[o.Attrs["table"]] = append(ofTable[o.Attrs["table"]], k)
		}
	}
	table := func(name string) string {
		for _, kind := range []string{"table ", "foreign table ", "materialized view ", "view "} {
			if s.Objects[kind+name] != nil {
				return kind + name
			}
		}
		return ""
	}
	for _, k := range s.Keys() {
		o := s.Objects[k]
		needs := append(o.Needs, o.Parent)
		if ns := o.Attrs["ns"]; ns != "" && o.Kind != "schema" {
			needs = append(needs, "schema "+ns)
		}
		switch o.Kind {
		case "sequence owner":
			needs = append(needs, "sequence "+o.Attrs["seq"], "column "+o.Def)
		case "default":
			needs = append(needs, "column "+o.Attrs["column"])
		case "partition", "inheritance":
			needs = append(needs, o.Attrs["table"], table(o.Attrs["up"]))
			if o.Kind == "partition" { // it is attached behind its own indexes and constraints and its parent's
				o.After = append(o.After, ofTable[o.Attrs["child"]]...)
				for _, key := range ofTable[o.Attrs["up"]] {
					part := s.Objects[key]
					switch {
					case part.Attrs["contype"] == "f":
					case part.Kind == "index" && !attached[[2]string{o.Attrs["child"], part.Attrs["rel"]}]:
						part.After = append(part.After, k) // or attaching the table would attach an index of it that fits
					default:
						o.After = append(o.After, key)
					}
				}
			}
		case "cluster", "replica identity":
			needs = append(needs, "index "+o.Attrs["irel"], "constraint "+o.Attrs["table"]+"."+o.Attrs["index"])
		case "index", "constraint":
			if up := o.Attrs["parentidx"]; up != "" {
				needs = append(needs, "index "+up)
				needs = append(needs, byIndex[up]...)
			}
		case "publication table":
			needs = append(needs, table(o.Attrs["table"]))
		case "server":
			needs = append(needs, "foreign data wrapper "+o.Attrs["fdw"])
		}
		slices.Sort(needs)
		needs = slices.Compact(needs)
		o.Needs = slices.DeleteFunc(needs, func(n string) bool { return n == "" || n == k || s.Objects[n] == nil })
		if s.Objects[o.Parent] == nil {
			o.Parent = ""
		}
	}
}
