package postgres

import (
	"slices"
	"strings"

	"revise/schema"
)

// emit is what carries an op out.
func (p *planner) emit(o *change) []step {
	switch o.kind {
	case dropping:
		return p.dropSteps(o.from)
	case altering:
		return p.alter[o.key]
	}
	return p.createSteps(o.to)
}

// dropSteps drops an object, unless it goes with another one.
func (p *planner) dropSteps(x *schema.Object) []step {
	table := "ALTER TABLE " + x.Attrs["table"] + " "
	one := func(sql string) []step { return []step{say(x, sql)} }
	losing := func(sql, what string) []step {
		s := say(x, sql)
		s.Loses = what
		return []step{s}
	}
	shown := strings.Join(x.Path, ".")
	switch x.Kind {
	case "column":
		switch {
		case x.Attrs["inherited"] != "":
			return nil
		case p.through[x.Key()]:
			s := say(x, table+"ALTER COLUMN "+x.Attrs["col"]+" TYPE text USING "+x.Attrs["col"]+"::text")
			s.Note = "its type is made anew: its values are kept as text meanwhile"
			return []step{s}
		case x.Attrs["genkind"] != "" && p.to.Objects[x.Key()] != nil && p.to.Objects[x.Key()].Attrs["genkind"] == "":
			return losing(table+"DROP COLUMN "+x.Attrs["col"], "what was computed in "+shown)
		case x.Attrs["genkind"] != "":
			return one(table + "DROP COLUMN " + x.Attrs["col"])
		}
		return losing(table+"DROP COLUMN "+x.Attrs["col"], "the column "+shown)
	case "default":
		if p.drop["column "+x.Attrs["column"]] {
			return nil
		}
		return one(table + "ALTER COLUMN " + x.Attrs["col"] + " DROP DEFAULT")
	case "constraint":
		if x.Attrs["inherited"] != "" || x.Attrs["child"] != "" && !p.drop[x.Parent] {
			return nil
		}
		return one(table + "DROP CONSTRAINT " + x.Attrs["con"])
	case "index":
		if x.Attrs["parentidx"] != "" {
			return nil // it goes with its parent's
		}
		if p.opt.Online && x.Attrs["relkind"] == "r" && !p.create[x.Key()] {
			s := say(x, "DROP INDEX CONCURRENTLY "+x.Name)
			s.alone = true
			return []step{s}
		}
		return one("DROP INDEX " + x.Name)
	case "cluster":
		if p.drop["index "+x.Attrs["irel"]] || p.drop["constraint "+x.Attrs["table"]+"."+x.Attrs["index"]] {
			return nil
		}
		return one(table + "SET WITHOUT CLUSTER")
	case "replica identity":
		if y := p.to.Objects[x.Parent]; y != nil && y.Attrs["ident"] != "i" && p.drop["index "+x.Attrs["irel"]] {
			return nil
		}
		return one(table + "REPLICA IDENTITY DEFAULT")
	case "sequence":
		if so := p.from.Objects["sequence owner "+x.Name]; so != nil && (p.drop["column "+so.Def] || p.drop["table "+so.Attrs["table"]]) {
			return nil // it goes with its column
		}
		return losing("DROP SEQUENCE "+x.Name, "the sequence "+shown)
	case "sequence owner":
		if p.drop["sequence "+x.Name] {
			return nil
		}
		return one("ALTER SEQUENCE " + x.Name + " OWNED BY NONE")
	case "table", "foreign table":
		if x.Kind == "foreign table" {
			return one("DROP FOREIGN TABLE " + x.Name)
		}
		return losing("DROP TABLE "+x.Name, "the table "+shown)
	case "view", "materialized view", "type", "domain", "function", "procedure", "collation", "statistics", "event trigger", "publication", "server", "foreign data wrapper", "text search configuration",
		"text search dictionary", "schema", "cast":
		return one("DROP " + strings.ToUpper(x.Kind) + " " + x.Name)
	case "extension":
		return losing("DROP EXTENSION "+x.Name, "what is kept in types of the extension "+shown)
	case "aggregate":
		return one("DROP AGGREGATE " + aggregateName(x))
	case "trigger":
		return one("DROP TRIGGER " + x.Attrs["tg"] + " ON " + x.Attrs["table"])
	case "rule":
		return one("DROP RULE " + x.Attrs["rule"] + " ON " + x.Attrs["table"])
	case "policy":
		return one("DROP POLICY " + x.Attrs["pol"] + " ON " + x.Attrs["table"])
	case "partition":
		if p.drop[x.Attrs["table"]] {
			return nil
		}
		return one("ALTER TABLE " + x.Attrs["up"] + " DETACH PARTITION " + x.Attrs["child"])
	case "inheritance":
		if p.drop[x.Attrs["table"]] {
			return nil
		}
		return one("ALTER TABLE " + x.Attrs["child"] + " NO INHERIT " + x.Attrs["up"])
	case "comment":
		if p.drop[x.Parent] {
			return nil
		}
		return one("COMMENT ON " + x.Attrs["on"] + " IS NULL")
	case "publication table":
		if p.drop["publication "+x.Attrs["pub"]] {
			return nil
		}
		return one("ALTER PUBLICATION " + x.Attrs["pub"] + " DROP TABLE " + x.Attrs["table"])
	case "grants":
		if p.drop[x.Parent] || x.Attrs["on"] != "COLUMN" {
			return nil
		}
		return p.grantSteps(x, nil)
	case "default grants":
		return p.defaultGrantSteps(x, nil)
	case "owner":
		return nil
	}
	p.remark(x.Key(), "it is to go, and revise does not know how to drop it", true)
	return nil
}

// createSteps makes an object.
func (p *planner) createSteps(x *schema.Object) []step {
	table := "ALTER TABLE " + x.Attrs["table"] + " "
	one := func(sql string) []step { return []step{say(x, sql)} }
	switch x.Kind {
	case "schema":
		if x.Name == "public" { // a new database has it, as a rule
			return one("CREATE SCHEMA IF NOT EXISTS public")
		}
		return one("CREATE SCHEMA " + x.Name)
	case "extension":
		return one("CREATE EXTENSION " + x.Name + " WITH SCHEMA " + x.Attrs["schema"])
	case "collation":
		return one("CREATE COLLATION " + x.Name + " (" + collationOptions(x) + ")")
	case "type":
		return one("CREATE TYPE " + x.Name + " AS " + x.Def)
	case "domain":
		def, later := x.Def, []step(nil)
		for n := len(x.List); n > 1 && strings.HasSuffix(x.List[n-1], " NOT VALID"); n -= 2 { // which CREATE does not take; they come last
			constraint := " CONSTRAINT " + x.List[n-2] + " " + x.List[n-1]
			def = strings.TrimSuffix(def, constraint)
			later = append(later, say(x, "ALTER DOMAIN "+x.Name+" ADD"+constraint))
		}
		return append(one("CREATE DOMAIN "+x.Name+" AS "+def), later...)
	case "sequence":
		kind := "CREATE SEQUENCE "
		if x.Attrs["persistence"] == "u" {
			kind = "CREATE UNLOGGED SEQUENCE "
		}
		return one(kind + x.Name + sequenceOptions(x))
	case "sequence owner":
		out := one("ALTER SEQUENCE " + x.Name + " OWNED BY " + x.Def)
		s, t := p.to.Objects["sequence "+x.Name], p.from.Objects["table "+x.Attrs["table"]]
		if s != nil && t != nil && p.create[s.Key()] && !p.create[t.Key()] && t.Attrs["owner"] != "" && t.Attrs["owner"] != p.from.Traits["user"] {
			out = slices.Insert(out, 0, say(x, "ALTER SEQUENCE "+x.Name+" OWNER TO "+t.Attrs["owner"])) // both have to have the same one
		}
		return out
	case "table", "foreign table":
		return p.createTable(x)
	case "column":
		if p.through[x.Key()] {
			return p.fromText(x)
		}
		return p.addColumn(x)
	case "default":
		return one(table + "ALTER COLUMN " + x.Attrs["col"] + " SET DEFAULT " + x.Def)
	case "constraint":
		return p.addConstraint(x)
	case "index":
		return p.createIndex(x)
	case "cluster":
		return one(table + "CLUSTER ON " + x.Attrs["index"])
	case "replica identity":
		return one(table + "REPLICA IDENTITY USING INDEX " + x.Attrs["index"])
	case "view":
		out := one("CREATE VIEW " + x.Name + options(x.Attrs["options"]) + " AS\n" + strings.TrimLeft(x.Attrs["body"], "\n"))
		return append(out, viewDefaults(x)...)
	case "materialized view":
		sql := "CREATE MATERIALIZED VIEW " + x.Name
		if am := x.Attrs["am"]; am != "" {
			sql += " USING " + am
		}
		sql += options(x.Attrs["options"])
		if ts := x.Attrs["ts"]; ts != "" {
			sql += " TABLESPACE " + ts
		}
		sql += " AS\n" + strings.TrimLeft(x.Attrs["body"], "\n")
		if x.Attrs["populated"] == "false" {
			sql += "\nWITH NO DATA"
		}
		return one(sql)
	case "function", "procedure":
		return one(x.Def)
	case "aggregate":
		return one("CREATE AGGREGATE " + aggregateName(x) + " (" + x.Def + ")")
	case "trigger":
		return append(one(x.Attrs["def"]), enabled(x, "TRIGGER", x.Attrs["tg"])...)
	case "rule":
		return append(one(strings.TrimSuffix(x.Attrs["def"], ";")), enabled(x, "RULE", x.Attrs["rule"])...)
	case "policy":
		return one("CREATE POLICY " + x.Attrs["pol"] + " ON " + x.Attrs["table"] + " " + x.Def)
	case "statistics":
		out := one(x.Attrs["def"])
		if t := x.Attrs["target"]; t != "" {
			out = append(out, say(x, "ALTER STATISTICS "+x.Name+" SET STATISTICS "+t))
		}
		return out
	case "event trigger":
		out := one("CREATE EVENT TRIGGER " + x.Name + " " + x.Attrs["def"])
		if word := enableWord(x.Attrs["enabled"]); word != "ENABLE" {
			out = append(out, say(x, "ALTER EVENT TRIGGER "+x.Name+" "+word))
		}
		return out
	case "publication", "server", "foreign data wrapper":
		return one(strings.TrimSpace("CREATE " + strings.ToUpper(x.Kind) + " " + x.Name + " " + x.Def))
	case "publication table":
		return one(strings.TrimSpace("ALTER PUBLICATION " + x.Attrs["pub"] + " ADD TABLE " + x.Attrs["table"] + " " + x.Def))
	case "text search dictionary":
		return one("CREATE TEXT SEARCH DICTIONARY " + x.Name + " (" + x.Def + ")")
	case "text search configuration":
		out := one("CREATE TEXT SEARCH CONFIGURATION " + x.Name + " (PARSER = " + x.Attrs["parser"] + ")")
		for i := 0; i+1 < len(x.List); i += 2 {
			out = append(out, say(x, "ALTER TEXT SEARCH CONFIGURATION "+x.Name+" ADD MAPPING FOR "+x.List[i]+" WITH "+x.List[i+1]))
		}
		return out
	case "cast":
		return one("CREATE CAST " + x.Name + " " + x.Def)
	case "partition":
		s := say(x, "ALTER TABLE ONLY "+x.Attrs["up"]+" ATTACH PARTITION "+x.Attrs["child"]+" "+x.Attrs["bound"])
		return []step{s}
	case "inheritance":
		return one("ALTER TABLE " + x.Attrs["child"] + " INHERIT " + x.Attrs["up"])
	case "comment":
		if p.create[x.Parent] && p.to.Objects[x.Parent].Attrs["unmanaged"] != "" {
			return nil
		}
		return one("COMMENT ON " + x.Attrs["on"] + " IS " + quote(x.Def))
	case "owner":
		return p.ownerSteps(x)
	case "grants":
		old := p.from.Objects[x.Key()]
		if p.create[x.Parent] || old == nil {
			old = p.usualGrants(x)
		}
		return p.grantSteps(old, x)
	case "default grants":
		return p.defaultGrantSteps(nil, x)
	}
	p.remark(x.Key(), "it is new, and revise does not know how to make it", true)
	return nil
}

// quote writes a string literal as people do.
func quote(s string) string {
	if strings.Contains(s, `\`) {
		return literal(s)
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

func options(list string) string {
	if list == "" {
		return ""
	}
	return " WITH (" + list + ")"
}

func collationOptions(x *schema.Object) string {
	provider := map[string]string{"i": "icu", "c": "libc", "b": "builtin", "d": "default"}[x.Attrs["provider"]]
	s := "PROVIDER = " + provider
	if locale := x.Attrs["locale"]; locale != "" {
		s += ", LOCALE = " + quote(locale)
	} else {
		s += ", LC_COLLATE = " + quote(x.Attrs["collate"]) + ", LC_CTYPE = " + quote(x.Attrs["ctype"])
	}
	if x.Attrs["det"] == "false" {
		s += ", DETERMINISTIC = false"
	}
	if rules := x.Attrs["rules"]; rules != "" {
		s += ", RULES = " + quote(rules)
	}
	return s
}

// sequenceOptions are those of a sequence that are not what a new one has.
func sequenceOptions(x *schema.Object) string {
	a := x.Attrs
	up := !strings.HasPrefix(a["increment"], "-")
	highest := map[string]string{"smallint": "32767", "integer": "2147483647", "bigint": "9223372036854775807"}[a["type"]]
	lowest := map[string]string{"smallint": "-32768", "integer": "-2147483648", "bigint": "-9223372036854775808"}[a["type"]]
	least, most := "1", highest
	if !up {
		least, most = lowest, "-1"
	}
	var s string
	add := func(word, value, usual string) {
		if value != usual {
			s += " " + word + " " + value
		}
	}
	add("AS", a["type"], "bigint")
	add("INCREMENT BY", a["increment"], "1")
	add("MINVALUE", a["min"], least)
	add("MAXVALUE", a["max"], most)
	start := a["min"]
	if !up {
		start = a["max"]
	}
	add("START WITH", a["start"], start)
	add("CACHE", a["cache"], "1")
	if a["cycle"] == "true" {
		s += " CYCLE"
	}
	return s
}

func enableWord(state string) string {
	return map[string]string{"O": "ENABLE", "D": "DISABLE", "R": "ENABLE REPLICA", "A": "ENABLE ALWAYS"}[state]
}

// enabled says when a trigger or a rule fires, if not as usual.
func enabled(x *schema.Object, kind, name string) []step {
	if x.Attrs["enabled"] == "O" {
		return nil
	}
	return []step{say(x, "ALTER TABLE "+x.Attrs["table"]+" "+enableWord(x.Attrs["enabled"])+" "+kind+" "+name)}
}

func viewDefaults(x *schema.Object) []step {
	var out []step
	for i := 0; i+1 < len(x.List); i += 2 {
		out = append(out, say(x, "ALTER VIEW "+x.Name+" ALTER COLUMN "+x.List[i]+" SET DEFAULT "+x.List[i+1]))
	}
	return out
}

// columnDef is a column as CREATE TABLE and ADD COLUMN have it.
func (p *planner) columnDef(c *schema.Object) string {
	a := c.Attrs
	s := a["col"] + " " + a["type"]
	if v := a["compression"]; v != "" {
		s += " COMPRESSION " + compression(v)
	}
	if v := a["coll"]; v != "" {
		s += " COLLATE " + v
	}
	if v := a["fdw"]; v != "" {
		s += " OPTIONS (" + v + ")"
	}
	switch d := p.to.Objects["default "+c.Name]; {
	case a["gen"] != "":
		s += " GENERATED ALWAYS AS (" + a["gen"] + ")" + map[string]string{"s": " STORED", "v": " VIRTUAL"}[a["genkind"]]
	case d != nil && p.carried(d):
		s += " DEFAULT " + d.Def
	}
	if v := a["identity"]; v != "" {
		s += " " + identityWord(v) + identityOptions(c)
	}
	if a["notnull"] == "true" {
		s += " " + notNull(c)
	}
	return s
}

// notNull is the constraint with its name, where it has one of its own.
func notNull(c *schema.Object) string {
	word := c.Attrs["nnword"]
	s := "NOT NULL"
	if strings.HasPrefix(word, "(as ") {
		s = "CONSTRAINT " + c.Attrs["nnname"] + " NOT NULL"
	}
	if strings.Contains(word, "NO INHERIT") {
		s += " NO INHERIT"
	}
	return s
}

func identityWord(v string) string {
	return "GENERATED " + map[string]string{"a": "ALWAYS", "d": "BY DEFAULT"}[v] + " AS IDENTITY"
}

func compression(v string) string { return map[string]string{"p": "pglz", "l": "lz4"}[v] }

func storage(v string) string {
	return map[string]string{"p": "PLAIN", "e": "EXTERNAL", "m": "MAIN", "x": "EXTENDED"}[v]
}

// ownExtras are what a column that comes with a parent of its table, or with its type, has otherwise than that.
func (p *planner) ownExtras(c *schema.Object) []step {
	alter := "ALTER TABLE " + c.Attrs["table"] + " ALTER COLUMN " + c.Attrs["col"] + " "
	up, name := &schema.Object{}, ""
	for _, o := range p.parents[c.Parent] {
		name = o.Attrs["up"] + "." + c.Attrs["col"]
		if x := p.to.Objects["column "+name]; x != nil {
			up = x
			break
		}
	}
	var out []step
	switch d, usual := p.to.Objects["default "+c.Name], p.to.Objects["default "+name]; {
	case d == nil && usual != nil:
		out = append(out, say(c, alter+"DROP DEFAULT"))
	case d != nil && p.carried(d) && (usual == nil || usual.Def != d.Def):
		out = append(out, say(d, alter+"SET DEFAULT "+d.Def))
	}
	if c.Attrs["notnull"] == "true" && up.Attrs["notnull"] != "true" {
		out = append(out, say(c, alter+"SET NOT NULL"))
	}
	return out
}

// columnExtras are what no definition of a column can hold.
func columnExtras(c *schema.Object) []step {
	alter := "ALTER TABLE " + c.Attrs["table"] + " ALTER COLUMN " + c.Attrs["col"] + " "
	var out []step
	if v := c.Attrs["storage"]; v != "" {
		out = append(out, say(c, alter+"SET STORAGE "+storage(v)))
	}
	if v := c.Attrs["stats"]; v != "" {
		out = append(out, say(c, alter+"SET STATISTICS "+v))
	}
	if v := c.Attrs["options"]; v != "" {
		out = append(out, say(c, alter+"SET ("+v+")"))
	}
	return out
}

// addColumn adds a column to a table that is there.
func (p *planner) addColumn(x *schema.Object) []step {
	if x.Attrs["inherited"] != "" {
		return append(p.ownExtras(x), columnExtras(x)...)
	}
	s := say(x, "ALTER TABLE "+x.Attrs["table"]+" ADD COLUMN "+p.columnDef(x))
	if x.Attrs["notnull"] == "true" && x.Attrs["gen"] == "" && x.Attrs["identity"] == "" && p.to.Objects["default "+x.Name] == nil && x.Attrs["domain"] == "" {
		s.Note = "it fails if the table has rows: the column is NOT NULL and has no default"
	}
	return append([]step{s}, columnExtras(x)...)
}

// fromText gives a column its type again whose values are text.
func (p *planner) fromText(y *schema.Object) []step {
	x := p.from.Objects[y.Key()]
	alter := "ALTER TABLE " + y.Attrs["table"] + " ALTER COLUMN " + y.Attrs["col"] + " "
	s := say(y, alter+"TYPE "+y.Attrs["type"])
	if c := y.Attrs["coll"]; c != "" {
		s.SQL += " COLLATE " + c
	}
	s.SQL += " USING " + y.Attrs["col"] + "::" + y.Attrs["type"]
	s.Note = "fails if a value is none of the new type"
	out := []step{s}
	if x.Attrs["notnull"] != y.Attrs["notnull"] {
		out = append(out, p.changeNotNull(x, y, alter)...)
	}
	return append(out, columnExtras(y)...)
}

// addConstraint adds a constraint to a table that is there, without checking its rows under a strong lock: they are checked behind.
func (p *planner) addConstraint(x *schema.Object) []step {
	if x.Attrs["inherited"] != "" && !p.create[x.Parent] {
		return nil
	}
	table := "ALTER TABLE " + x.Attrs["table"] + " "
	if t := x.Attrs["contype"]; x.Attrs["relkind"] == "p" && t != "f" && t != "c" {
		table = "ALTER TABLE ONLY " + x.Attrs["table"] + " "
	}
	add := say(x, table+"ADD CONSTRAINT "+x.Attrs["con"]+" "+x.Attrs["def"])
	out := []step{add}
	existing := !p.create[x.Parent] && x.Attrs["relkind"] == "r"
	switch t := x.Attrs["contype"]; {
	case existing && (t == "f" || t == "c") && x.Attrs["valid"] == "true" && !strings.Contains(x.Def, "NOT ENFORCED"):
		check := say(x, "ALTER TABLE "+x.Attrs["table"]+" VALIDATE CONSTRAINT "+x.Attrs["con"])
		check.Note = "reads the whole table, and fails if a row breaks it"
		if p.opt.Online {
			check.phase = validating
		}
		out[0].SQL += " NOT VALID"
		out = append(out, check)
	case existing && p.opt.Online && (t == "p" || t == "u") && x.Attrs["indexdef"] != "" && plainKey(x):
		index := say(x, concurrently(x.Attrs["indexdef"]))
		index.alone, index.phase = true, building
		kind := map[string]string{"p": "PRIMARY KEY", "u": "UNIQUE"}[t]
		attach := say(x, table+"ADD CONSTRAINT "+x.Attrs["con"]+" "+kind+" USING INDEX "+x.Attrs["con"]+deferring(x.Attrs["def"]))
		attach.phase = attaching
		out = []step{index, attach}
	}
	if up := x.Attrs["parentidx"]; up != "" && !p.create["partition "+x.Attrs["table"]] {
		out = append(out, say(x, "ALTER INDEX "+up+" ATTACH PARTITION "+x.Attrs["rel"]))
	}
	return out
}

// plainKey reports whether an index can be made first and become the constraint then: no options of a constraint stand in its definition.
func plainKey(x *schema.Object) bool {
	return !strings.Contains(x.Def, "WITHOUT OVERLAPS") && !strings.Contains(x.Def, " USING INDEX TABLESPACE ") && !strings.Contains(x.Def, " WITH (")
}

// deferring is how a definition ends of a key that can be deferred.
func deferring(def string) string {
	for _, end := range []string{" DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED"} {
		if strings.HasSuffix(def, end) {
			return end
		}
	}
	return ""
}

// concurrently is the definition of an index with that word in it.
func concurrently(def string) string { return strings.Replace(def, "INDEX ", "INDEX CONCURRENTLY ", 1) }

func (p *planner) createIndex(x *schema.Object) []step {
	s := say(x, x.Attrs["def"])
	if ts := x.Attrs["ts"]; ts != "" {
		before, where, ok := strings.Cut(s.SQL, " WHERE ")
		s.SQL = before + " TABLESPACE " + ts
		if ok {
			s.SQL += " WHERE " + where
		}
	}
	if p.opt.Online && x.Attrs["relkind"] == "r" && !p.create[x.Parent] {
		s.SQL = concurrently(s.SQL)
		s.alone, s.phase = true, building
	}
	out := []step{s}
	if stats := x.Attrs["stats"]; stats != "" {
		for _, pair := range strings.Split(stats, ",") {
			n, v, _ := strings.Cut(pair, "=")
			out = append(out, say(x, "ALTER INDEX "+x.Name+" ALTER COLUMN "+n+" SET STATISTICS "+v))
		}
	}
	if up := x.Attrs["parentidx"]; up != "" && !p.create["partition "+x.Attrs["table"]] {
		out = append(out, say(x, "ALTER INDEX "+up+" ATTACH PARTITION "+x.Name))
	}
	if strings.Contains(x.Def, " (invalid)") {
		p.remark(x.Key(), "where it is from it is invalid: what an index that is made CONCURRENTLY leaves that failed. It is made whole", true)
	}
	return out
}

// createTable makes a table with its columns, and with those of its constraints that need nothing else.
func (p *planner) createTable(x *schema.Object) []step {
	var items, ups []string
	var extras []step
	for _, o := range p.parents[x.Key()] {
		if o.Kind == "inheritance" {
			ups = append(ups, o.Attrs["up"])
		}
	}
	for _, c := range p.is[x.Key()] {
		if x.Attrs["of"] == "" && (len(ups) == 0 || c.Attrs["inherited"] == "") {
			items = append(items, "    "+p.columnDef(c))
		} else {
			extras = append(extras, p.ownExtras(c)...)
		}
		extras = append(extras, columnExtras(c)...)
	}
	for _, c := range p.partsTo[x.Key()] {
		if c.Kind != "constraint" || len(ups) > 0 && c.Attrs["inherited"] != "" {
			continue
		}
		if p.carried(c) {
			items = append(items, "    CONSTRAINT "+c.Attrs["con"]+" "+c.Attrs["def"])
		}
	}
	sql := "CREATE "
	if x.Attrs["persistence"] == "u" {
		sql += "UNLOGGED "
	}
	sql += strings.ToUpper(x.Kind) + " " + x.Name
	if of := x.Attrs["of"]; of != "" {
		sql += " OF " + of
	}
	switch {
	case len(items) > 0:
		sql += " (\n" + strings.Join(items, ",\n") + "\n)"
	case x.Attrs["of"] == "":
		sql += " ()"
	}
	if len(ups) > 0 {
		sql += " INHERITS (" + strings.Join(ups, ", ") + ")"
	}
	if v := x.Attrs["partkey"]; v != "" {
		sql += " PARTITION BY " + v
	}
	if v := x.Attrs["server"]; v != "" {
		sql += " SERVER " + v
		if f := x.Attrs["foptions"]; f != "" {
			sql += " OPTIONS (" + f + ")"
		}
	}
	if v := x.Attrs["am"]; v != "" {
		sql += " USING " + v
	}
	sql += options(x.Attrs["options"])
	if v := x.Attrs["ts"]; v != "" {
		sql += " TABLESPACE " + v
	}
	out := append([]step{say(x, sql)}, extras...)
	if x.Attrs["rls"] == "true" {
		out = append(out, say(x, "ALTER TABLE "+x.Name+" ENABLE ROW LEVEL SECURITY"))
	}
	if x.Attrs["frls"] == "true" {
		out = append(out, say(x, "ALTER TABLE "+x.Name+" FORCE ROW LEVEL SECURITY"))
	}
	if v := identityOf(x); v != "" && v != "DEFAULT" && x.Kind == "table" {
		out = append(out, say(x, "ALTER TABLE "+x.Name+" REPLICA IDENTITY "+v))
	}
	return out
}

// identityOf is the replica identity of a table, "" if it is an index.
func identityOf(x *schema.Object) string {
	return map[string]string{"d": "DEFAULT", "f": "FULL", "n": "NOTHING"}[x.Attrs["ident"]]
}

func (Driver) Rename(from, to *schema.Object) string {
	switch from.Kind {
	case "table", "foreign table", "view", "materialized view", "sequence", "type", "domain":
		name := to.Path[len(to.Path)-1]
		return "ALTER " + strings.ToUpper(from.Kind) + " " + from.Name + " RENAME TO " + plainName(to.Name, name)
	case "column":
		return "ALTER TABLE " + from.Attrs["table"] + " RENAME COLUMN " + from.Attrs["col"] + " TO " + to.Attrs["col"]
	}
	return ""
}

// plainName is the last part of a qualified name, quoted as there.
func plainName(qualified, last string) string {
	if strings.HasSuffix(qualified, "."+last) {
		return last
	}
	return ident(last)
}
