package parser

import (
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/agext/levenshtein"
)

// headerKeys are the keys of a header that are ours: those that headerKey knows.
func headerKeys() [maxKeys]string {
	return [...]string{
		"revision", "revises", "message", "created", "labels", "depends_on",
		"transaction", "lock_timeout", "statement_timeout", "foreign_keys", "variables", "replaces",
	}
}

// maxKeys is how many keys a header can have.
const maxKeys = 12

// headerLine reads a line before the first marker: a comment, "-- key: value" or blank. SQL has no place there.
func (p *fileParser) headerLine(pos Position, line string) {
	trimmed := unindented(line)
	if p.comment {
		p.comment = !strings.Contains(trimmed, "*/")
		return
	}
	if trimmed == "" {
		return
	}
	if strings.HasPrefix(trimmed, "/*") {
		p.comment = !strings.Contains(trimmed, "*/")
		return
	}
	pos = pos.Advance(line[:len(line)-len(trimmed)])
	rest, ok := strings.CutPrefix(trimmed, "--")
	if !ok {
		if !p.sql {
			p.sql = true
			e := p.errs.Add(pos, "SQL before the first marker")
			e.Hint = `put a line "-- +upgrade" before it`
		}
		return
	}
	key, value, ok := strings.Cut(rest, ":")
	key = strings.TrimSpace(key)
	if !ok || !isKey(key) || !p.valid(pos, line) {
		return
	}
	at := pos.Advance(trimmed[:strings.Index(trimmed, key)])
	valueAt := pos.Advance(trimmed[:len(trimmed)-len(unindented(value))])
	p.headerKey(key, at, strings.TrimSpace(value), valueAt)
}

// isKey reports whether a word can be a header key; prose with a colon in it is not one.
func isKey(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !isLetter(c) && (i == 0 || c != '_' && c != '-' && (c < '0' || c > '9')) {
			return false
		}
	}
	return s != ""
}

func (p *fileParser) headerKey(written string, pos Position, value string, at Position) {
	key := strings.ToLower(written)
	first := p.seenIn(key)
	if key == "replaces" && p.replaces(value, at) && first > 0 { // a list of hundreds stands in many lines
		return
	}
	if first > 0 {
		e := p.errs.Add(pos, "header key %q is given twice; first at line %d", key, first)
		if key == "revises" || key == "labels" || key == "depends_on" || key == "variables" {
			e.Hint = "several values stand in one line, separated by commas"
		}
		return
	}
	switch key {
	case "revision":
		p.rev.ID = Ref{Name: value, Pos: at}
		p.checkID(p.rev.ID, "revision")
	case "revises":
		p.rev.Revises = p.refs(p.made.revises[:0], key, value, at)
	case "depends_on":
		p.rev.DependsOn = p.refs(nil, key, value, at)
	case "labels":
		p.rev.Labels = p.refs(nil, key, value, at)
	case "variables":
		p.variables(value, at)
	case "replaces":
	case "message":
		p.rev.Message = value
	case "created":
		p.rev.Created = value
	case "transaction", "lock_timeout", "statement_timeout", "foreign_keys":
		p.setting(&p.rev.Settings, key, value, at)
	default:
		keys := headerKeys()
		// A misspelt "revises" would silently make a base, so what is nearly a key must be one.
		if near := nearest(key, keys[:], 2); near != "" {
			e := p.errs.Add(pos, "unknown header key %q", written)
			e.Hint = fmt.Sprintf("did you mean %q?", near)
			return
		}
		p.rev.Annotations = append(p.rev.Annotations, Annotation{Key: written, Value: value, Pos: pos})
		return
	}
	p.seen[p.keys] = seenKey{key, pos.Line}
	p.keys++
}

// A seenKey is a key of ours that the header has.
type seenKey struct {
	key  string
	line int
}

// seenIn is the line in which the header has a key, 0 if it has not.
func (p *fileParser) seenIn(key string) int {
	for i := range p.keys {
		if p.seen[i].key == key {
			return p.seen[i].line
		}
	}
	return 0
}

// refs adds names separated by commas.
func (p *fileParser) refs(refs []Ref, key, value string, at Position) []Ref {
	if value == "" {
		return nil
	}
	for ref := range named(value, at) {
		if p.checkID(ref, key) {
			refs = append(refs, ref)
		}
	}
	return refs
}

// named are the words of a list that commas separate.
func named(value string, at Position) iter.Seq[Ref] {
	return func(yield func(Ref) bool) {
		off := 0
		for piece := range strings.SplitSeq(value, ",") {
			lead := len(piece) - len(unindented(piece))
			ref := Ref{Name: strings.TrimSpace(piece), Pos: at.Advance(piece[:lead])}
			at = at.Advance(value[off:min(off+len(piece)+1, len(value))])
			off += len(piece) + 1
			if !yield(ref) {
				return
			}
		}
	}
}

// maxID is the longest id and label in bytes, so that a ledger column of this width holds every one.
const maxID = 64

// ValidID reports why a word cannot be the id of a revision (or a label), "" if it can.
func ValidID(id string) string {
	switch id {
	case "":
		return "is empty"
	case "head", "heads", "base", "current":
		return "is a word with a meaning of its own on the command line"
	}
	if len(id) > maxID {
		return fmt.Sprintf("is longer than %d characters", maxID)
	}
	for _, c := range id {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.' {
			continue
		}
		return fmt.Sprintf("holds %q; letters, digits, _ and . are allowed", c)
	}
	return ""
}

func (p *fileParser) checkID(ref Ref, key string) bool {
	why := ValidID(ref.Name)
	if why == "" {
		return true
	}
	if ref.Name == "" {
		e := p.errs.Add(ref.Pos, "%s names nothing here", key)
		if key == "revision" {
			e.Msg = "the revision has no id"
		}
		return false
	}
	p.errs.Add(ref.Pos, "%q cannot be named under %s: it %s", ref.Name, key, why)
	return false
}

// setting reads what a header line and a marker may both say. The key is known.
func (p *fileParser) setting(s *Settings, key, value string, at Position) {
	switch key {
	case "transaction":
		p.toggle(&s.Transaction, key, value, at)
	case "foreign_keys":
		p.toggle(&s.ForeignKeys, key, value, at)
	case "lock_timeout":
		s.LockTimeout = p.duration(key, value, at)
	case "statement_timeout":
		s.StatementTimeout = p.duration(key, value, at)
	}
}

func (p *fileParser) toggle(s *Switch, key, value string, at Position) {
	switch value {
	case "on":
		*s = On
	case "off":
		*s = Off
	default:
		p.errs.Add(at, "%s is %q; it can be on or off", key, value)
	}
}

func (p *fileParser) duration(key, value string, at Position) *time.Duration {
	d, err := time.ParseDuration(value)
	if err != nil || d < 0 {
		e := p.errs.Add(at, "%s is %q, which is no duration", key, value)
		e.Hint = "write it as 500ms, 5s or 2m; 0 leaves it to the server"
		return nil
	}
	return &d
}

// nearest returns the candidate closest to a word within an edit distance, or "". The first of several wins.
func nearest(word string, candidates []string, within int) string {
	best := ""
	for _, c := range candidates {
		if d := levenshtein.Distance(word, c, nil); d <= within {
			best, within = c, d-1
		}
	}
	return best
}
