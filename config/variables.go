package config

import (
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// variablesKey is the table of the values that revision files ask for. It is no Setting: its names are the files', and -x gives them too.
const variablesKey = "variables"

// variableEnv is what stands before a variable's name, in capitals, in the environment.
const variableEnv = "REVISE_VAR_"

// variables checks an item of that table, whose own name is it.path[depth].
func (c *checker) variables(it item, section string, depth int) {
	last := len(it.path) - 1
	switch {
	case depth == last && !isTable(it.kind):
		c.wrongType(it, depth, "a table")
		return
	case depth == last:
		return
	case depth+1 < last || isTable(it.kind):
		c.wrongType(it, depth+1, "text")
		return
	case !variable().MatchString(it.path[last].name):
		if c.once(it, last) {
			c.errs = append(c.errs, c.doc.fail(it.path[last].at, "a variable of revision files cannot be called this", "letters, digits and _ are allowed, no digit at the beginning"))
		}
		return
	}
	switch it.kind {
	case unstable.String, unstable.Integer, unstable.Float, unstable.Bool:
		c.values[section][variablesKey+"."+it.path[last].name] = it
	default:
		c.wrongType(it, last, "text")
	}
}

// variable finds the value of a variable of revision files: in the environment, else in the file, where the chosen environment wins. A variable of the
// environment that is empty says nothing. An error is that the file's text needs what is not set.
func (l *loader) variable(name string) (value Secret, ok bool, err error) {
	if text, _ := l.lookup(variableEnv + strings.ToUpper(name)); text != "" {
		return Secret(text), true, nil
	}
	if l.sheet == nil {
		return "", false, nil
	}
	it, ok := l.sheet.values[l.env][variablesKey+"."+name]
	if !ok {
		it, ok = l.sheet.values[""][variablesKey+"."+name]
	}
	if !ok {
		return "", false, nil
	}
	s := l.sources
	s.errs = nil
	text, _ := s.text(given{setting: Setting{Key: variablesKey + "." + name}, rank: inFile, text: it.value, item: &it})
	return Secret(text), true, s.errs.err()
}
