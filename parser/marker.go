package parser

import (
	"fmt"
	"slices"
	"strings"
)

// markerWords are the words that begin a section, by Kind, and those of lines inside of one: the pair that holds one statement together, and the
// one that has the session made clean.
func markerWords() []string {
	return []string{"upgrade", "downgrade", "verify", "begin", "end", "reset"}
}

// inSections is the number of the first word that is one of a line inside of a section.
const inSections = 3

// markerSettings are the settings that a marker line may give.
func markerSettings() []string {
	return []string{"transaction", "lock_timeout", "statement_timeout", "foreign_keys"}
}

// marker reads a line if it is a marker of a section, and returns nil if it is not. Lines decide, not the SQL around them: so a file's
// structure can be seen without knowing any dialect. What is nearly a marker is an error, since a downgrade that is taken for a
// comment would run with the upgrade.
func (p *fileParser) marker(pos Position, line string, inSection bool) *Section {
	trimmed := unindented(line)
	rest, ok := strings.CutPrefix(trimmed, "--")
	if !ok {
		return nil
	}
	afterBlanks := unindented(rest)
	rest, ok = strings.CutPrefix(afterBlanks, "+")
	if !ok {
		return nil
	}
	word := rest
	if i := strings.IndexFunc(rest, func(r rune) bool { return !isWordRune(r) }); i >= 0 {
		word = rest[:i]
	}
	exact := strings.HasPrefix(line, "-- +")
	if word == "" || !isLetter(word[0]) || !exact && !slices.Contains(markerWords(), strings.ToLower(word)) {
		return nil // "-- + 3 rows", or an indented "-- +1" in prose
	}
	if !p.valid(pos, line) {
		return nil
	}
	at := pos.Advance(line[:strings.Index(line, "+")])
	if !slices.Contains(markerWords(), word) {
		e := p.errs.Add(at, "unknown marker -- +%s", word)
		if near := nearest(strings.ToLower(word), markerWords(), 2); near != "" {
			e.Hint = fmt.Sprintf("did you mean -- +%s?", near)
		} else {
			e.Hint = "known are -- +upgrade, -- +downgrade, -- +verify, -- +begin, -- +end, -- +reset"
		}
		return nil
	}
	if !exact {
		e := p.errs.Add(pos, "a marker must begin its line, as: -- +%s", word)
		e.Hint = "with one blank and no indent; a comment that only looks like one needs other words"
		return nil
	}
	if slices.Index(markerWords(), word) >= inSections {
		if !inSection {
			p.errs.Add(at, "-- +%s stands outside of a section", word)
		}
		return nil
	}
	sec := p.made.section()
	sec.Pos = pos
	for k, w := range markerWords()[:inSections] {
		if w == word {
			sec.Kind = Kind(k)
		}
	}
	argsAt := pos.Advance(line[:len("-- +")+len(word)])
	p.markerArgs(sec, rest[len(word):], argsAt)
	return sec
}

// markerArgs reads what stands behind the marker's word: dialects, separated by commas or blanks, and settings.
func (p *fileParser) markerArgs(sec *Section, args string, at Position) {
	given := map[string]bool{}
	for len(args) > 0 {
		trimmed := strings.TrimLeft(args, " \t,")
		at = at.Advance(args[:len(args)-len(trimmed)])
		if trimmed == "" {
			return
		}
		n := strings.IndexAny(trimmed, " \t,")
		if n < 0 {
			n = len(trimmed)
		}
		word := trimmed[:n]
		key, value, isSetting := strings.Cut(word, "=")
		switch {
		case isSetting && !slices.Contains(markerSettings(), key):
			e := p.errs.Add(at, "unknown setting %q of a section", key)
			if near := nearest(key, markerSettings(), 3); near != "" {
				e.Hint = fmt.Sprintf("did you mean %q?", near)
			} else {
				e.Hint = "known are " + strings.Join(markerSettings(), ", ")
			}
		case isSetting && given[key]:
			p.errs.Add(at, "setting %q is given twice", key)
		case isSetting:
			given[key] = true
			p.setting(&sec.Settings, key, value, at.Advance(key+"="))
		case slices.Contains(sec.Dialects, word):
			p.errs.Add(at, "%s is named twice", word)
		case !slices.Contains(p.dialects, word):
			e := p.errs.Add(at, "unknown database %q behind -- +%s", word, sec.Kind)
			if near := nearest(word, p.dialects, 3); near != "" {
				e.Hint = fmt.Sprintf("did you mean %q?", near)
			} else {
				e.Hint = "known are " + strings.Join(p.dialects, ", ") + "; a comment goes on a line of its own"
			}
		default:
			sec.Dialects = append(sec.Dialects, word)
		}
		at = at.Advance(word)
		args = trimmed[n:]
	}
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func isWordRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_'
}
