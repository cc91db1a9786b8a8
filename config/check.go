package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/agext/levenshtein"
	"github.com/pelletier/go-toml/v2/unstable"
)

// A sheet is what a checked file says: its values by section ("" or the name of an environment) and key. A name of
// database.params has the key "database.params." + name.
type sheet struct {
	doc    *document
	values map[string]map[string]item
	envs   []string // in the order of the file
	hooks  []hookSheet
}

// A checker compares a document with the settings there are.
type checker struct {
	sheet
	settings map[string]Setting
	errs     List
	reported map[string]bool
}

const paramsKey = "database.params"

// check finds every key of the file that is unknown or whose value cannot be right, in all environments. What depends on the
// environment's variables is left for later.
func check(d *document) (*sheet, error) {
	c := &checker{
		sheet:    sheet{doc: d, values: map[string]map[string]item{"": {}}},
		settings: map[string]Setting{},
		reported: map[string]bool{},
	}
	for _, s := range Settings() {
		if s.Key != "" {
			c.settings[s.Key] = s
		}
	}
	for _, it := range d.items {
		c.item(it)
	}
	c.endHooks()
	return &c.sheet, c.errs.err()
}

func (c *checker) item(it item) {
	section, depth := "", 0
	if it.path[0].name == "env" {
		if len(it.path) <= 2 && !isTable(it.kind) {
			c.wrongType(it, len(it.path)-1, "a table")
			return
		}
		if len(it.path) == 1 {
			return
		}
		if it.path[1].name == "" {
			c.errs = append(c.errs, c.doc.fail(it.path[1].at, "an environment has no name", ""))
			return
		}
		section, depth = it.path[1].name, 2
		if !slices.Contains(c.envs, section) {
			c.envs = append(c.envs, section)
			c.values[section] = map[string]item{}
		}
		if len(it.path) == 2 {
			return
		}
	}
	if table, at, ok := hookTableAt(it, depth); ok {
		c.hook(it, table, section, at)
		return
	}
	c.key(it, section, depth)
}

// key checks an item whose name within its section starts at it.path[depth].
func (c *checker) key(it item, section string, depth int) {
	key, last := it.path[depth].name, len(it.path)-1
	if key == variablesKey {
		c.variables(it, section, depth)
		return
	}
	group := ""
	if c.isGroup(key) {
		group = key
		if depth == last {
			if !isTable(it.kind) {
				c.wrongType(it, depth, "a table")
			}
			return
		}
		depth++
		key += "." + it.path[depth].name
	}
	s, known := c.settings[key]
	switch {
	case !known, key == "environment" && section != "":
		c.unknown(it, section, group, depth)
		return
	case s.Type == Table && depth == last:
		if !isTable(it.kind) {
			c.wrongType(it, depth, "a table")
		}
		return
	case s.Type == Table:
		// A dotted name is that of a parameter: myapp.tenant = "a".
		for _, p := range it.path[depth+1:] {
			depth++
			key += "." + p.name
		}
		if isTable(it.kind) {
			return
		}
	case depth < last:
		c.wrongType(it, depth, s.Type.inFile())
		return
	}
	c.value(it, section, key, s)
}

// value checks what stands behind a known key, as far as it does not depend on variables.
func (c *checker) value(it item, section, key string, s Setting) {
	depth := len(it.path) - 1
	fits := it.kind == unstable.String
	switch s.Type {
	case Paths:
		fits = fits || isTextList(it)
		if fits && it.kind == unstable.Array && len(it.list) == 0 {
			c.errs = append(c.errs, c.doc.fail(it.path[depth].at, c.show(it, depth)+" is empty", leftOut(s)))
			return
		}
	case Words:
		fits = fits || isTextList(it)
	case Toggle:
		fits = fits || it.kind == unstable.Bool
	case Number, Count:
		fits = fits || it.kind == unstable.Integer
	case Table:
		fits = fits || it.kind == unstable.Integer || it.kind == unstable.Float || it.kind == unstable.Bool
	}
	if !fits {
		want := s.Type.inFile()
		if s.Type == Table {
			want = "text"
		}
		c.wrongType(it, depth, want)
		return
	}
	if it.kind != unstable.String || !strings.Contains(it.value, "${") {
		if msg, hint := s.Type.wrong(it.value); msg != "" {
			c.errs = append(c.errs, c.doc.fail(it.path[depth].at, c.show(it, depth)+" "+msg, hint))
			return
		}
	}
	c.values[section][key] = it
}

func (c *checker) wrongType(it item, depth int, want string) {
	if c.once(it, depth) {
		got, hint := kindName(it.kind), ""
		if depth < len(it.path)-1 {
			got = "a table"
		}
		switch {
		case it.path[depth].name == "database" && it.kind == unstable.String:
			hint = "write [database] and on a line below it url = …"
		case it.kind == unstable.Integer && want == Duration.inFile():
			hint = durationHint
		case it.kind == unstable.Array && want == Paths.inFile():
			got = "a list of other things"
		}
		c.errs = append(c.errs, c.doc.fail(it.path[depth].at, c.show(it, depth)+" is "+got+", it should be "+want, hint))
	}
}

// once reports whether the name at depth has not been complained about yet, so that a misspelt table is told once and not with each of its keys.
func (c *checker) once(it item, depth int) bool {
	var names []string
	for _, p := range it.path[:depth+1] {
		names = append(names, p.name)
	}
	id := strings.Join(names, "\x00")
	first := !c.reported[id]
	c.reported[id] = true
	return first
}

func (c *checker) unknown(it item, section, group string, depth int) {
	if !c.once(it, depth) {
		return
	}
	name := it.path[depth].name
	what := "key"
	if isTable(it.kind) || it.kind == unstable.ArrayTable || depth < len(it.path)-1 {
		what = "table"
	}
	msg := "unknown " + what
	if plain(name) {
		msg += " " + strconv.Quote(name)
	}
	if depth > 0 {
		msg += " in [" + c.show(it, depth-1) + "]"
	}
	c.errs = append(c.errs, c.doc.fail(it.path[depth].at, msg, c.advice(name, section, group)))
}

// advice tells where an unknown name belongs, which known one it resembles, or else which there are. group is the table it stands in.
func (c *checker) advice(name, section, group string) string {
	var here []string
	prefix := ""
	if section != "" {
		prefix = "env." + section + "."
	}
	elsewhere := ""
	add := func(s string) {
		if !slices.Contains(here, s) {
			here = append(here, s)
		}
	}
	for _, s := range Settings() {
		table, key, ok := strings.Cut(s.Key, ".")
		if !ok {
			table, key = "", s.Key
		}
		switch {
		case key == "", key == "environment" && section != "":
		case table == group:
			add(key)
		case key == name && elsewhere != "":
		case key == name && table == "" && section != "":
			elsewhere = "it belongs directly under [env." + section + "]"
		case key == name && table == "":
			elsewhere = "it belongs at the top of the file, before the first [table]"
		case key == name:
			elsewhere = "it belongs under [" + prefix + table + "]"
		}
		if group == "" && table != "" {
			add(table)
		}
	}
	if group == "" {
		add(variablesKey)
	}
	if group == "" || group == "new" {
		add(hookName)
	}
	if group == "" && section == "" {
		add("env")
	}
	if elsewhere != "" {
		return elsewhere
	}
	if near := nearest(name, here); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return "known here are " + strings.Join(here, ", ")
}

// nearest returns the candidate that is at most two edits away from name, or "".
func nearest(name string, candidates []string) string {
	best, least := "", 3
	for _, cand := range candidates {
		if d := levenshtein.Distance(strings.ToLower(name), cand, nil); d < least && d < len(cand) {
			best, least = cand, d
		}
	}
	return best
}

// plain reports names that are shown in messages. Anything else may be a URL that went astray.
func plain(name string) bool {
	n := 0
	for _, r := range name {
		if n++; n > 64 || !unicode.IsLetter(r) && !unicode.IsNumber(r) && r != '_' && r != '-' {
			return false
		}
	}
	return n > 0
}

// show gives the dotted name of an item down to depth.
func (c *checker) show(it item, depth int) string {
	names := make([]string, depth+1)
	for i, p := range it.path[:depth+1] {
		names[i] = p.name
		if !plain(p.name) {
			names[i] = "…"
		}
	}
	return strings.Join(names, ".")
}

func (c *checker) isGroup(name string) bool {
	for key := range c.settings {
		if strings.HasPrefix(key, name+".") {
			return true
		}
	}
	return false
}

// isTextList reports whether a value is a list of texts and nothing else.
func isTextList(it item) bool {
	return it.kind == unstable.Array && !slices.ContainsFunc(it.list, func(e item) bool { return e.kind != unstable.String })
}

func isTable(k unstable.Kind) bool { return k == unstable.Table || k == unstable.InlineTable }

func kindName(k unstable.Kind) string {
	switch k {
	case unstable.String:
		return "text"
	case unstable.Integer, unstable.Float:
		return "a number"
	case unstable.Bool:
		return "true or false"
	case unstable.Array:
		return "a list"
	case unstable.ArrayTable:
		return "a list of tables"
	case unstable.Table, unstable.InlineTable:
		return "a table"
	}
	return "a date"
}
