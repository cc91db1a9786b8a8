package postgres

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"revise/schema"
)

// inPlace gives the steps that turn an object into another one in place. It is false where it has to be made anew.
func (p *planner) inPlace(x, y *schema.Object) ([]step, bool) {
	table := "ALTER TABLE " + y.Attrs["table"] + " "
	one := func(sql string) ([]step, bool) { return []step{say(y, sql)}, true }
	if y.Attrs["unmanaged"] != "" {
		p.remark(y.Key(), "it differs, and revise does not know how to change it", true)
		return nil, true
	}
	switch x.Kind {
	case "schema":
		return nil, true
	case "comment", "sequence owner", "default", "cluster", "replica identity":
		return p.createSteps(y), true
	case "owner":
		return p.ownerSteps(y), true
	case "grants":
		return p.grantSteps(x, y), true
	case "default grants":
		return p.defaultGrantSteps(x, y), true
	case "sequence":
		return p.changeSequence(x, y)
	case "extension":
		return one("ALTER EXTENSION " + x.Name + " SET SCHEMA " + y.Attrs["schema"])
	case "type":
		return p.changeType(x, y)
	case "domain":
		return p.changeDomain(x, y)
	case "table", "foreign table":
		return p.changeTable(x, y)
	case "column":
		return p.changeColumn(x, y)
	case "view":
		if len(x.List) > 0 || len(y.List) > 0 {
			return nil, false
		}
		if a, b := x.Attrs["cols"], y.Attrs["cols"]; b == a || strings.HasPrefix(b, a+", ") {
			return one("CREATE OR REPLACE VIEW " + y.Name + options(y.Attrs["options"]) + " AS\n" + strings.TrimLeft(y.Attrs["body"], "\n"))
		}
	case "function", "procedure":
		if x.Attrs["args"] == y.Attrs["args"] && x.Attrs["result"] == y.Attrs["result"] && x.Attrs["window"] == y.Attrs["window"] {
			return one(y.Def)
		}
	case "trigger":
		if x.Attrs["def"] == y.Attrs["def"] {
			return one(table + enableWord(y.Attrs["enabled"]) + " TRIGGER " + y.Attrs["tg"])
		}
	case "rule":
		if x.Attrs["def"] == y.Attrs["def"] {
			return one(table + enableWord(y.Attrs["enabled"]) + " RULE " + y.Attrs["rule"])
		}
	case "event trigger":
		if x.Attrs["def"] == y.Attrs["def"] {
			return one("ALTER EVENT TRIGGER " + y.Name + " " + enableWord(y.Attrs["enabled"]))
		}
	case "statistics":
		if x.Attrs["def"] == y.Attrs["def"] {
			target := y.Attrs["target"]
			if target == "" {
				target = "-1"
			}
			return one("ALTER STATISTICS " + y.Name + " SET STATISTICS " + target)
		}
	case "publication":
		if x.Attrs["all"] == y.Attrs["all"] && strings.Contains(x.Def, "publish_generated") == strings.Contains(y.Def, "publish_generated") {
			set := y.Def[strings.Index(y.Def, "(publish"):]
			if strings.Contains(x.Def, "via_partition_root") && !strings.Contains(set, "via_partition_root") {
				set = strings.TrimSuffix(set, ")") + ", publish_via_partition_root = false)"
			}
			return one("ALTER PUBLICATION " + y.Name + " SET " + set)
		}
	case "index":
		if up := y.Attrs["parentidx"]; up != "" && x.Attrs["parentidx"] == "" && x.Def == strings.TrimSuffix(y.Def, " (part of "+up+")") {
			return one("ALTER INDEX " + up + " ATTACH PARTITION " + y.Name)
		}
		if up := x.Attrs["parentidx"]; up != "" && y.Attrs["parentidx"] == "" && y.Def == strings.TrimSuffix(x.Def, " (part of "+up+")") && p.to.Objects["index "+up] != nil {
			p.remark(y.Key(), "PostgreSQL cannot detach an index of a partition from its parent's", true)
			return nil, true
		}
	case "constraint":
		switch {
		case x.Attrs["def"] == y.Attrs["def"]+" NOT VALID":
			check := say(y, table+"VALIDATE CONSTRAINT "+y.Attrs["con"])
			check.Note = "reads the whole table, and fails if a row breaks it"
			return []step{check}, true
		case x.Attrs["def"] == y.Attrs["def"]:
			return nil, true // only whether it is inherited differs, which follows the parent
		}
	}
	return nil, false
}

func (p *planner) changeSequence(x, y *schema.Object) ([]step, bool) {
	a, b := x.Attrs, y.Attrs
	sql := "ALTER SEQUENCE " + x.Name
	set := func(attr, word string) {
		if a[attr] != b[attr] {
			sql += " " + word + " " + b[attr]
		}
	}
	set("type", "AS")
	set("increment", "INCREMENT BY")
	if a["type"] != b["type"] || a["min"] != b["min"] {
		sql += " MINVALUE " + b["min"]
	}
	if a["type"] != b["type"] || a["max"] != b["max"] {
		sql += " MAXVALUE " + b["max"]
	}
	set("start", "START WITH")
	set("cache", "CACHE")
	if a["cycle"] != b["cycle"] {
		sql += map[string]string{"true": " CYCLE", "false": " NO CYCLE"}[b["cycle"]]
	}
	var out []step
	if sql != "ALTER SEQUENCE "+x.Name {
		s := say(y, sql)
		if outside(a["start"], b["min"], b["max"]) {
			s.SQL += " RESTART WITH " + b["start"]
			s.Loses = "where the sequence " + strings.Join(y.Path, ".") + " stands: it begins again"
		}
		out = append(out, s)
	}
	if a["persistence"] != b["persistence"] {
		out = append(out, say(y, "ALTER SEQUENCE "+x.Name+" SET "+logged(b["persistence"])))
	}
	return out, true
}

// outside reports whether a sequence that began at start cannot go on between new bounds.
func outside(start, least, most string) bool {
	number := func(s string) int64 {
		n, _ := strconv.ParseInt(s, 10, 64) // the catalog has them as 64 bits
		return n
	}
	return number(start) < number(least) || number(start) > number(most)
}

func logged(persistence string) string {
	if persistence == "u" {
		return "UNLOGGED"
	}
	return "LOGGED"
}

func (p *planner) changeTable(x, y *schema.Object) ([]step, bool) {
	a, b := x.Attrs, y.Attrs
	if a["partkey"] != b["partkey"] || a["server"] != b["server"] || a["foptions"] != b["foptions"] {
		return nil, false
	}
	var out []step
	add := func(sql string) { out = append(out, say(y, "ALTER TABLE "+y.Name+" "+sql)) }
	if a["persistence"] != b["persistence"] {
		add("SET " + logged(b["persistence"]))
		out[len(out)-1].Note = "writes the whole table anew"
	}
	switch {
	case a["of"] == b["of"]:
	case b["of"] == "":
		add("NOT OF")
	default:
		add("OF " + b["of"])
	}
	if a["rls"] != b["rls"] {
		add(map[string]string{"true": "ENABLE", "false": "DISABLE"}[b["rls"]] + " ROW LEVEL SECURITY")
	}
	if a["frls"] != b["frls"] {
		add(map[string]string{"true": "FORCE", "false": "NO FORCE"}[b["frls"]] + " ROW LEVEL SECURITY")
	}
	if v := identityOf(y); a["ident"] != b["ident"] && v != "" {
		add("REPLICA IDENTITY " + v)
	}
	for _, c := range []struct{ attr, set, usual string }{{"ts", "SET TABLESPACE ", "pg_default"}, {"am", "SET ACCESS METHOD ", "heap"}} {
		if a[c.attr] != b[c.attr] {
			add(c.set + cmp.Or(b[c.attr], c.usual))
			out[len(out)-1].Note = "writes the whole table anew"
		}
	}
	return append(out, changeOptions(y, "ALTER TABLE "+y.Name+" ", a["options"], b["options"])...), true
}

// changeOptions resets what is gone of a list of name=value and sets what is another.
func changeOptions(y *schema.Object, alter, was, is string) []step {
	a, b := optionMap(was), optionMap(is)
	var reset, set []string
	for _, name := range slices.Sorted(maps.Keys(a)) {
		if _, ok := b[name]; !ok {
			reset = append(reset, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(b)) {
		if v, ok := a[name]; !ok || v != b[name] {
			set = append(set, name+"="+b[name])
		}
	}
	var out []step
	if len(reset) > 0 {
		out = append(out, say(y, alter+"RESET ("+strings.Join(reset, ", ")+")"))
	}
	if len(set) > 0 {
		out = append(out, say(y, alter+"SET ("+strings.Join(set, ", ")+")"))
	}
	return out
}

func optionMap(list string) map[string]string {
	m := map[string]string{}
	for _, o := range strings.Split(list, ", ") {
		if name, value, ok := strings.Cut(o, "="); ok {
			m[name] = value
		}
	}
	return m
}

func (p *planner) changeColumn(x, y *schema.Object) ([]step, bool) {
	a, b := x.Attrs, y.Attrs
	comes := func(attrs map[string]string) bool { return attrs["inherited"] != "" || attrs["merged"] != "" }
	if comes(a) && comes(b) && (a["type"] != b["type"] || a["coll"] != b["coll"]) {
		return nil, true // it comes with the parent
	}
	if a["fdw"] != b["fdw"] || b["gen"] != "" && (a["gen"] != b["gen"] || a["genkind"] != b["genkind"]) || a["gen"] != "" && b["gen"] == "" && (a["genkind"] == "v" || p.version < 130000) {
		return nil, false
	}
	alter := "ALTER TABLE " + b["table"] + " ALTER COLUMN " + b["col"] + " "
	var out []step
	add := func(sql string) *step {
		out = append(out, say(y, alter+sql))
		return &out[len(out)-1]
	}
	if a["gen"] != "" && b["gen"] == "" {
		add("DROP EXPRESSION")
	}
	if a["identity"] != "" && b["identity"] == "" {
		add("DROP IDENTITY")
	}
	if a["type"] != b["type"] || a["coll"] != b["coll"] {
		out = append(out, p.retype(x, y, alter))
	}
	if a["notnull"] != b["notnull"] || a["nnword"] != b["nnword"] {
		out = append(out, p.changeNotNull(x, y, alter)...)
	}
	switch {
	case b["identity"] == "":
	case a["identity"] == "":
		add("ADD " + identityWord(b["identity"]) + identityOptions(y))
	case a["identity"] != b["identity"] || a["idopts"] != b["idopts"]:
		s, restarts := "", false
		if a["identity"] != b["identity"] {
			s += " SET " + strings.TrimSuffix(identityWord(b["identity"]), " AS IDENTITY")
		}
		if a["idopts"] != b["idopts"] {
			for _, w := range []string{"INCREMENT BY", "MINVALUE", "MAXVALUE", "START WITH", "CACHE"} {
				if v := wordBehind(b["idopts"], w); v != wordBehind(a["idopts"], w) {
					s += " SET " + w + " " + v
				}
			}
			if strings.HasSuffix(a["idopts"], "NO CYCLE") != strings.HasSuffix(b["idopts"], "NO CYCLE") {
				s += " SET " + map[bool]string{true: "NO CYCLE", false: "CYCLE"}[strings.HasSuffix(b["idopts"], "NO CYCLE")]
			}
			if restarts = outside(wordBehind(a["idopts"], "START WITH"), wordBehind(b["idopts"], "MINVALUE"), wordBehind(b["idopts"], "MAXVALUE")); restarts {
				s += " RESTART"
			}
		}
		if s != "" {
			set := add(strings.TrimSpace(s))
			if restarts {
				set.Loses = "where the numbers of " + strings.Join(y.Path, ".") + " stand: they begin again"
			}
		}
	}
	if a["idseq"] != "" && b["idseq"] != "" && a["idseq"] != b["idseq"] {
		out = append(out, say(y, "ALTER SEQUENCE "+a["idseq"]+" RENAME TO "+lastName(b["idseq"])))
	}
	if a["storage"] != b["storage"] {
		v := b["storage"]
		if v == "" {
			v = b["typstorage"]
		}
		add("SET STORAGE " + storage(v))
	}
	if a["stats"] != b["stats"] {
		v := b["stats"]
		if v == "" {
			v = "-1"
		}
		add("SET STATISTICS " + v)
	}
	if a["compression"] != b["compression"] {
		v := compression(b["compression"])
		if v == "" {
			v = "default"
		}
		add("SET COMPRESSION " + v)
	}
	return append(out, changeOptions(y, alter, a["options"], b["options"])...), true
}

// lastName is the last part of a qualified name, quoted as it is.
func lastName(name string) string {
	quoted := false
	for i := len(name) - 1; i >= 0; i-- {
		switch {
		case name[i] == '"':
			quoted = !quoted
		case name[i] == '.' && !quoted:
			return name[i+1:]
		}
	}
	return name
}

func wordBehind(s, w string) string {
	_, rest, ok := strings.Cut(s, w+" ")
	if !ok {
		return ""
	}
	word, _, _ := strings.Cut(rest, " ")
	return word
}

// identityOptions are those of the sequence of an identity column that are not what a new one has.
func identityOptions(c *schema.Object) string {
	a := c.Attrs
	most := map[string]string{"smallint": "32767", "integer": "2147483647", "bigint": "9223372036854775807"}[a["type"]]
	var list []string
	if len(c.Path) == 3 && a["idseq"] != plainJoin(c.Path[0], c.Path[1]+"_"+c.Path[2]+"_seq") {
		list = append(list, "SEQUENCE NAME "+a["idseq"])
	}
	for _, o := range [][2]string{{"INCREMENT BY", "1"}, {"MINVALUE", "1"}, {"MAXVALUE", most}, {"START WITH", "1"}, {"CACHE", "1"}} {
		if v := wordBehind(a["idopts"], o[0]); v != o[1] {
			list = append(list, o[0]+" "+v)
		}
	}
	if !strings.HasSuffix(a["idopts"], "NO CYCLE") {
		list = append(list, "CYCLE")
	}
	if len(list) == 0 {
		return ""
	}
	return " (" + strings.Join(list, " ") + ")"
}

// plainJoin is a qualified name of parts that need no quotes; of others it is none that the server would write.
func plainJoin(a, b string) string { return a + "." + b }

func (p *planner) changeNotNull(x, y *schema.Object, alter string) []step {
	a, b := x.Attrs, y.Attrs
	table := "ALTER TABLE " + b["table"] + " "
	switch {
	case a["notnull"] == "true" && b["notnull"] != "true":
		return []step{say(y, alter+"DROP NOT NULL")}
	case a["notnull"] == "true" && b["nnname"] != "" && a["nnname"] != b["nnname"] && a["nnword"] != b["nnword"]:
		return []step{say(y, table+"RENAME CONSTRAINT "+a["nnname"]+" TO "+b["nnname"])}
	case a["notnull"] == "true" && strings.Contains(a["nnword"], "NOT VALID") && !strings.Contains(b["nnword"], "NOT VALID"):
		return []step{say(y, table+"VALIDATE CONSTRAINT "+b["nnname"])}
	case a["notnull"] == "true":
		return []step{say(y, alter+"DROP NOT NULL"), say(y, table+"ADD "+notNullOf(y))}
	case b["nnword"] != "":
		return []step{say(y, table+"ADD "+notNullOf(y))}
	}
	set := say(y, alter+"SET NOT NULL")
	set.Note = "reads the whole table, and fails if the column holds NULLs"
	if !p.opt.Online || x.Parent == "" || !strings.HasPrefix(x.Parent, "table ") {
		return []step{set}
	}
	// A valid CHECK spares SET NOT NULL reading the table under its strong lock (manual, ALTER TABLE, version 12 and later).
	name := bare("revise_" + y.Base() + "_not_null")
	check := say(y, table+"VALIDATE CONSTRAINT "+name)
	check.phase, check.Note = validating, "reads the whole table, and fails if the column holds NULLs"
	set.phase, set.Note = setting, ""
	drop := say(y, table+"DROP CONSTRAINT "+name)
	drop.phase = setting
	return []step{say(y, table+"ADD CONSTRAINT "+name+" CHECK ("+b["col"]+" IS NOT NULL) NOT VALID"), check, set, drop}
}

// notNullOf is a not-null constraint as ADD has it (version 18 and later).
func notNullOf(y *schema.Object) string {
	s := "CONSTRAINT " + y.Attrs["nnname"] + " NOT NULL " + y.Attrs["col"]
	for _, word := range []string{"NO INHERIT", "NOT VALID"} {
		if strings.Contains(y.Attrs["nnword"], word) {
			s += " " + word
		}
	}
	return s
}

// retype changes the type of a column, and says what that means for the rows.
func (p *planner) retype(x, y *schema.Object, alter string) step {
	a, b := x.Attrs, y.Attrs
	s := say(y, alter+"TYPE "+b["type"])
	if v := b["coll"]; v != "" {
		s.SQL += " COLLATE " + v
	}
	if a["type"] == b["type"] {
		return s
	}
	was, is := a["base"], b["base"]
	if a["array"] != "" && b["array"] != "" { // their elements are cast
		was, is = strings.TrimSuffix(was, "[]"), strings.TrimSuffix(is, "[]")
	}
	assigns := func(from string) bool {
		return from == is || b["cat"] == "S" || strings.Contains(p.from.Traits["casts"], "\n"+from+">"+is+"\n")
	}
	switch enum := a["enum"] != "" || b["enum"] != ""; {
	// A cast by assignment never cuts a text off silently: that takes an explicit one.
	case !enum && assigns(was):
	case b["enum"] == "" && assigns("text"):
		s.SQL += " USING " + asText(y)
	case enum:
		s.SQL += " USING " + asText(y) + "::" + b["type"]
	default:
		s.SQL += " USING " + b["col"] + "::text::" + b["type"]
		p.remark(y.Key(), "there is no cast from "+a["type"]+" to "+b["type"]+" that would be taken by itself: its values go through text; look at USING", false)
	}
	s.Loses, s.Note = narrowing(a, b, was, is, strings.Join(y.Path, "."))
	return s
}

// asText is the value of a column as text, or as a list of texts.
func asText(c *schema.Object) string {
	if c.Attrs["array"] != "" {
		return c.Attrs["col"] + "::text[]"
	}
	return c.Attrs["col"] + "::text"
}

// narrowing says what a change of type loses without a word, or when it fails.
func narrowing(a, b map[string]string, was, is, shown string) (loses, note string) {
	integers := []string{"smallint", "integer", "bigint"}
	i, j := slices.Index(integers, was), slices.Index(integers, is)
	floats := was == "real" || was == "double precision" || was == "numeric"
	switch {
	case i >= 0 && j >= 0 && j < i:
		return "", "writes the table anew, and fails if a value does not fit into " + is
	case floats && j >= 0:
		return "the fractions in " + shown, ""
	case was == "double precision" && is == "real", was == "numeric" && (is == "real" || is == "double precision"):
		return "digits of numbers in " + shown + " beyond those of " + is, ""
	case was == "numeric" && is == "numeric" && scale(b["type"]) < scale(a["type"]):
		return "digits behind the point in " + shown, ""
	case strings.HasPrefix(was, "timestamp") && is == "date":
		return "the time of day in " + shown, ""
	case strings.HasPrefix(was, "timestamp") && strings.HasPrefix(is, "time "):
		return "the dates in " + shown, ""
	case was == "timestamp with time zone" && is == "timestamp without time zone", was == "timestamp without time zone" && is == "timestamp with time zone":
		return "", "reads the times in the time zone of the session that runs it"
	case (is == "character varying" || is == "character") && length(b["type"]) > 0 && (length(a["type"]) == 0 || length(b["type"]) < length(a["type"])):
		return "", "fails if a text is longer than " + strconv.Itoa(length(b["type"])) + " characters, but for blanks at its end"
	case was == "json" && is == "jsonb":
		return "the spelling of JSON in " + shown + ": blanks, order and doubles of keys", ""
	case a["cat"] == "S" && b["cat"] != "S":
		return "", "writes the table anew, and fails if a text is no " + is
	}
	return "", ""
}

// length is that of a type in parentheses, 0 if there is none.
func length(kind string) int {
	_, rest, ok := strings.Cut(kind, "(")
	if !ok {
		return 0
	}
	n, _ := strconv.Atoi(strings.TrimRight(strings.Split(rest, ",")[0], ")[]"))
	return n
}

// scale is how many digits a numeric keeps behind the point; one without bounds keeps all.
func scale(kind string) int {
	_, rest, ok := strings.Cut(kind, ",")
	if !ok {
		if strings.Contains(kind, "(") {
			return 0
		}
		return 1 << 20
	}
	n, _ := strconv.Atoi(strings.TrimRight(rest, ")[]"))
	return n
}

func (p *planner) changeType(x, y *schema.Object) ([]step, bool) {
	if x.Attrs["sub"] != y.Attrs["sub"] {
		return nil, false
	}
	switch x.Attrs["sub"] {
	case "enum":
		return p.changeEnum(x, y), true
	case "composite":
		return changeComposite(x, y)
	}
	return nil, false
}

// changeEnum adds values where they belong. PostgreSQL cannot take one away, nor put them in another order: then the type is made anew, and columns of it are converted.
func (p *planner) changeEnum(x, y *schema.Object) []step {
	kept := 0
	for _, v := range y.List {
		if kept < len(x.List) && x.List[kept] == v {
			kept++
		}
	}
	if kept == len(x.List) {
		var out []step
		j := 0
		for _, v := range y.List {
			if j < len(x.List) && x.List[j] == v {
				j++
				continue
			}
			sql := "ALTER TYPE " + x.Name + " ADD VALUE " + quote(v)
			if j < len(x.List) {
				sql += " BEFORE " + quote(x.List[j])
			}
			out = append(out, say(y, sql))
		}
		return out
	}
	old := bare("old_" + x.Base())
	out := []step{say(y, "ALTER TYPE "+x.Name+" RENAME TO "+old), say(y, "CREATE TYPE "+y.Name+" AS "+y.Def)}
	out[0].Note = "PostgreSQL cannot take values of an enum away or change their order: the type is made anew, which fails if a row has a value that is gone"
	for _, k := range p.from.Keys() {
		c := p.from.Objects[k]
		if c.Kind != "column" || !slices.Contains(c.Needs, x.Key()) || c.Attrs["inherited"] != "" {
			continue
		}
		if now := p.to.Objects[k]; now != nil && now.Attrs["type"] == c.Attrs["type"] && now.Attrs["gen"] == "" {
			s := say(now, "ALTER TABLE "+c.Attrs["table"]+" ALTER COLUMN "+c.Attrs["col"]+" TYPE "+now.Attrs["type"]+" USING "+asText(c)+"::"+now.Attrs["type"])
			s.Note = "writes the table anew"
			out = append(out, s)
		}
	}
	return append(out, say(y, "DROP TYPE "+strings.TrimSuffix(x.Name, lastName(x.Name))+old))
}

// valueUsed reports whether something new needs a value of an enum that is new, or a column becomes one whose rows may have it as another type: it cannot be used in the
// transaction that adds it.
func (p *planner) valueUsed(x, y *schema.Object) bool {
	for k, o := range p.to.Objects {
		if was := p.from.Objects[k]; o.Kind == "column" && was != nil && slices.Contains(o.Needs, y.Key()) && !slices.Contains(was.Needs, y.Key()) {
			return true
		}
	}
	var values []string
	for _, v := range y.List {
		if !slices.Contains(x.List, v) {
			values = append(values, regexp.QuoteMeta(strings.ReplaceAll(v, "'", "''")))
		}
	}
	// It stands in quotes, or among others in the text of a list.
	form := regexp.MustCompile(`['{,"](?:` + strings.Join(values, "|") + `)['},"]`)
	for k, o := range p.to.Objects {
		if was := p.from.Objects[k]; was != nil && was.Def == o.Def && !p.create[k] {
			continue
		}
		def := o.Def
		switch o.Kind {
		case "function", "procedure":
			if o.Attrs["atomic"] == "" { // of a body that is text the server reads the defaults of arguments only
				def = o.Attrs["args"]
			}
		case "default", "constraint", "index", "view", "materialized view", "policy", "column", "trigger", "domain", "rule":
		case "partition": // whose bounds do not name the type
			def += "::" + y.Name
		default:
			continue
		}
		if strings.Contains(def, "::"+y.Name) && form.MatchString(def) {
			return true
		}
	}
	return false
}

func changeComposite(x, y *schema.Object) ([]step, bool) {
	a, b := pairs(x.List), pairs(y.List)
	var kept, final []string
	for i := 0; i < len(x.List); i += 2 {
		if _, ok := b[x.List[i]]; ok {
			kept = append(kept, x.List[i])
		}
	}
	for i := 0; i < len(y.List); i += 2 {
		if _, ok := a[y.List[i]]; !ok {
			kept = append(kept, y.List[i])
		}
		final = append(final, y.List[i])
	}
	if !slices.Equal(kept, final) {
		return nil, false
	}
	var out []step
	alter := "ALTER TYPE " + x.Name + " "
	for i := 0; i < len(x.List); i += 2 {
		n := x.List[i]
		if _, ok := b[n]; !ok {
			s := say(y, alter+"DROP ATTRIBUTE "+n)
			s.Loses = "the attribute " + n + " of " + strings.Join(x.Path, ".") + ", wherever values of it are kept"
			out = append(out, s)
		} else if a[n] != b[n] {
			out = append(out, say(y, alter+"ALTER ATTRIBUTE "+n+" TYPE "+b[n]))
		}
	}
	for i := 0; i < len(y.List); i += 2 {
		if _, ok := a[y.List[i]]; !ok {
			out = append(out, say(y, alter+"ADD ATTRIBUTE "+y.List[i]+" "+y.List[i+1]))
		}
	}
	return out, true
}

func pairs(list []string) map[string]string {
	m := map[string]string{}
	for i := 0; i+1 < len(list); i += 2 {
		m[list[i]] = list[i+1]
	}
	return m
}

func (p *planner) changeDomain(x, y *schema.Object) ([]step, bool) {
	a, b := x.Attrs, y.Attrs
	if a["base"] != b["base"] || a["coll"] != b["coll"] {
		return nil, false
	}
	var out []step
	add := func(sql string) { out = append(out, say(y, "ALTER DOMAIN "+x.Name+" "+sql)) }
	was, had := a["default"]
	is, has := b["default"]
	switch {
	case had && !has:
		add("DROP DEFAULT")
	case has && was != is:
		add("SET DEFAULT " + is)
	}
	if a["notnull"] != b["notnull"] {
		add(map[string]string{"true": "SET NOT NULL", "false": "DROP NOT NULL"}[b["notnull"]])
	}
	xc, yc := pairs(x.List), pairs(y.List)
	for _, n := range slices.Sorted(maps.Keys(xc)) {
		if yc[n] != xc[n] {
			add("DROP CONSTRAINT " + n)
		}
	}
	for _, n := range slices.Sorted(maps.Keys(yc)) {
		if yc[n] != xc[n] {
			add("ADD CONSTRAINT " + n + " " + yc[n])
		}
	}
	return out, true
}

// bare is a name of our own, quoted if it has to be: it begins with a word that is no keyword.
func bare(name string) string {
	if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == "" {
		return name
	}
	return ident(name)
}
