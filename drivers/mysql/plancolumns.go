package mysql

import (
	"maps"
	"slices"
	"strings"

	"revise/parser"
	"revise/schema"
)

// bareKey is a key's definition without its name.
func bareKey(k *schema.Object) string { return strings.Replace(k.Def, " "+k.Attrs["name"], "", 1) }

// keys drops the keys that are gone or another, and renames those that have another name only.
func (c *tableChange) keys() {
	was, is := named(c.was.indexes), named(c.is.indexes)
	renamed := map[string]bool{}
	if !c.p.maria || c.p.version >= 100502 {
		came := map[string][]*schema.Object{}
		for _, y := range c.is.indexes {
			if was[y.Attrs["name"]] == nil && y.Attrs["name"] != primary && !c.touches(y) {
				came[bareKey(y)] = append(came[bareKey(y)], y)
			}
		}
		for _, x := range c.was.indexes {
			list := came[bareKey(x)]
			if is[x.Attrs["name"]] != nil || x.Attrs["name"] == primary || c.touches(x) || c.placed(x) || len(list) == 0 {
				continue
			}
			came[bareKey(x)] = list[1:]
			renamed[x.Attrs["name"]], renamed[list[0].Attrs["name"]] = true, true
			c.clauses = append(c.clauses, "RENAME INDEX "+x.Attrs["name"]+" TO "+list[0].Attrs["name"])
		}
	}
	kept := func(x, y *schema.Object) bool {
		return x != nil && y != nil && !c.touches(x) && !c.touches(y) && !c.placed(x) && (x.Def == y.Def || seen(x.Def) == seen(y.Def))
	}
	for _, x := range c.was.indexes {
		y := is[x.Attrs["name"]]
		switch {
		case renamed[x.Attrs["name"]] || c.stored && c.touches(x):
		case !kept(x, y) && c.placed(x): // its column cannot change in the same statement (error 3644)
			c.before = append(c.before, dropKey(x))
		case !kept(x, y):
			c.clauses = append(c.clauses, dropKey(x))
		case x.Def != y.Def: // dropping and adding it in one statement is no change to MariaDB
			c.clauses = append(c.clauses, "ALTER INDEX "+x.Attrs["name"]+" "+visibility(x.Def, y.Def))
		}
	}
	for _, y := range c.is.indexes {
		if x := was[y.Attrs["name"]]; !renamed[y.Attrs["name"]] && !kept(x, y) {
			c.newKeys = append(c.newKeys, y)
		}
	}
}

// placed reports whether a key is a spatial one over a column that changes.
func (c *tableChange) placed(key *schema.Object) bool {
	if c.p.maria || !strings.HasPrefix(key.Def, "SPATIAL") {
		return false
	}
	x, y := c.wasColumns[key.List[0]], c.isColumns[key.List[0]]
	return x != nil && y != nil && x.Def != y.Def
}

const primary = "`PRIMARY`"

// seen is a key's definition without what is said of its visibility.
func seen(def string) string {
	return strings.TrimSuffix(strings.TrimSuffix(def, " IGNORED"), " INVISIBLE")
}

func visibility(was, is string) string {
	switch {
	case strings.HasSuffix(is, " IGNORED"):
		return "IGNORED"
	case strings.HasSuffix(is, " INVISIBLE"):
		return "INVISIBLE"
	case strings.HasSuffix(was, " INVISIBLE"):
		return "VISIBLE"
	}
	return "NOT IGNORED"
}

func dropKey(k *schema.Object) string {
	if k.Attrs["name"] == primary {
		return "DROP PRIMARY KEY"
	}
	return "DROP KEY " + k.Attrs["name"]
}

// addKeys adds them in their order. MySQL makes one FULLTEXT key in a statement.
func (c *tableChange) addKeys() {
	was := named(c.was.indexes)
	fulltext := false
	for _, y := range c.newKeys {
		if !c.p.maria && strings.HasPrefix(y.Def, "FULLTEXT") {
			if fulltext {
				c.behind = append(c.behind, "ADD "+y.Def)
				continue
			}
			fulltext = true
		}
		c.clauses = append(c.clauses, "ADD "+y.Def)
		if was[y.Attrs["name"]] == nil && (strings.HasPrefix(y.Def, "UNIQUE") || y.Attrs["name"] == primary) {
			c.notes = append(c.notes, "fails if rows are not unique in "+y.Base())
		}
	}
}

// freeze makes keys anew which the server may have made for foreign keys, so that they are ones that somebody made: it drops its own without a word when another key or another
// foreign key comes that they are the beginning of, and no catalog tells which are its own.
func (c *tableChange) freeze() {
	var coming [][]string
	for _, y := range c.newKeys {
		if !strings.HasPrefix(y.Def, "FULLTEXT") && !strings.HasPrefix(y.Def, "SPATIAL") {
			coming = append(coming, y.List)
		}
	}
	for _, f := range c.p.added[c.y.Key()] {
		coming = append(coming, f.List[:len(f.List)/2])
	}
	if len(coming) == 0 {
		return
	}
	is := named(c.is.indexes)
	for _, x := range c.was.indexes {
		y := is[x.Attrs["name"]]
		stood := func(list []*schema.Object) bool {
			return slices.ContainsFunc(list, func(f *schema.Object) bool {
				return slices.Equal(f.List[:len(f.List)/2], x.List) && f.Attrs["name"] != x.Attrs["name"]
			})
		}
		// One that stands for none can have been left by one that is gone: then it is called by its column.
		own := stood(c.was.foreign) || x.Attrs["name"] == x.List[0] && stood(c.p.added[c.y.Key()])
		if y == nil || y.Def != x.Def || !own || !strings.HasPrefix(x.Def, "KEY ") || slices.Contains(c.newKeys, y) {
			continue
		}
		if slices.ContainsFunc(coming, func(list []string) bool { return len(list) >= len(x.List) && slices.Equal(list[:len(x.List)], x.List) }) {
			c.clauses = append(c.clauses, dropKey(x), "ADD "+y.Def)
			c.notes = append(c.notes, "keeps the key "+y.Base()+", which the server may have made for a foreign key")
		}
	}
}

// columns drops, adds, modifies and moves them.
func (c *tableChange) columns() {
	var kept, want []string
	for _, x := range c.was.columns {
		name := x.Attrs["name"]
		if c.isColumns[name] != nil && (!c.anew[name] || c.stored) {
			kept = append(kept, name)
			continue
		}
		c.clauses = append(c.clauses, "DROP COLUMN "+name)
		switch {
		case x.Attrs["generated"] == "":
			c.losses = append(c.losses, "the column "+strings.Join(x.Path, "."))
		case c.isColumns[name] != nil && c.isColumns[name].Attrs["generated"] == "":
			c.losses = append(c.losses, "the values of "+strings.Join(x.Path, ".")+", which were computed")
		}
	}
	for _, y := range c.is.columns {
		want = append(want, y.Attrs["name"])
	}
	stay := longestCommon(kept, want)
	at := " FIRST"
	for i, y := range c.is.columns {
		name := y.Attrs["name"]
		x := c.wasColumns[name]
		switch {
		case x == nil || c.anew[name] && !c.stored:
			if i == len(c.is.columns)-1 && len(kept) > 0 && kept[len(kept)-1] == before(c.is.columns, i) {
				at = "" // it comes last by itself
			}
			c.add(x, y, at)
		case !stay[name]:
			c.modify(x, y, at)
		case x.Def != y.Def:
			c.modify(x, y, "")
		}
		at = " AFTER " + name
	}
}

// before is the name of the column before number i.
func before(columns []*schema.Object, i int) string {
	if i == 0 {
		return ""
	}
	return columns[i-1].Attrs["name"]
}

func (c *tableChange) add(x, y *schema.Object, at string) {
	raw := y.Attrs["raw"]
	if start, end := unsafeDefault(raw); end > 0 && !c.p.maria { // MySQL refuses to compute it for rows that are there (error 1674)
		c.behind = append(c.behind, "ALTER COLUMN "+y.Attrs["name"]+" SET DEFAULT "+raw[start:end])
		raw = raw[:start-len(" DEFAULT ")] + raw[end:]
		c.notes = append(c.notes, "rows that are there have no value of their own in "+y.Base())
	}
	c.clauses = append(c.clauses, "ADD COLUMN "+raw+at)
	c.dropDefault(y)
	col := readColumn(y.Def)
	switch {
	case x != nil || !col.notNull || col.hasDefault || col.counts || y.Attrs["generated"] != "":
	case strings.HasPrefix(col.kind, "date") && c.p.strict && strings.Contains(c.p.session.base, "NO_ZERO_DATE"):
		c.notes = append(c.notes, "fails if there are rows, for "+y.Base()+" has no default")
	default:
		c.notes = append(c.notes, "rows that are there get the empty value of its type in "+y.Base())
	}
}

// dropDefault has a column without any default that adding or modifying it would give NULL for one.
func (c *tableChange) dropDefault(y *schema.Object) {
	if !c.p.undefaulted(y) {
		return
	}
	c.p.undefaultable(y)
	if !c.p.maria {
		c.behind = append(c.behind, "ALTER COLUMN "+y.Attrs["name"]+" DROP DEFAULT")
	}
}

// unsafeDefault is where the expression of a default stands whose value differs from call to call.
func unsafeDefault(raw string) (start, end int) {
	p := partOf(raw)
	for i := range p.list {
		if p.word(i) != "DEFAULT" || p.kind(i) != parser.Word || p.kind(i+1) != parser.Open {
			continue
		}
		last := p.closed(i + 1)
		for j := i + 1; j < last; j++ {
			if p.kind(j) == parser.Word && slices.Contains([]string{"uuid", "uuid_short", "rand", "sysdate", "random_bytes"}, strings.ToLower(p.word(j))) {
				return p.list[i+1].Start, p.list[last].End
			}
		}
	}
	return 0, 0
}

func (c *tableChange) modify(x, y *schema.Object, at string) {
	c.clauses = append(c.clauses, "MODIFY COLUMN "+y.Attrs["raw"]+at)
	c.dropDefault(y)
	if x.Def == y.Def {
		return
	}
	loses, note := narrowing(x, y, c.p.strict, c.p.maria)
	if loses != "" {
		c.losses = append(c.losses, loses)
	}
	if note != "" {
		c.notes = append(c.notes, note)
	}
	was, is := readColumn(x.Def), readColumn(y.Def)
	c.copies = c.copies || was.copies(is)
	if was.kind != is.kind && (was.kind == "timestamp" || is.kind == "timestamp") {
		c.notes = append(c.notes, "converts times in "+y.Base()+" by the time zone of the session")
	}
}

// options of the table.
func (c *tableChange) options() {
	was, is := options(c.x), options(c.y)
	engine := was["ENGINE"] != is["ENGINE"]
	if engine && strings.EqualFold(is["ENGINE"], "BLACKHOLE") {
		c.losses = append(c.losses, "the rows of "+c.y.Base())
	}
	if was["DEFAULT CHARSET"] != is["DEFAULT CHARSET"] || was["COLLATE"] != is["COLLATE"] {
		v := "DEFAULT CHARSET=" + is["DEFAULT CHARSET"]
		if is["COLLATE"] != "" {
			v += " COLLATE=" + is["COLLATE"]
		}
		c.clauses = append(c.clauses, v)
	}
	set := func() {
		for _, k := range slices.Sorted(maps.Keys(is)) {
			switch {
			case k == "COLLATE" || k == "DEFAULT CHARSET" || was[k] == is[k] && !engine:
			case strings.HasSuffix(k, " DIRECTORY"):
				if was[k] != is[k] {
					c.p.short(c.y, "its "+k+" cannot be changed")
				}
			default:
				c.clauses = append(c.clauses, k+"="+is[k])
			}
		}
	}
	if engine { // it comes first: which options there are is its matter
		set()
	}
	for _, k := range slices.Sorted(maps.Keys(was)) {
		if _, ok := is[k]; ok {
			continue
		}
		switch k {
		case "COLLATE", "DEFAULT CHARSET":
		case "DATA DIRECTORY", "INDEX DIRECTORY":
			c.p.short(c.y, "its "+k+" cannot be changed")
		case "COMMENT", "COMPRESSION", "CONNECTION":
			c.clauses = append(c.clauses, k+"=''")
		case "KEY_BLOCK_SIZE", "CHECKSUM", "DELAY_KEY_WRITE", "AVG_ROW_LENGTH", "MAX_ROWS", "MIN_ROWS", "AUTOEXTEND_SIZE":
			c.clauses = append(c.clauses, k+"=0")
		case "DEFAULT ENCRYPTION", "ENCRYPTION":
			c.clauses = append(c.clauses, "ENCRYPTION='N'")
		case "INSERT_METHOD":
			c.clauses = append(c.clauses, k+"=NO")
		case "UNION":
			c.clauses = append(c.clauses, k+"=()")
		case "SECONDARY_ENGINE":
			c.clauses = append(c.clauses, k+"=NULL")
		case "TABLESPACE":
			c.clauses = append(c.clauses, k+"=innodb_file_per_table")
			c.p.short(c.y, "it goes on to name a tablespace: the one that it has of its own")
		case "PAGE_CHECKSUM", "TRANSACTIONAL":
			switch {
			case !engine:
				c.clauses = append(c.clauses, k+"=DEFAULT")
			case is["ENGINE"] == "InnoDB": // which takes them back, but not while it comes
				c.behind = append(c.behind, k+"=DEFAULT")
			default:
				c.p.short(c.y, "it goes on to name the option "+k)
			}
		default:
			c.clauses = append(c.clauses, k+"=DEFAULT")
		}
	}
	if !engine {
		set()
	}
}
