// Package squash makes one revision of several: a base that replaces them. It reads and writes no folder and knows no database.
package squash

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"revise/drivers"
	"revise/parser"
)

// Options decide what the revisions do not agree about. Unset leaves it to them, and where they differ it is a *MixedError.
type Options struct {
	Transaction parser.Switch
	ForeignKeys parser.Switch
}

// A Result is a squash.
type Result struct {
	// Revision has what the revisions had together: sections, labels, variables, and what it replaces. Its id, message and date are the caller's.
	Revision *parser.Revision
	// Notes are what the author should know: what is left out, and what cannot be had.
	Notes []string
	parts []*part
}

// A part is a section of the squash for one database, in the making.
type part struct {
	kind    parser.Kind
	driver  drivers.Driver
	from    []source
	past    []string // revisions whose sections are left out
	section *parser.Section
}

// A source is a section of a revision that goes into a part.
type source struct {
	rev     *parser.Revision
	section *parser.Section
	stmts   []parser.Statement
	err     error  // of cutting it into them
	text    string // that it gives
}

// Of squashes revisions, each behind all that it needs: nothing that they need may be missing. Mistakes in their sections are a parser.ErrorList;
// what keeps them from being one is a *MixedError, a *MissingError or an *UnfitError.
//
// A section runs its statements in the order of the revisions, a downgrade in the opposite one. Between what two revisions say stands "-- +reset", for each
// began with a clean session. BEGIN and COMMIT around a whole section, which a run in a transaction leaves out, are left out.
func Of(revs []*parser.Revision, set drivers.Set, opt Options) (*Result, error) {
	r := &Result{Revision: &parser.Revision{}}
	if err := r.header(revs); err != nil {
		return nil, err
	}
	for _, kind := range []parser.Kind{parser.Upgrade, parser.Downgrade, parser.Verify} {
		if err := r.sections(kind, revs, set, opt); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// header unites what stands in the headers.
func (r *Result) header(revs []*parser.Revision) error {
	to := r.Revision
	var annotated []string
	for _, rev := range revs {
		to.Replaces = append(to.Replaces, parser.Replaced{Ref: parser.Ref{Name: rev.ID.Name}, Of: rev.Replaces})
		for _, label := range rev.Labels {
			to.Labels = append(to.Labels, parser.Ref{Name: label.Name})
		}
		for _, v := range rev.Variables {
			if !parser.Names(to.Variables, v.Name) {
				to.Variables = append(to.Variables, parser.Ref{Name: v.Name})
			}
		}
		if len(rev.Annotations) > 0 {
			annotated = append(annotated, rev.ID.Name)
		}
	}
	if len(annotated) > 0 {
		r.note("header lines of your own are left out, of %s", parser.Some(annotated, " and"))
	}
	return nil
}

func (r *Result) note(format string, args ...any) {
	if note := fmt.Sprintf(format, args...); !slices.Contains(r.Notes, note) {
		r.Notes = append(r.Notes, note)
	}
}

// sections makes those of a kind: one for all databases if it can be.
func (r *Result) sections(kind parser.Kind, revs []*parser.Revision, set drivers.Set, opt Options) error {
	var made []*part
	var without []lack
	var past []string
	for _, driver := range set {
		p := &part{kind: kind, driver: driver}
		if rev := p.collect(revs); rev != nil {
			without = append(without, lack{driver.Name(), rev})
			continue
		}
		for _, id := range p.past {
			if !slices.Contains(past, id) {
				past = append(past, id)
			}
		}
		if kind == parser.Verify && len(p.from) == 0 {
			continue
		}
		if err := p.make(r, opt); err != nil {
			return err
		}
		made = append(made, p)
	}
	if kind == parser.Upgrade && len(made) == 0 {
		return &MissingError{First: revs[0]}
	}
	r.lacking(kind, without, revs, len(set))
	if len(past) > 0 {
		r.note("verify sections are left out where others stand on the revision: %s", parser.Some(past, " and"))
	}
	r.parts = append(r.parts, made...)
	for i, p := range made {
		if slices.ContainsFunc(made[:i], p.alike) {
			continue
		}
		var dialects []string
		for _, other := range made {
			if p.alike(other) {
				dialects = append(dialects, other.driver.Name())
			}
		}
		if len(dialects) < len(set) {
			p.section.Dialects = dialects
		}
		r.Revision.Sections = append(r.Revision.Sections, p.section)
	}
	return nil
}

// A lack is a database for which a revision has no section.
type lack struct {
	dialect string
	rev     *parser.Revision
}

// lacking notes why there is no section for some databases, if one could be expected.
func (r *Result) lacking(kind parser.Kind, without []lack, revs []*parser.Revision, databases int) {
	upgrades := func(dialect string, all bool) bool {
		lacks := func(rev *parser.Revision) bool { return rev.Section(parser.Upgrade, dialect) == nil }
		has := func(rev *parser.Revision) bool { return !lacks(rev) }
		return all && !slices.ContainsFunc(revs, lacks) || !all && slices.ContainsFunc(revs, has)
	}
	dialects := map[*parser.Revision][]string{}
	for _, l := range without {
		if upgrades(l.dialect, kind != parser.Upgrade) {
			dialects[l.rev] = append(dialects[l.rev], l.dialect)
		}
	}
	for _, rev := range revs {
		on := " on " + strings.Join(dialects[rev], ", ")
		switch {
		case len(dialects[rev]) == 0:
			continue
		case len(dialects[rev]) == databases:
			on = ""
		}
		switch {
		case kind == parser.Upgrade:
			r.note("it has no upgrade%s, for %s has none", on, place(rev))
		default:
			r.note("it cannot be taken back%s, for %s cannot", on, place(rev))
		}
	}
}

// collect finds the sections that a part is made of, in the order in which they run, and returns a revision that lacks one.
func (p *part) collect(revs []*parser.Revision) (lacking *parser.Revision) {
	needed := map[string]bool{} // by others
	for _, rev := range revs {
		for _, ref := range slices.Concat(rev.Revises, rev.DependsOn) {
			needed[ref.Name] = true
		}
	}
	for _, rev := range revs {
		sec := rev.Section(p.kind, p.driver.Name())
		label := func(ref parser.Ref) bool { return needed[ref.Name] }
		switch {
		case p.kind == parser.Verify && sec == nil:
		case p.kind == parser.Verify && (needed[rev.ID.Name] || slices.ContainsFunc(rev.Labels, label) || replaces(rev, needed)):
			p.past = append(p.past, rev.ID.Name) // it speaks of what later ones may have changed
		case sec == nil:
			return rev
		default:
			p.from = append(p.from, source{rev: rev, section: sec})
		}
	}
	if p.kind == parser.Downgrade {
		slices.Reverse(p.from)
	}
	return nil
}

// replaces reports whether a revision is a squash of one of these.
func replaces(rev *parser.Revision, ids map[string]bool) (is bool) {
	parser.Each(rev.Replaces, func(gone parser.Replaced) { is = is || ids[gone.Name] })
	return is
}

// alike reports whether two parts can be one section.
func (p *part) alike(other *part) bool {
	a, b := p.section, other.section
	textA, _ := a.Text.String() // in memory
	textB, _ := b.Text.String()
	return textA == textB && a.Settings.Transaction == b.Settings.Transaction && a.Settings.ForeignKeys == b.Settings.ForeignKeys &&
		same(a.Settings.LockTimeout, b.Settings.LockTimeout) && same(a.Settings.StatementTimeout, b.Settings.StatementTimeout)
}

func same(a, b *time.Duration) bool { return a == b || a != nil && b != nil && *a == *b }

// make puts a part together.
func (p *part) make(r *Result, opt Options) error {
	for i := range p.from {
		s := &p.from[i]
		s.stmts, s.err = s.section.Split(p.driver.Dialect())
	}
	settings, err := p.settings(r, opt)
	if err != nil {
		return err
	}
	var b strings.Builder
	var mistakes parser.ErrorList
	for i := range p.from {
		s := &p.from[i]
		err := s.read(p.driver, settings.Transaction != parser.Off)
		if list, ok := err.(parser.ErrorList); ok {
			mistakes = append(mistakes, list...)
			continue
		}
		if err != nil {
			return err
		}
		if err := s.fits(r.Revision.Variables); err != nil {
			return err
		}
		if len(s.stmts) == 0 {
			continue
		}
		if b.Len() > 0 {
			b.WriteString("\n-- +reset\n")
		}
		b.WriteString("-- from " + s.rev.ID.Name)
		if message := strings.Join(strings.Fields(s.rev.Message), " "); message != "" && len(s.rev.Variables)+len(r.Revision.Variables) == 0 {
			b.WriteString(": " + message)
		}
		b.WriteString("\n" + s.text)
	}
	if err := mistakes.Err(); err != nil {
		return err
	}
	p.section = &parser.Section{Kind: p.kind, Settings: settings, Text: parser.InMemory(b.String())}
	return nil
}

// read takes the text of a section that is cut, and leaves BEGIN and COMMIT around all of it out where the runner has its own.
func (s *source) read(driver drivers.Driver, transaction bool) error {
	if s.err != nil {
		return s.err
	}
	text, err := s.section.Text.String()
	if err != nil {
		return err
	}
	if transaction && driver.Syntax().TransactionalDDL {
		t := parser.NewTransaction(driver.Dialect())
		for _, st := range s.stmts {
			t.Add(st)
		}
		begin, err := t.End()
		if err != nil {
			return err
		}
		if begin >= 0 { // what is before it does nothing in a transaction
			last := len(s.stmts) - 1
			text = s.without(text, last)
			for i := begin; i >= 0; i-- {
				text = s.without(text, i)
			}
			s.stmts = s.stmts[begin+1 : last]
		}
	}
	s.text = strings.Trim(text, "\n") + "\n"
	for strings.HasPrefix(s.text, "\r\n") {
		s.text = s.text[2:]
	}
	return nil
}

// without takes a statement out of the section's text, whose beginning up to it is as in the file; with its terminator, and with its line if nothing else stands
// there.
func (s *source) without(text string, n int) string {
	from := s.stmts[n].Pos.Offset - s.section.Start.Offset
	to := from + len(s.stmts[n].Text)
	if rest := strings.TrimLeft(text[to:], " \t"); strings.HasPrefix(rest, ";") {
		to = len(text) - len(rest) + 1
	}
	before := strings.TrimRight(text[:from], " \t")
	if rest := strings.TrimLeft(text[to:], " \t\r"); strings.HasPrefix(rest, "\n") && (before == "" || strings.HasSuffix(before, "\n")) {
		return before + rest[1:]
	}
	return text[:from] + text[to:]
}

// fits makes sure that what is text in a revision is no placeholder for a variable of another.
func (s *source) fits(variables []parser.Ref) error {
	if len(variables) == 0 || len(s.rev.Variables) == 0 && !strings.Contains(s.text, "${") {
		return nil
	}
	if len(s.rev.Variables) == 0 {
		return &UnfitError{Revision: s.rev, why: `has "${" as text, and others declare variables`}
	}
	for _, v := range variables {
		if parser.Names(s.rev.Variables, v.Name) {
			continue
		}
		for _, form := range []string{"${" + v.Name + "}", "${" + v.Name + ":"} {
			if strings.Contains(s.text, form) {
				return &UnfitError{Revision: s.rev, why: fmt.Sprintf("has %q as text, and another declares the variable %s", form, v.Name)}
			}
		}
	}
	return nil
}

// settings are those of all sections of a part that have statements.
func (p *part) settings(r *Result, opt Options) (parser.Settings, error) {
	var all parser.Settings
	var first [2]*parser.Revision // that says the one and the other
	var keys [2]*parser.Revision
	timeouts, seen := true, false
	for _, s := range p.from {
		if s.err != nil || len(s.stmts) == 0 { // mistakes are told when it is read
			continue
		}
		set := s.section.Settings
		note(&first, s.rev, set.Transaction)
		note(&keys, s.rev, set.ForeignKeys)
		if !seen {
			all.LockTimeout, all.StatementTimeout = set.LockTimeout, set.StatementTimeout
		}
		timeouts = timeouts && same(all.LockTimeout, set.LockTimeout) && same(all.StatementTimeout, set.StatementTimeout)
		seen = true
	}
	if !timeouts {
		all.LockTimeout, all.StatementTimeout = nil, nil
		r.note("timeouts are left out, for the revisions have different ones")
	}
	var err error
	if all.Transaction, err = decide("transaction", first, opt.Transaction, p.driver.Syntax().TransactionalDDL); err != nil {
		return all, err
	}
	all.ForeignKeys, err = decide("foreign_keys", keys, opt.ForeignKeys, p.driver.Name() == "sqlite")
	return all, err
}

// note keeps who says on, and who off, first.
func note(first *[2]*parser.Revision, rev *parser.Revision, s parser.Switch) {
	i := 0
	if s == parser.Off {
		i = 1
	}
	if first[i] == nil {
		first[i] = rev
	}
}

// decide is what a setting is for all. Where it means nothing a difference does not matter.
func decide(name string, first [2]*parser.Revision, asked parser.Switch, matters bool) (parser.Switch, error) {
	mixed := first[0] != nil && first[1] != nil
	switch {
	case mixed && asked == parser.Unset && matters:
		return parser.Unset, &MixedError{Setting: name, On: first[0], Off: first[1]}
	case mixed && asked == parser.Off, !mixed && first[1] != nil:
		return parser.Off, nil
	}
	return parser.Unset, nil
}

// Check makes sure that a text that was read again holds what the revisions hold: each statement, in its order, with a clean session where one began. An
// *UnfitError names what does not.
func (r *Result) Check(again *parser.Revision) error {
	for _, p := range r.parts {
		sec := again.Section(p.kind, p.driver.Name())
		if sec == nil {
			return fmt.Errorf("the %s section for %s is not there", p.kind, p.driver.Name())
		}
		got, err := sec.Split(p.driver.Dialect())
		if err != nil {
			return err
		}
		for _, s := range p.from {
			for i, want := range s.stmts {
				if len(got) == 0 || !equal(got[0], want) || got[0].Clean != (want.Clean || i == 0 && len(got) < p.count()) {
					return &UnfitError{Revision: s.rev, why: fmt.Sprintf("reads differently behind the others, on %s, from here on: %s", p.driver.Name(), want.Pos)}
				}
				got = got[1:]
			}
		}
		if len(got) > 0 {
			return fmt.Errorf("%s: this is not of the revisions", got[0].Pos)
		}
	}
	return nil
}

// count is how many statements a part has.
func (p *part) count() (n int) {
	for _, s := range p.from {
		n += len(s.stmts)
	}
	return n
}

func equal(a, b parser.Statement) bool {
	return a.Text == b.Text && a.Copy == b.Copy && a.Data == b.Data && a.Class == b.Class
}

// A MixedError says that revisions do not agree about a setting.
type MixedError struct {
	Setting string
	On, Off *parser.Revision // the first that say so
}

func (e *MixedError) Error() string {
	return fmt.Sprintf("%s says %s off, and %s does not", place(e.Off), e.Setting, place(e.On))
}

// Hint names the flag that decides it.
func (e *MixedError) Hint() string {
	flag := "--" + strings.ReplaceAll(e.Setting, "_", "-")
	if e.Setting == "transaction" {
		return "say what the squash is to be: " + flag + " off journals its statements one by one; or squash what is before it by itself"
	}
	return "say what the squash is to be: " + flag + " off, or on"
}

func place(r *parser.Revision) string { return r.ID.Name + " (" + r.File + ")" }

// A MissingError says that no database is served by all revisions.
type MissingError struct {
	First *parser.Revision
}

func (e *MissingError) Error() string {
	return "no database has an upgrade in all of these revisions, of which the first is " + place(e.First)
}

// Hint says what a squash needs.
func (e *MissingError) Hint() string {
	return "each needs an -- +upgrade section for the database, an empty one if there is nothing to do"
}

// An UnfitError says that a revision cannot be in one file with the others.
type UnfitError struct {
	Revision *parser.Revision
	why      string
}

func (e *UnfitError) Error() string { return place(e.Revision) + " " + e.why }

// Hint says what can be done.
func (e *UnfitError) Hint() string {
	return "squash what is before it by itself, or write the file by hand: docs/file-format.md"
}
