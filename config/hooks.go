package config

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// A Hook is a [[hook]] of the file: SQL or a command that runs around a run or a revision. Exactly one of SQL and Command is there. A [[new.hook]] is one that
// runs on the file of a new revision; it is a command, and says no When.
type Hook struct {
	Origin   string   // "migrate.toml:12:1"
	Name     string   // for messages; "" if it has none
	When     string   // one of Moments
	Commands []string // of the command line, with which it runs
	// SQL is the path of a file, as it can be opened.
	SQL string
	// NoTransaction has SQL run statement by statement.
	NoTransaction bool
	Command       []string // the program and its arguments
	Dir           string   // where Command runs, as it can be opened: that of the file, unless it says another
	// Environment is what Command finds in its environment besides; nil for nothing.
	Environment map[string]Secret
}

// Moments are when a hook may run.
func Moments() []string {
	return []string{"before_run", "after_run", "before_revision", "after_revision", "on_failure"}
}

// A hookTable is a list of hooks in the file, by its name there.
type hookTable string

const (
	runHooks hookTable = "hook"
	newHooks hookTable = "new.hook" // on files of new revisions
)

// hookName is the last part of both.
const hookName = "hook"

// commands are those of the command line with which hooks of the list may run.
func (t hookTable) commands() []string {
	if t == newHooks {
		return []string{"new", "merge", "squash"}
	}
	return []string{"up", "down"}
}

// keys are those of a hook of the list, in the order of the manual.
func (t hookTable) keys() []string {
	if t == newHooks {
		return []string{"command", "dir", environmentKey, "commands", "name"}
	}
	return []string{"when", "sql", "command", "dir", environmentKey, "commands", "transaction", "name"}
}

const environmentKey = "environment"

// hookTableAt finds out whether a name of an item, or it and the next, are those of a list of hooks. at is the last of them.
func hookTableAt(it item, depth int) (t hookTable, at int, ok bool) {
	switch name := it.path[depth].name; {
	case name == hookName:
		return runHooks, depth, true
	case name == "new" && depth+1 < len(it.path) && it.path[depth+1].name == hookName:
		return newHooks, depth + 1, true
	}
	return "", 0, false
}

// A hookSheet is one [[hook]] as the file has it.
type hookSheet struct {
	table       hookTable
	section     string // "" or the name of an environment
	header      item
	keys        map[string]item // those whose values are right
	wrote       map[string]bool // those that are there
	environment []item          // the names and values of that key, likewise
}

// hook checks an item of a list of hooks, whose name ends at it.path[depth].
func (c *checker) hook(it item, table hookTable, section string, depth int) {
	last := len(it.path) - 1
	if depth == last && it.kind == unstable.ArrayTable {
		c.hooks = append(c.hooks, hookSheet{table: table, section: section, header: it, keys: map[string]item{}, wrote: map[string]bool{}})
		return
	}
	// A key belongs to the hook of its list that was opened last: TOML lets no other table of that name come between.
	var h *hookSheet
	for i := range c.hooks {
		if c.hooks[i].section == section && c.hooks[i].table == table {
			h = &c.hooks[i]
		}
	}
	if depth == last || h == nil {
		if c.once(it, depth) {
			msg := c.show(it, depth) + " is no list of tables"
			hint := "each hook is a table: [[" + c.show(it, depth) + "]]"
			c.errs = append(c.errs, c.doc.fail(it.path[depth].at, msg, hint))
		}
		return
	}
	key := it.path[depth+1].name
	told := h.wrote[key]
	h.wrote[key] = true
	switch {
	case key == environmentKey:
		c.hookEnvironment(h, it, depth+1)
	case told && depth+1 < last: // its table was told
	case !slices.Contains(table.keys(), key):
		c.unknownHookKey(it, table, depth+1)
		h.wrote[nearest(key, table.keys())] = true // that it is missing is no second mistake
	case depth+1 < last:
		c.hookFail(it, depth+1, "is a table, it should be "+hookForm(key), "")
	default:
		if c.hookValue(it, table, key) {
			h.keys[key] = it
		}
	}
}

// hookEnvironment checks an item of that key of a hook, which is at it.path[depth].
func (c *checker) hookEnvironment(h *hookSheet, it item, depth int) {
	last := len(it.path) - 1
	switch {
	case depth == last:
		if !isTable(it.kind) {
			c.wrongType(it, depth, "a table")
		}
	case depth+1 < last || it.kind != unstable.String:
		c.wrongType(it, depth+1, "text in quotes")
	case !variable().MatchString(it.path[last].name):
		c.errs = append(c.errs, c.doc.fail(it.path[last].at, "a variable of the environment cannot be called this", "letters, digits and _ are allowed, no digit at the beginning"))
	default:
		h.environment = append(h.environment, it)
	}
}

func (c *checker) hookFail(it item, depth int, msg, hint string) {
	c.errs = append(c.errs, c.doc.fail(it.path[depth].at, c.show(it, depth)+" "+msg, hint))
}

func (c *checker) unknownHookKey(it item, table hookTable, depth int) {
	name := it.path[depth].name
	msg := "unknown key"
	if plain(name) {
		msg += " " + strconv.Quote(name)
	}
	hint := "known here are " + strings.Join(table.keys(), ", ")
	if near := nearest(name, table.keys()); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	c.errs = append(c.errs, c.doc.fail(it.path[depth].at, msg+" in [["+c.show(it, depth-1)+"]]", hint))
}

// hookForm names the form that a key's value has in the file.
func hookForm(key string) string {
	if key == "command" || key == "commands" {
		return "a list of texts in quotes"
	}
	return "text in quotes"
}

// hookValue checks what stands behind a known key, as far as it does not depend on variables.
func (c *checker) hookValue(it item, table hookTable, key string) bool {
	depth := len(it.path) - 1
	isList := key == "command" || key == "commands"
	fits := it.kind == unstable.String
	if isList {
		fits = isTextList(it)
	}
	if !fits {
		got, hint := kindName(it.kind), ""
		if it.kind == unstable.Array {
			got = "a list of other things"
		}
		if key == "command" {
			hint = `write command = ["program", "argument"]; no shell reads it`
		}
		c.hookFail(it, depth, "is "+got+", it should be "+hookForm(key), hint)
		return false
	}
	words, known := []item{it}, map[string][]string{"when": Moments(), "commands": table.commands(), "transaction": {"on", "off"}}[key]
	if isList {
		words = it.list
	}
	if len(words) == 0 || words[0].value == "" {
		c.hookFail(it, depth, "is empty", "")
		return false
	}
	for _, w := range words {
		if known != nil && !slices.Contains(known, w.value) {
			c.hookFail(it, depth, "has an unknown value"+quotedPlain(w.value), advise(w.value, known))
			return false
		}
	}
	return true
}

func quotedPlain(value string) string {
	if !plain(value) {
		return ""
	}
	return " " + strconv.Quote(value)
}

func advise(value string, known []string) string {
	if near := nearest(value, known); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return "known are " + strings.Join(known, ", ")
}

// endHooks finds what is missing, and what does not go together.
func (c *checker) endHooks() {
	for _, h := range c.hooks {
		depth := len(h.header.path) - 1
		sql, hasSQL := h.keys["sql"]
		_, hasCommand := h.keys["command"]
		fail := func(it item, msg, hint string) { c.hookFail(it, len(it.path)-1, msg, hint) }
		if h.table == newHooks {
			if !h.wrote["command"] {
				c.hookFail(h.header, depth, "does not say what", `write command = ["program", "{file}"]`)
			}
			continue
		}
		if !h.wrote["when"] {
			c.hookFail(h.header, depth, "does not say when", `write when = "before_run", or one of `+strings.Join(Moments()[1:], ", "))
		}
		switch {
		case hasSQL && hasCommand:
			fail(sql, "and command are both given", "a hook is one of them; write two hooks")
		case !h.wrote["sql"] && !h.wrote["command"]:
			c.hookFail(h.header, depth, "does not say what", `write sql = "hooks/x.sql" or command = ["program", "argument"]`)
		}
		if dir, ok := h.keys["dir"]; ok && hasSQL && !hasCommand {
			fail(dir, "is for a command", "leave it out")
		}
		if hasSQL && !hasCommand && h.environment != nil {
			c.hookFail(h.environment[0], depth+1, "is for a command", "leave it out")
		}
		if t, ok := h.keys["transaction"]; ok {
			switch at := h.keys["when"].value; {
			case hasCommand && !hasSQL:
				fail(t, "is for SQL", "leave it out")
			case strings.HasSuffix(at, "_revision"):
				fail(t, "cannot be chosen around a revision", "the hook runs in the revision's own transaction, where there is one; leave it out")
			}
		}
	}
}

// hooks are those of a list, of the file and of the environment that is chosen, in the order of the file.
func (l *loader) hooks(table hookTable) []Hook {
	if l.sheet == nil {
		return nil
	}
	var all []Hook
	for _, h := range l.sheet.hooks {
		if h.table != table || h.section != "" && h.section != l.env {
			continue
		}
		all = append(all, l.hook(h))
	}
	return all
}

func (l *loader) hook(h hookSheet) Hook {
	hook := Hook{
		Origin: l.originOf(h.header), Name: l.hookText(h, "name"), When: h.keys["when"].value,
		Commands: h.table.commands(), Dir: l.base, NoTransaction: h.keys["transaction"].value == "off",
	}
	if it, ok := h.keys["commands"]; ok {
		hook.Commands = nil
		for _, e := range it.list {
			hook.Commands = append(hook.Commands, e.value)
		}
	}
	if path := l.hookText(h, "sql"); path != "" {
		hook.SQL = l.below(path)
	}
	if path := l.hookText(h, "dir"); path != "" {
		hook.Dir = l.below(path)
	}
	for _, e := range h.keys["command"].list {
		g := h.given("command", e.value, &e)
		text, ok := l.text(g)
		if ok && text == "" && len(hook.Command) == 0 {
			l.fail(g, "is empty", "")
		}
		hook.Command = append(hook.Command, text)
	}
	for _, it := range h.environment {
		name := it.path[len(it.path)-1].name
		if hook.Environment == nil {
			hook.Environment = map[string]Secret{}
		}
		text, _ := l.text(h.given(environmentKey+"."+name, it.value, &it))
		hook.Environment[name] = Secret(text)
	}
	return hook
}

// given is what a key of a hook says.
func (h hookSheet) given(key, text string, it *item) given {
	return given{setting: Setting{Key: string(h.table) + "." + key}, rank: inFile, text: text, item: it}
}

// hookText is a text of a hook with its variables replaced, "" if it is not there.
func (l *loader) hookText(h hookSheet, key string) string {
	it, ok := h.keys[key]
	if !ok {
		return ""
	}
	g := h.given(key, it.value, &it)
	text, ok := l.text(g)
	if ok && text == "" {
		l.fail(g, "is empty", "")
	}
	return text
}

// below reads a path of the file.
func (l *loader) below(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(l.base, path)
}
