package autogen

import (
	"fmt"
	"slices"
	"strings"

	"revise/drivers"
	"revise/parser"
)

// What can be forbidden.
const (
	DataLoss     = "data-loss"    // an upgrade loses data
	Rewrite      = "rewrite"      // an upgrade writes all rows of a table anew that was there before
	Lock         = "lock"         // an upgrade keeps others from reading or writing such a table
	Irreversible = "irreversible" // there is no downgrade
)

// Policies are the words for what can be forbidden.
func Policies() []string { return []string{DataLoss, Rewrite, Lock, Irreversible} }

// allowKey is the header line by which a file says that it may.
const allowKey = "allow"

// policies reads what is forbidden, and finds what is wrong with what files allow themselves.
func policies(forbid []string, revs []*parser.Revision) (map[string]bool, error) {
	set := map[string]bool{}
	for _, word := range forbid {
		if !slices.Contains(Policies(), word) {
			return nil, fmt.Errorf("%q cannot be forbidden; known are %s", word, strings.Join(Policies(), ", "))
		}
		set[word] = true
	}
	var mistakes parser.ErrorList
	for _, rev := range revs {
		for _, a := range rev.Annotations {
			if !strings.EqualFold(a.Key, allowKey) {
				continue
			}
			word, why := allowed(a)
			switch {
			case !slices.Contains(Policies(), word):
				e := mistakes.Add(a.Pos, "%q is nothing that can be allowed", word)
				e.Hint = "known are " + strings.Join(Policies(), ", ")
			case why == "":
				e := mistakes.Add(a.Pos, "%s is allowed here without a reason", word)
				e.Hint = "write it behind a comma: " + allowLine(word)
			}
		}
	}
	return set, mistakes.Err()
}

// allowed reads what a header line allows, and why.
func allowed(a parser.Annotation) (word, why string) {
	word, why, _ = strings.Cut(a.Value, ",")
	return strings.TrimSpace(word), strings.TrimSpace(why)
}

// allowLine is the header line that allows something.
func allowLine(word string) string { return "-- " + allowKey + ": " + word + ", WHY" }

// Hint says how a broken policy is overridden; "" for another fault.
func (f Fault) Hint() string {
	if f.Policy == "" {
		return ""
	}
	return "to allow it, write into the header of the file: " + allowLine(f.Policy)
}

// judge notes the policies that a revision breaks and does not override.
func (v *verification) judge(p *Proof) {
	allows := map[string]bool{}
	for _, a := range p.Revision.Annotations {
		if strings.EqualFold(a.Key, allowKey) {
			word, _ := allowed(a)
			allows[word] = true
		}
	}
	broken := func(policy string, pos parser.Position, what string) {
		if v.forbid[policy] && !allows[policy] {
			p.fault(Fault{Kind: Forbidden, Pos: pos, Policy: policy, What: what})
		}
	}
	up := v.place(p.Revision, parser.Upgrade)
	for _, l := range p.Losses {
		pos := l.Pos
		if !pos.IsValid() {
			pos = up
		}
		broken(DataLoss, pos, "it loses "+l.What)
	}
	for _, e := range p.Effects {
		for _, table := range e.Rewrites {
			broken(Rewrite, e.Pos, "it rewrites the table "+table)
		}
	}
	for _, e := range p.Effects {
		for _, l := range e.Locks {
			broken(Lock, e.Pos, LockText(l))
		}
	}
	if p.Irreversible {
		broken(Irreversible, p.Revision.ID.Pos, "there is no downgrade")
	}
}

// LockText is a lock in words.
func LockText(l drivers.Lock) string {
	text := l.Mode + " on " + l.Table
	if l.Blocks != "" {
		text += " (blocks " + l.Blocks + ")"
	}
	return text
}

// place is where a section of a revision begins, else its header.
func (v *verification) place(rev *parser.Revision, kind parser.Kind) parser.Position {
	if s := rev.Section(kind, v.site.Driver.Name()); s != nil {
		return s.Pos
	}
	return rev.ID.Pos
}
