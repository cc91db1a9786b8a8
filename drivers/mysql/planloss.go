package mysql

import (
	"slices"
	"strconv"
	"strings"

	"revise/parser"
	"revise/schema"
)

// A column is what a definition says of one.
type column struct {
	kind                        string   // its type without what stands in parentheses: varchar
	args                        []string // what stands there
	unsigned, zerofill, notNull bool
	hasDefault, counts          bool
	charset, collation          string
	computed                    string // its expression
}

func readColumn(def string) column {
	p := partOf(def)
	if len(p.list) < 2 {
		return column{}
	}
	c := column{kind: strings.ToLower(p.word(1))}
	i := 2
	if p.kind(2) == parser.Open {
		c.args = p.pieces(2)
		i = p.closed(2) + 1
	}
	for ; i < len(p.list); i++ {
		switch p.kind(i) {
		case parser.Open:
			end := p.closed(i)
			if p.word(i-1) == "AS" {
				c.computed = def[p.list[i].Start:p.list[end].End]
			}
			i = end
		case parser.Word:
			switch strings.ToUpper(p.word(i)) {
			case "UNSIGNED":
				c.unsigned = true
			case "ZEROFILL":
				c.zerofill = true
			case "NULL":
				c.notNull = c.notNull || p.word(i-1) == "NOT"
			case "DEFAULT":
				c.hasDefault = true
			case "AUTO_INCREMENT":
				c.counts = true
			case "ROW": // AS ROW START, AS ROW END
				if p.word(i-1) == "AS" {
					c.computed = p.word(i + 1)
				}
			case "SET":
				if p.word(i-1) == "CHARACTER" {
					c.charset = p.word(i + 1)
				}
			case "COLLATE":
				c.collation = p.word(i + 1)
			}
		}
	}
	return c
}

// undefaulted reports whether a column that takes NULL has no default at all, not even NULL: ALTER COLUMN … DROP DEFAULT makes that, and no definition says it.
func (p *planner) undefaulted(y *schema.Object) bool {
	c := readColumn(y.Def)
	return !c.notNull && !c.hasDefault && !c.counts && c.computed == "" && (p.maria || !strings.HasSuffix(c.kind, "text") && !strings.HasSuffix(c.kind, "blob"))
}

// refersAlike reports whether a foreign key stays over a change. Over another nullability it does in place only, and what else is in the statement may want a copy (error 1832).
func (c column) refersAlike(d column) bool {
	return c.kind == d.kind && slices.Equal(c.args, d.args) && c.unsigned == d.unsigned && c.charset == d.charset && c.collation == d.collation &&
		c.counts == d.counts && c.computed == d.computed && c.notNull == d.notNull
}

// casts reports whether a server makes values of one type into such of another at all.
func (c column) casts(d column) bool {
	shape := func(kind string) bool {
		return slices.Contains([]string{"geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon", "geometrycollection", "geomcollection"}, kind)
	}
	plain := func(kind string) bool { return slices.Contains(texts, kind) || slices.Contains(blobs, kind) }
	own := func(kind string) bool { return slices.Contains([]string{"uuid", "inet4", "inet6", "vector"}, kind) }
	return c.kind == d.kind || shape(c.kind) == shape(d.kind) && (!own(c.kind) || plain(d.kind)) && (!own(d.kind) || plain(c.kind))
}

// copies reports whether a server copies the whole table for a change of this column: it does not for a longer varchar, nor for more values of an enum behind those that are there.
func (c column) copies(d column) bool {
	if c.kind != d.kind || c.unsigned != d.unsigned || c.zerofill != d.zerofill || c.charset != d.charset {
		return true
	}
	switch c.kind {
	case "varchar":
		return d.size(0) < c.size(0) || c.size(0) < 64 && d.size(0) >= 64
	case "enum", "set":
		return len(d.args) < len(c.args) || !slices.Equal(c.args, d.args[:len(c.args)])
	}
	return !slices.Equal(c.args, d.args)
}

// size is a number in the parentheses of a type; 0 if there is none.
func (c column) size(i int) int {
	if i >= len(c.args) {
		return 0
	}
	n, _ := strconv.Atoi(c.args[i])
	return n
}

var (
	integers = []string{"tinyint", "smallint", "mediumint", "int", "bigint"}
	texts    = []string{"char", "varchar", "tinytext", "text", "mediumtext", "longtext"}
	blobs    = []string{"binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob"}
	numbers  = append([]string{"decimal", "float", "double", "bit", "year"}, integers...)
	times    = []string{"date", "datetime", "timestamp", "time", "year"}
)

// room is how many characters, or bytes, a text has at most.
func (c column) room() int {
	switch c.kind {
	case "char", "varchar", "binary", "varbinary":
		return max(c.size(0), 1)
	case "tinytext", "tinyblob":
		return 1<<8 - 1
	case "text", "blob":
		return 1<<16 - 1
	case "mediumtext", "mediumblob":
		return 1<<24 - 1
	}
	return 1<<32 - 1
}

// narrowing says what a change of a column loses without a word, or when it fails. Where the session is not strict, what would fail is cut.
func narrowing(x, y *schema.Object, strict, maria bool) (loses, note string) {
	if x.Attrs["generated"] != "" && y.Attrs["generated"] != "" {
		return "", ""
	}
	was, is := readColumn(x.Def), readColumn(y.Def)
	var lost, fails []string
	at := strings.Join(y.Path, ".")
	if what := was.silently(is, maria); what != "" {
		lost = append(lost, what+" in "+at)
	}
	if what := was.unfit(is); what != "" {
		fails = append(fails, what)
	}
	if is.notNull && !was.notNull {
		fails = append(fails, "NULLs")
	}
	if was.charset != is.charset && was.charset != "" && is.charset != "" && !strings.HasPrefix(is.charset, "utf8mb4") &&
		!(is.charset == "utf8mb3" && !strings.HasPrefix(was.charset, "utf")) && was.charset != "ascii" && is.charset != "binary" {
		fails = append(fails, "characters that "+is.charset+" lacks")
	}
	for _, f := range fails {
		if strict {
			note = strings.TrimPrefix(note+"; fails if there are "+f+" in "+y.Base(), "; ")
		} else {
			lost = append(lost, f+" in "+at)
		}
	}
	return strings.Join(lost, ", "), note
}

// silently is what even a strict session cuts off.
func (c column) silently(d column, maria bool) string {
	has := slices.Contains[[]string]
	pointed := c.kind == "decimal" && c.size(1) > 0 || c.kind == "float" || c.kind == "double"
	timed := c.kind == "datetime" || c.kind == "timestamp"
	switch {
	case pointed && (has(integers, d.kind) || d.kind == "bit" || d.kind == "year"), c.kind == "decimal" && d.kind == "decimal" && d.size(1) < c.size(1),
		(c.kind == "float" || c.kind == "double") && d.kind == "decimal",
		(c.kind == "float" || c.kind == "double") && c.kind == d.kind && len(d.args) == 2 && (len(c.args) != 2 || d.size(1) < c.size(1)):
		return "digits behind the point"
	case (c.kind == "decimal" || c.kind == "double" || c.kind == "bigint" || c.kind == "int") && d.kind == "float", (c.kind == "decimal" || c.kind == "bigint") && d.kind == "double":
		return "digits of numbers"
	case timed && d.kind == "date":
		return "the time of day"
	case timed && d.kind == "time", c.kind == "date" && d.kind == "time":
		return "the dates"
	case (timed || c.kind == "date") && d.kind == "year":
		return "all but the years"
	case (timed || c.kind == "time") && (d.kind == "datetime" || d.kind == "timestamp" || d.kind == "time") && d.size(0) < c.size(0):
		return "fractions of seconds"
	case (has(numbers, c.kind) && has(times, d.kind) && d.kind != "year" || has(times, c.kind) && has(integers, d.kind) && c.kind != "year") && maria:
		return "what is no value of the new type"
	case has(texts, c.kind) && has(numbers, d.kind) && !maria:
		return "digits behind the point"
	case has(texts, c.kind) && c.kind != "char" && d.kind == "char":
		return "blanks at the end of texts"
	case has(blobs, c.kind) && d.kind == "binary" && (c.kind != "binary" || d.room() > c.room()):
		return "the lengths of values, which are filled with zeros,"
	case c.kind == "time" && (d.kind == "datetime" || d.kind == "timestamp" || d.kind == "date"):
		return "the times, which get today's date,"
	}
	return ""
}

// unfit is what a strict session fails for.
func (c column) unfit(d column) string {
	has := slices.Contains[[]string]
	i, j := slices.Index(integers, c.kind), slices.Index(integers, d.kind)
	textual := func(c column) bool { return has(texts, c.kind) || has(blobs, c.kind) }
	switch {
	case i >= 0 && j >= 0 && (j < i || c.unsigned && !d.unsigned && j == i || !c.unsigned && d.unsigned):
		return "numbers out of the range of its new type"
	case c.kind == "decimal" && d.kind == "decimal" && (d.size(0)-d.size(1) < c.size(0)-c.size(1) || d.unsigned && !c.unsigned):
		return "numbers out of the range of its new type"
	case has(numbers, c.kind) && has(numbers, d.kind) && c.kind != d.kind && !(i >= 0 && j >= 0) && d.kind != "double" && d.kind != "float":
		return "numbers out of the range of its new type"
	case c.kind == "bit" && d.kind == "bit" && d.size(0) < c.size(0):
		return "numbers out of the range of its new type"
	case textual(c) && textual(d) && d.room() < c.room():
		return "values longer than " + strconv.Itoa(d.room())
	case (c.kind == "enum" || c.kind == "set") && d.kind == c.kind && slices.ContainsFunc(c.args, func(v string) bool { return !has(d.args, v) }):
		return "values that are none of the new ones"
	case textual(c) && !textual(d), c.kind == "enum" && d.kind == "set":
		return "values that are none of the new type"
	case (has(numbers, c.kind) || has(times, c.kind)) && textual(d) && d.room() < 30:
		return "values longer than " + strconv.Itoa(d.room())
	case c.kind == "datetime" && d.kind == "timestamp":
		return "times out of the range of its new type"
	}
	return ""
}
