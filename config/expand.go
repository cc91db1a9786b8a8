package config

import (
	"regexp"
	"strings"
	"sync"
)

// variable matches what may stand in ${…} before a default.
var variable = form(`^[A-Za-z_][A-Za-z0-9_]*$`)

// expand replaces ${NAME} and ${NAME:-default} in a value of the file; $${ stands for ${ itself. What a variable holds is
// not looked at again. wrong says what cannot be replaced, and holds neither values nor defaults; at is where in text that stands.
func expand(text string, lookup func(string) (string, bool)) (out string, at int, wrong, hint string) {
	var b strings.Builder
	for i := 0; i < len(text); {
		if strings.HasPrefix(text[i:], "$${") {
			b.WriteString("${")
			i += len("$${")
			continue
		}
		if !strings.HasPrefix(text[i:], "${") {
			b.WriteByte(text[i])
			i++
			continue
		}
		inner, _, closed := strings.Cut(text[i+len("${"):], "}")
		if !closed {
			return "", i, "has a ${ without its }", "write $${ for the characters themselves"
		}
		key, fallback, hasFallback := strings.Cut(inner, ":-")
		if !variable().MatchString(key) {
			return "", i, "has a ${…} that names no variable", "write ${NAME}, ${NAME:-default}, or $${ for the characters themselves"
		}
		if strings.Contains(fallback, "${") {
			return "", i, "has a ${…} within a ${…}", "a default is plain text"
		}
		value, set := lookup(key)
		switch {
		case hasFallback && value == "":
			value = fallback
		case !set:
			return "", i, "needs the environment variable " + key + ", which is not set", "set it, or write ${" + key + ":-default}"
		}
		b.WriteString(value)
		i += len("${") + len(inner) + len("}")
	}
	return b.String(), 0, "", ""
}

// form is a regular expression that is compiled when it is first asked for: most runs need none.
func form(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}
