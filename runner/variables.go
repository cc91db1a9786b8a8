package runner

import (
	"errors"
	"fmt"
	"index/suffixarray"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"revise/drivers"
	"revise/parser"
)

// variables knows the values of the variables of revision files, and keeps them out of what is written down.
type variables struct {
	driver   drivers.Driver
	extra    map[string]string
	lookup   func(name string) (string, bool, error)
	declared map[string]bool // by a file, or by a downgrade of the ledger
	known    map[string]string
	masks    []mask
	masksOf  int // values
}

func newVariables(driver drivers.Driver, opt Options) *variables {
	return &variables{driver: driver, extra: opt.Extra, lookup: opt.Variable, declared: map[string]bool{}, known: map[string]string{}}
}

// declare notes the names that revisions declare.
func (v *variables) declare(revs ...*parser.Revision) {
	for _, r := range revs {
		for _, ref := range r.Variables {
			v.declared[ref.Name] = true
		}
	}
}

// value gives the value of a variable. It is asked for once.
func (v *variables) value(name string) (value string, ok bool, err error) {
	if value, ok = v.known[name]; ok {
		return value, true, nil
	}
	if value, ok = v.extra[name]; !ok && v.lookup != nil {
		if value, ok, err = v.lookup(name); err != nil {
			return "", false, err
		}
	}
	if ok {
		v.known[name] = value
	}
	return value, ok, nil
}

// missing adds to a list what keeps the variables of revisions from having values, each once. An error is one of the configuration.
func (v *variables) missing(mistakes *parser.ErrorList, revs []*parser.Revision) error {
	seen := map[string]bool{}
	var errs []error
	for _, r := range revs {
		for _, ref := range r.Variables {
			if seen[ref.Name] {
				continue
			}
			seen[ref.Name] = true
			value, ok, err := v.value(ref.Name)
			switch {
			case err != nil:
				errs = append(errs, err)
			case !ok:
				mistakes.Add(ref.Pos, "the variable %q has no value", ref.Name).Hint = v.howToSet(ref.Name)
			case !utf8.ValidString(value) || strings.IndexByte(value, 0) >= 0:
				mistakes.Add(ref.Pos, "the value of the variable %q is no text: it is not UTF-8, or holds a NUL byte", ref.Name).Hint = v.howToSet(ref.Name)
			}
		}
	}
	return errors.Join(errs...)
}

// howToSet names the three ways.
func (v *variables) howToSet(name string) string {
	return fmt.Sprintf("give it by -x %s=…, by REVISE_VAR_%s in the environment, or by %s = \"…\" under [variables] in migrate.toml", name, strings.ToUpper(name), name)
}

// written is a value as a placeholder wants it.
func (v *variables) written(p parser.Placeholder) string {
	value := v.known[p.Name]
	switch p.Form {
	case parser.AsLiteral:
		return v.driver.Literal(value)
	case parser.AsIdent:
		return v.driver.Ident(value)
	}
	return value
}

// errUnset says that a statement cannot be written for want of a value. A plan tells of it before, with the place.
var errUnset = errors.New("a variable has no value")

// expand puts values into the statement that a Splitter has given last.
func (v *variables) expand(split *parser.Splitter, declared []parser.Ref, st parser.Statement) (parser.Statement, error) {
	places, err := split.Placeholders(st, declared)
	if err != nil {
		return st, err
	}
	var list parser.ErrorList
	for _, p := range places {
		if p.Name == "" {
			continue
		}
		value, ok, err := v.value(p.Name)
		switch {
		case err != nil:
			return st, err
		case !ok:
			return st, errUnset
		case value == "" && p.Form == parser.AsIdent:
			list.Add(p.Pos, "the value of the variable %q is empty, and so no name", p.Name).Hint = v.howToSet(p.Name)
		}
	}
	if err := list.Err(); err != nil {
		return st, err
	}
	return split.Expand(st, places, v.written)
}

// query puts values into a text that stands by itself. bound says that there were some.
func (v *variables) query(pos parser.Position, text string, declared []parser.Ref, d *parser.Dialect) (query string, bound bool, err error) {
	split := parser.NewSplitter(pos, text, d)
	st, ok, err := split.Next()
	if err != nil || !ok {
		return text, false, nil // the server says what is wrong with it
	}
	st, err = v.expand(split, declared, st)
	return st.Text, st.HasValues(), err
}

// shown is what the log keeps of the extra arguments: a line each, in order, without the values of variables.
func (v *variables) shown() string {
	var lines []string
	for _, key := range slices.Sorted(maps.Keys(v.extra)) {
		value := v.extra[key]
		if v.declared[key] {
			value = "…"
		}
		lines = append(lines, strings.ToValidUTF8(oneLine.Replace(key+"="+value), "?"))
	}
	return strings.Join(lines, "\n")
}

// oneLine keeps a pair on its line.
var oneLine = strings.NewReplacer("\n", `\n`, "\r", `\r`, "\x00", `\0`)

// A mask finds a value, or what it was written as, in a text.
type mask struct {
	name  string
	whole string // in small letters, for a server may fold names
	index *suffixarray.Index
}

const (
	minMasked = 4       // shorter values are not looked for: every text has them
	maskedRun = 8       // bytes in a row that give a longer value away: a server shows the beginning of what it does not understand, or its end
	maxMasked = 1 << 16 // bytes of a text that is written down
)

// masked is a text of a server's, to be written down, without the values of variables.
func (v *variables) masked(text string) string {
	if v.masksOf != len(v.known) {
		v.masks, v.masksOf = v.makeMasks(), len(v.known)
	}
	if len(v.masks) == 0 {
		return text
	}
	text = text[:min(len(text), maxMasked)]
	small := asciiLower(text)
	var b strings.Builder
	for at := 0; at < len(text); {
		n, name := 0, ""
		for _, m := range v.masks {
			if found := m.at(small[at:]); found > n {
				n, name = found, m.name
			}
		}
		if n == 0 {
			b.WriteByte(text[at])
			at++
			continue
		}
		b.WriteString("${" + name + "}")
		at += n
	}
	return b.String()
}

func (v *variables) makeMasks() []mask {
	var list []mask
	for _, name := range slices.Sorted(maps.Keys(v.known)) {
		value := v.known[name]
		if len(value) < minMasked {
			continue
		}
		for _, form := range unique(value, insideQuotes(v.driver.Literal(value)), insideQuotes(v.driver.Ident(value))) {
			whole := asciiLower(form)
			list = append(list, mask{name, whole, suffixarray.New([]byte(whole))})
		}
	}
	return list
}

// insideQuotes is what stands between the first quote and the last.
func insideQuotes(s string) string {
	first, last := strings.IndexAny(s, "'\"`"), strings.LastIndexAny(s, "'\"`")
	return s[first+1 : last]
}

func unique(list ...string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// at is how many bytes of a text, from its beginning, are of the value.
func (m mask) at(text string) int {
	if strings.HasPrefix(text, m.whole) {
		return len(m.whole)
	}
	n := maskedRun
	for n <= len(text) && len(m.index.Lookup([]byte(text[:n]), 1)) > 0 {
		n++
	}
	if n == maskedRun {
		return 0
	}
	return n - 1
}

// asciiLower is a text in small letters, of the same length.
func asciiLower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c | 0x20
		}
	}
	return string(b)
}

// A placeChecker gathers what is wrong with the placeholders of a section, and of the probes in it.
type placeChecker struct {
	errs parser.ErrorList
	end  int // of the statement before, in the file
}

// check looks at the statement given last.
func (c *placeChecker) check(split *parser.Splitter, s *parser.Section, st parser.Statement, d *parser.Dialect) error {
	if len(c.errs) > maxPlaceErrors {
		return nil
	}
	c.add(split.Placeholders(st, s.Variables))
	pos, query, err := probeOf(s, st, c.end)
	if err != nil {
		return err
	}
	if strings.Contains(query, "${") {
		probe := parser.NewSplitter(pos, query, d)
		if st, ok, err := probe.Next(); ok && err == nil {
			c.add(probe.Placeholders(st, s.Variables))
		}
	}
	c.end = st.Pos.Offset + len(st.Text)
	return nil
}

// maxPlaceErrors is about how many are told of one section.
const maxPlaceErrors = 100

func (c *placeChecker) add(_ []parser.Placeholder, err error) {
	var list parser.ErrorList
	if errors.As(err, &list) {
		c.errs = append(c.errs, list...)
	}
}

// fit goes through a section with the values of its variables, once. Mistakes are those of values.
func (o *outline) fit() error {
	if o == nil || o.variables == nil || o.valued {
		return nil
	}
	var mistakes parser.ErrorList
	w := o.run()
	w.split.Reuse()
	for {
		_, ok, err := w.Next()
		var list parser.ErrorList
		switch {
		case errors.As(err, &list) && ok && len(mistakes) <= maxPlaceErrors:
			mistakes = append(mistakes, list...)
		case errors.As(err, &list) && ok:
			return mistakes.Err()
		case err != nil:
			return err
		case !ok:
			o.valued = len(mistakes) == 0
			return mistakes.Err()
		}
	}
}

// learn notes the variables of a revision that no file defines, by the downgrade that the ledger keeps.
func (r *Runner) learn(row Row) {
	if !strings.Contains(row.Downgrade, "variables:") {
		return
	}
	if rev, err := parser.Parse(row.Revision, []byte(row.Downgrade), []string{r.driver.Name()}); err == nil {
		r.variables.declare(rev)
	}
}
