package config

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// A Hook is a [[hook]] of the file: SQL or a command that runs around a run or a revision. Exactly one of SQL and Command is there.
type Hook struct {
	Origin   string // "migrate.toml:12:1"
	Name     string // for messages; "" if it has none
	When     string // one of Moments
	Commands []string
	// SQL is the path of a file, as it can be opened.
	SQL string
	// NoTransaction has SQL run statement by statement.
	NoTransaction bool
	Command       []string // the program and its arguments
	Dir           string   // where Command runs, as it can be opened: that of the file, unless it says another
}

// Moments are when a hook may run.
func Moments() []string {
	return []string{"before_run", "after_run", "before_revision", "after_revision", "on_failure"}
}

// The commands around which hooks run.
func hookCommands() []string { return []string{"up", "down"} }

const hookTable = "hook"

// hookKeys are those of a hook, in the order of the manual.
func hookKeys() []string {
	return []string{"when", "sql", "command", "dir", "commands", "transaction", "name"}
}

// A hookSheet is one [[hook]] as the file has it.
type hookSheet struct {
	section string // "" or the name of an environment
	header  item
	keys    map[string]item // those whose values are right
	wrote   map[string]bool // those that are there
}

// hook checks an item that has "hook" at it.path[depth].
func (c *checker) hook(it item, section string, depth int) {
	last := len(it.path) - 1
	if depth == last && it.kind == unstable.ArrayTable {
		c.hooks = append(c.hooks, hookSheet{section: section, header: it, keys: map[string]item{}, wrote: map[string]bool{}})
		return
	}
	open := slices.ContainsFunc(c.hooks, func(h hookSheet) bool { return h.section == section })
	if depth == last || !open {
		if c.once(it, depth) {
			msg := c.show(it, depth) + " is no list of tables"
			hint := "each hook is a table: [[" + c.show(it, depth) + "]]"
			c.errs = append(c.errs, c.doc.fail(it.path[depth].at, msg, hint))
		}
		return
	}
	// A key belongs to the hook of its section that was opened last: TOML lets no other table of that name come between.
	h := &c.hooks[len(c.hooks)-1]
	for i := range c.hooks {
		if c.hooks[i].section == section {
			h = &c.hooks[i]
		}
	}
	key := it.path[depth+1].name
	told := h.wrote[key]
	h.wrote[key] = true
	switch {
	case told && depth+1 < last: // its table was told
	case !slices.Contains(hookKeys(), key):
		c.unknownHookKey(it, depth+1)
		h.wrote[nearest(key, hookKeys())] = true // that it is missing is no second mistake
	case depth+1 < last:
		c.hookFail(it, depth+1, "is a table, it should be "+hookForm(key), "")
	default:
		if c.hookValue(it, key) {
			h.keys[key] = it
		}
	}
}

func (c *checker) hookFail(it item, depth int, msg, hint string) {
	c.errs = append(c.errs, c.doc.fail(it.path[depth].at, c.show(it, depth)+" "+msg, hint))
}

func (c *checker) unknownHookKey(it item, depth int) {
	name := it.path[depth].name
	msg := "unknown key"
	if plain.MatchString(name) {
		msg += " " + strconv.Quote(name)
	}
	hint := "known here are " + strings.Join(hookKeys(), ", ")
	if near := nearest(name, hookKeys()); near != "" {
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
func (c *checker) hookValue(it item, key string) bool {
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
	words, known := []item{it}, map[string][]string{"when": Moments(), "commands": hookCommands(), "transaction": {"on", "off"}}[key]
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
	if !plain.MatchString(value) {
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

// hooks are those of the file and of the environment that is chosen, in the order of the file.
func (l *loader) hooks() []Hook {
	if l.sheet == nil {
		return nil
	}
	var all []Hook
	for _, h := range l.sheet.hooks {
		if h.section != "" && h.section != l.env {
			continue
		}
		all = append(all, l.hook(h))
	}
	return all
}

func (l *loader) hook(h hookSheet) Hook {
	hook := Hook{
		Origin: l.originOf(h.header), Name: l.hookText(h, "name"), When: h.keys["when"].value,
		Commands: hookCommands(), Dir: l.base, NoTransaction: h.keys["transaction"].value == "off",
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
		g := given{setting: Setting{Key: "hook.command"}, rank: inFile, text: e.value, item: &e}
		text, ok := l.text(g)
		if ok && text == "" && len(hook.Command) == 0 {
			l.fail(g, "is empty", "")
		}
		hook.Command = append(hook.Command, text)
	}
	return hook
}

// hookText is a text of a hook with its variables replaced, "" if it is not there.
func (l *loader) hookText(h hookSheet, key string) string {
	it, ok := h.keys[key]
	if !ok {
		return ""
	}
	g := given{setting: Setting{Key: "hook." + key}, rank: inFile, text: it.value, item: &it}
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
