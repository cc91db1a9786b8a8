package chain

import (
	"fmt"
	"strings"

	"revise/parser"
)

// Every error of a target says in one line what is the matter, and has a Hint that says what to type instead, if there is
// something; the hint is not part of the message. Mistakes in files are parser.Errors.

// An UnknownError says that no revision or label has a name.
type UnknownError struct {
	Name  string
	Near  []string // ids and labels that may have been meant, the nearest first
	Short bool     // ids begin with Name, but it is too short for a prefix

	steps    string   // the command for that many steps, if the name is a number
	commands []string // with Near in place of Name
	all      string   // the command that shows all there are
}

func (e *UnknownError) Error() string {
	return fmt.Sprintf("no revision or label is called %q", e.Name)
}

// Hint names what may have been meant.
func (e *UnknownError) Hint() string {
	switch {
	case e.steps != "" && (len(e.Near) == 0 || len(e.Name) < shortest):
		return fmt.Sprintf("for %s: %s", plural(number(e.Name), "step"), e.steps)
	case e.Short && len(e.commands) > 0:
		return fmt.Sprintf("of an id at least %d characters are needed: %s", shortest, either(e.commands))
	case e.Short:
		return fmt.Sprintf("of an id at least %d characters are needed: %s", shortest, either(e.Near))
	case len(e.commands) > 0:
		return "did you mean " + either(e.commands) + "?"
	case len(e.Near) > 0:
		return "did you mean " + either(e.Near) + "?"
	case e.all != "":
		return "to see all of them: " + e.all
	}
	return ""
}

// suggest adds to an error about a name of a target the commands that may have been meant. with gives the target with another name.
func (t target) suggest(err error, with func(name string) string) error {
	if t.command.isNone() {
		return err
	}
	switch e := err.(type) {
	case *UnknownError:
		var targets []string
		for _, name := range e.Near {
			targets = append(targets, with(name))
		}
		e.commands, e.all = t.command.all(targets), history
	case *AmbiguousError:
		var targets []string
		for _, r := range e.Candidates[:min(len(e.Candidates), shown)] {
			targets = append(targets, with(r.ID.Name))
		}
		e.commands = t.command.all(targets)
	case *ReplacedError:
		e.command = t.command.first(with(e.By.ID.Name))
	case *BranchError:
		e.hint = t.command.otherwise()
		if command := t.command.first(t.as("", e.Revision.ID.Name)); command != "" {
			e.hint = "without the branch: " + command
		}
	}
	return err
}

// A ReplacedError says that a squash stands in the place of a revision: a database can be before it or behind it, not within.
type ReplacedError struct {
	ID string
	By *parser.Revision

	command string
}

func (e *ReplacedError) Error() string {
	return fmt.Sprintf("revision %s is part of the squash %s", e.ID, listed([]*parser.Revision{e.By}))
}

// Hint gives the command for the squash.
func (e *ReplacedError) Hint() string {
	if e.command == "" {
		return "the squash is called " + e.By.ID.Name
	}
	return "for all of it: " + e.command
}

// otherwise is the hint where no target would be accepted.
func (c command) otherwise() string {
	switch {
	case c.isNone():
		return ""
	case strings.HasPrefix(c.before, history):
		return "to see all of them: " + history
	}
	return seeApplied
}

// meantSteps adds to an error about a number alone, which means steps only on the way down, how to say steps.
func meantSteps(err error, t target) error {
	if e, ok := err.(*UnknownError); ok && isNumber(t.text) && number(t.text) > 0 {
		e.steps = runUp + "+" + t.text
	}
	return err
}

// An AmbiguousError says that a prefix fits several ids.
type AmbiguousError struct {
	Name       string
	Candidates []*parser.Revision // by id

	commands []string // for the first of them
}

func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("%q fits %d revisions: %s", e.Name, len(e.Candidates), listed(e.Candidates))
}

// Hint says how to be clearer.
func (e *AmbiguousError) Hint() string {
	if len(e.commands) == 0 {
		return "write more of the id"
	}
	return "write more of the id: " + either(e.commands)
}

// A HeadsError says that a target means the one head where there are several, or none.
type HeadsError struct {
	Target string
	Heads  []*parser.Revision

	hint string
}

func (e *HeadsError) Error() string {
	if len(e.Heads) == 0 {
		return fmt.Sprintf("%s means no revision: there are none", e.Target)
	}
	return fmt.Sprintf("%s is ambiguous: there are %d heads: %s", e.Target, len(e.Heads), listed(e.Heads))
}

// Hint gives the command for all heads, and for one.
func (e *HeadsError) Hint() string { return e.hint }

// headsError reports that t means one of these heads.
func (t target) headsError(heads []*parser.Revision) *HeadsError {
	e := &HeadsError{Target: t.text, Heads: heads}
	var names []string
	for _, r := range heads[:min(len(heads), shown)] {
		names = append(names, r.ID.Name)
	}
	one, all := t.command.first(names...), ""
	if t.command.several && len(heads) > 0 {
		heads := wordHeads
		if t.branch != "" {
			heads = t.branch + "@" + wordHeads
		}
		all = t.command.first(heads)
	}
	switch {
	case len(heads) == 0 && !t.command.isNone():
		e.hint = "to write the first: revise new MESSAGE"
	case one != "" && all != "":
		e.hint = fmt.Sprintf("for all of them: %s; for one: %s", all, one)
	case one != "":
		e.hint = "name one of them: " + one
	case len(heads) > 0:
		e.hint = t.command.otherwise()
	}
	return e
}

// A BranchError says that a revision is not in the lineage of the branch it was named with.
type BranchError struct {
	Branch   string
	Revision *parser.Revision

	hint string
}

func (e *BranchError) Error() string {
	return fmt.Sprintf("revision %s is not of branch %s", listed([]*parser.Revision{e.Revision}), e.Branch)
}

// Hint gives the command for the revision alone.
func (e *BranchError) Hint() string { return e.hint }

// A ChoiceError says that steps come to a point where there is more than one way to go on.
type ChoiceError struct {
	Target     string
	After      *parser.Revision // the last step that was clear; nil if it was the first that was not
	Candidates []*parser.Revision
	Commands   []string // what would name each of the first candidates, as far as something does

	what string
	hint string
}

func (e *ChoiceError) Error() string {
	after := ""
	if e.After != nil {
		after = "after " + listed([]*parser.Revision{e.After}) + " "
	}
	return fmt.Sprintf("%s is ambiguous: %s%s: %s", e.Target, after, e.what, listed(e.Candidates))
}

// Hint gives the commands that say which way.
func (e *ChoiceError) Hint() string { return e.hint }

func sayWhich(commands []string, c command) string {
	if len(commands) == 0 {
		return c.otherwise()
	}
	return "say which: " + either(commands)
}

// A StepsError says that a target is more steps away than there are.
type StepsError struct {
	Target string
	Left   int    // how many steps there are
	Branch string // of which branch; empty: of all

	what string
	hint string
}

func (e *StepsError) Error() string { return e.Target + " goes too far: " + e.what }

// Hint gives the command that goes as far as there is a way, or the one that says what is applied.
func (e *StepsError) Hint() string { return e.hint }

const allTheWay = "to go all the way: "

// A NotAppliedError says that a way down ends at a revision that is not applied.
type NotAppliedError struct {
	Target    string
	Revisions []*parser.Revision
}

func (e *NotAppliedError) Error() string {
	if len(e.Revisions) == 1 {
		return fmt.Sprintf("no way down leads to %s: revision %s is not applied", e.Target, listed(e.Revisions))
	}
	return fmt.Sprintf("no way down leads to %s: %d revisions are not applied: %s", e.Target, len(e.Revisions), listed(e.Revisions))
}

// Hint gives the way up, and the command that says what is applied.
func (e *NotAppliedError) Hint() string {
	return "to go up there: " + runUp + e.Target + "; " + seeApplied
}

// An OverlapError says that of two targets for a stamp one stands on the other.
type OverlapError struct {
	Target string           // the upper one
	Below  *parser.Revision // what the other means

	command string
}

func (e *OverlapError) Error() string {
	return fmt.Sprintf("the database cannot be at %s and at revision %s, which lies below it", e.Target, listed([]*parser.Revision{e.Below}))
}

// Hint gives the command without the target that lies below, which is marked with what stands on it.
func (e *OverlapError) Hint() string { return "what lies below is marked too: " + e.command }

// A RangeError says that the high end of a range does not need the low end.
type RangeError struct {
	Low  []*parser.Revision
	High string

	hint string
}

func (e *RangeError) Error() string {
	return fmt.Sprintf("%s does not stand on %s", e.High, listed(e.Low))
}

// Hint gives a range that is one.
func (e *RangeError) Hint() string { return e.hint }

// A LedgerError says that the ledger names revisions that no file defines.
type LedgerError struct {
	IDs []string // sorted
}

func (e *LedgerError) Error() string {
	if len(e.IDs) == 1 {
		return fmt.Sprintf("the ledger names revision %s, which no file defines", e.IDs[0])
	}
	return fmt.Sprintf("the ledger names %d revisions that no file defines: %s", len(e.IDs), strings.Join(e.IDs, ", "))
}

// Hint says where the file may be.
func (e *LedgerError) Hint() string {
	return "these files may be older than the database: use those it was last upgraded with"
}

// A TargetError says that a text is no target, or none for this command.
type TargetError struct {
	Target string
	Msg    string

	hint string
}

func (e *TargetError) Error() string { return e.Msg }

// Hint says what to type instead; it may be empty.
func (e *TargetError) Hint() string { return e.hint }

const seeApplied = "to see what is applied: revise run current"

const shown = 5 // commands in a message

// listed names revisions with their files.
func listed(revs []*parser.Revision) string {
	var names []string
	for _, r := range revs {
		name := r.ID.Name
		if r.File != "" {
			name += " (" + r.File + ")"
		}
		names = append(names, name)
	}
	return parser.Some(names, ", and")
}

// either joins "a, b or c".
func either(names []string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " or " + names[n-1]
	}
	return strings.Join(names, "")
}

func verb(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// plural gives "1 step", "2 steps".
func plural(n int, noun string) string { return fmt.Sprintf("%d %s", n, noun+verb(n, "", "s")) }

// revisions gives "1 revision is", "2 revisions are".
func revisions(n int, one, many string) string {
	return plural(n, "revision") + " " + verb(n, one, many)
}
