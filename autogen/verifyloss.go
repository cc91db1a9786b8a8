package autogen

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"revise/parser"
	"revise/schema"
)

// A Loss is data that are gone behind an upgrade.
type Loss struct {
	What string          // "the column orders.total"
	Pos  parser.Position // of the statement, if it can be told
}

// losses are told from the schemas before and behind an upgrade: what has another name now, but is the same, is not lost.
func (v *verification) losses(rev *parser.Revision, before, after *schema.Snapshot) ([]Loss, error) {
	plan, err := v.site.Driver.Plan(before, after, schema.Options{})
	if err != nil {
		return nil, fmt.Errorf("%s: tell what data it loses: %w", rev.File, err)
	}
	l := v.lookFor(rev, before, after)
	whole := map[string]*schema.Object{} // by how a plan says that all of it is lost
	for _, o := range before.Objects {
		whole["the "+o.Kind+" "+strings.Join(o.Path, ".")] = o
	}
	for _, step := range plan.Losses() {
		for i, what := range strings.Split(step.Loses, ", the ") {
			if i > 0 {
				what = "the " + what
			}
			o := whole[what]
			if o == nil {
				o = before.Objects[step.About]
			}
			if o == nil || l.became(o) == nil {
				l.lost(what, o)
			}
		}
	}
	l.below()
	slices.SortFunc(l.list, func(a, b Loss) int {
		if n := a.Pos.Offset - b.Pos.Offset; n != 0 {
			return n
		}
		return strings.Compare(a.What, b.What)
	})
	return slices.CompactFunc(l.list, func(a, b Loss) bool { return a.What == b.What }), nil
}

// A lossFinder knows what an upgrade says, and what it made of a schema.
type lossFinder struct {
	before, after *schema.Snapshot
	now           map[string]*schema.Object // those of after by what they are, whatever they are called
	columns       map[string][]*schema.Object
	said          []parser.Statement // with texts in lower case; none of a long section
	list          []Loss
}

// maxSearched is the size of a section, in bytes, whose statements are looked at.
const maxSearched = 1 << 20

func (v *verification) lookFor(rev *parser.Revision, before, after *schema.Snapshot) *lossFinder {
	l := &lossFinder{before: before, after: after, now: map[string]*schema.Object{}, columns: after.Columns()}
	for _, o := range after.Objects {
		if o.Ident != "" {
			l.now[identity(o)] = o
		}
	}
	s := rev.Section(parser.Upgrade, v.site.Driver.Name())
	if s == nil || s.Text.Size() > maxSearched {
		return l
	}
	list, err := s.Split(v.site.Driver.Dialect())
	if err != nil {
		return l // it ran, so its file has been changed since
	}
	for _, st := range list {
		st.Text = strings.ToLower(st.Text)
		l.said = append(l.said, st)
	}
	return l
}

func identity(o *schema.Object) string { return o.Kind + " " + o.Ident }

// became is what an object that is gone is now under another name: the one that the database knows to be the same, or, where it does not tell, one that is new and that a statement renames it to.
func (l *lossFinder) became(o *schema.Object) *schema.Object {
	if o.Ident != "" {
		if is := l.now[identity(o)]; is != nil && is.Key() != o.Key() {
			return is
		}
		return nil
	}
	if l.after.Objects[o.Key()] != nil {
		return nil
	}
	for _, st := range l.said {
		if !hasWord(st.Text, "rename") && !hasWord(st.Text, "change") || !hasWord(st.Text, strings.ToLower(o.Base())) {
			continue
		}
		for _, is := range l.like(o) {
			if l.before.Objects[is.Key()] == nil && hasWord(st.Text, strings.ToLower(is.Base())) {
				return is
			}
		}
	}
	return nil
}

// like are the objects that one may have become.
func (l *lossFinder) like(o *schema.Object) []*schema.Object {
	if o.Place > 0 {
		table := o.Parent
		if up := l.before.Objects[o.Parent]; up != nil && l.after.Objects[o.Parent] == nil {
			if is := l.became(up); is != nil {
				table = is.Key()
			}
		}
		return l.columns[table]
	}
	var list []*schema.Object
	for _, is := range l.after.Objects {
		if is.Kind == o.Kind && len(is.Path) == len(o.Path) {
			list = append(list, is)
		}
	}
	slices.SortFunc(list, func(a, b *schema.Object) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// below finds the columns that a plan does not speak of: those that a table which got another name does not have any more, and those that were dropped and made again.
func (l *lossFinder) below() {
	for _, o := range l.before.Objects {
		table := l.before.Objects[o.Parent]
		if o.Place == 0 || table == nil {
			continue
		}
		again := l.after.Objects[o.Key()]
		switch is := l.became(table); {
		case is != nil:
			there := slices.ContainsFunc(l.columns[is.Key()], func(c *schema.Object) bool {
				if o.Ident != "" {
					return c.Ident == o.Ident
				}
				return c.Base() == o.Base()
			})
			if !there && l.became(o) == nil {
				l.lost("the column "+strings.Join(o.Path, "."), o)
			}
		case again != nil && l.madeAgain(o, again, table):
			l.lost("the column "+strings.Join(o.Path, ".")+", which is dropped, and another has its name", o)
		}
	}
}

// madeAgain reports whether a column is another one than before, under the same name in the same table: by what the database knows it by, or else by what a statement says.
func (l *lossFinder) madeAgain(o, again, table *schema.Object) bool {
	if o.Ident != "" {
		is := l.after.Objects[table.Key()]
		return again.Ident != o.Ident && l.now[identity(o)] == nil && is != nil && is.Ident == table.Ident
	}
	return slices.ContainsFunc(l.said, func(st parser.Statement) bool {
		return hasWord(st.Text, "alter") && hasWord(st.Text, strings.ToLower(table.Base())) && dropsColumn(st.Text, strings.ToLower(o.Base()))
	})
}

// dropsColumn reports whether a text has DROP, or DROP COLUMN, and then a name.
func dropsColumn(text, name string) bool {
	if !strings.Contains(text, "drop") || !strings.Contains(text, name) {
		return false
	}
	drop := false
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("(),;`\"[]", r) }) {
		switch {
		case word == "drop":
			drop = true
		case drop && (word == "column" || word == "if" || word == "exists"):
		case drop && word == name:
			return true
		default:
			drop = false
		}
	}
	return false
}

// lost notes a loss, with the statement that brings it about, if there is one only that may.
func (l *lossFinder) lost(what string, o *schema.Object) {
	loss := Loss{What: what}
	if o != nil {
		found := slices.DeleteFunc(slices.Clone(l.said), func(st parser.Statement) bool { return !l.drops(st.Text, o) })
		if len(found) > 1 {
			found = slices.DeleteFunc(found, func(st parser.Statement) bool { return !hasWord(st.Text, "drop") })
		}
		if len(found) == 1 {
			loss.Pos = found[0].Pos
		}
	}
	l.list = append(l.list, loss)
}

// drops reports whether a statement drops or alters something and has the object's name, and for a column one of its table's as well.
func (l *lossFinder) drops(text string, o *schema.Object) bool {
	if !hasWord(text, "drop") && !hasWord(text, "alter") || !hasWord(text, strings.ToLower(o.Base())) {
		return false
	}
	table := l.before.Objects[o.Parent]
	if o.Place == 0 || table == nil || hasWord(text, strings.ToLower(table.Base())) {
		return true
	}
	is := l.became(table)
	return is != nil && hasWord(text, strings.ToLower(is.Base()))
}

// hasWord reports whether a text has a word, and not only as a part of another one.
func hasWord(text, word string) bool {
	part := func(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }
	for rest := text; word != ""; {
		i := strings.Index(rest, word)
		if i < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(rest[:i])
		after, _ := utf8.DecodeRuneInString(rest[i+len(word):])
		if !part(before) && !part(after) {
			return true
		}
		rest = rest[i+len(word):]
	}
	return false
}
