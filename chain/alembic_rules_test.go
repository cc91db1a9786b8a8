package chain_test

import (
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"revise/chain"
	"revise/parser"
)

// A verdict is what both sides say to a question.
type verdict struct {
	question
	ours, theirs outcome
	answer       answer
	same         bool
}

func (q question) verdict(t *testing.T, p *peer) verdict {
	v := verdict{question: q, ours: q.ours(t)}
	v.answer, v.theirs = q.theirs(p)
	if v.ours.err != nil || v.theirs.err != nil {
		v.same = v.ours.err != nil && v.theirs.err != nil
		return v
	}
	v.same = v.sameRun() && names(v.ours.after) == names(v.theirs.after) && v.sameRows()
	return v
}

func (v verdict) sameRun() bool { return sorted(v.ours.ran) == sorted(v.theirs.ran) }

func (v verdict) sameRows() bool {
	return v.answer.Rows == nil || sorted(v.answer.Rows) == sorted(strings.Fields(ids(v.chain.Current(v.ours.after))))
}

// rule is the name of the first difference that explains the verdict.
func (v verdict) rule() string {
	for _, d := range differences {
		if d.is(v) {
			return d.name
		}
	}
	return ""
}

// differences are the rules by which we answer otherwise than Alembic, on purpose. Each says of what it takes in that it is this
// difference and that ours is right; none is there for the rest.
var differences = []struct {
	name string
	why  string
	is   func(v verdict) bool
}{
	{"up-base", "up to below every revision: Alembic does nothing, we say that no way up leads there",
		func(v verdict) bool {
			return v.command == "up" && refuses[*chain.TargetError](v, "no way up leads to") && v.theirs.err == nil && len(v.theirs.ran) == 0
		}},
	{"below-base", "steps down from base: Alembic stays there or steps down from the heads, we say that nothing is below",
		func(v verdict) bool {
			return refuses[*chain.StepsError](v, "nothing lies below") && strings.Contains(v.targets[0], "base-")
		}},
	{"first-row", "-N with several revisions to choose from: Alembic warns and takes the first row of its table, we ask",
		func(v verdict) bool {
			return v.command == "down" && refuses[*chain.ChoiceError](v, "could be taken back") && len(v.answer.Warnings) > 0
		}},
	{"step-with-needs", "+N and -N where a step takes more than one revision: Alembic runs all of it, we ask which is to be next",
		func(v verdict) bool {
			return refuses[*chain.ChoiceError](v, " could be ") && v.theirs.err == nil && v.more(v.theirs.ran)
		}},
	{"steps-within-rows", "users@+N and users@-N where the branch stands at several revisions: Alembic sees those that are rows only, we ask",
		func(v verdict) bool {
			return refuses[*chain.ChoiceError](v, " could be ") && v.theirs.err == nil && v.exact(v.theirs.ran) && v.stands() > 1
		}},
	{"steps-count-revisions", "+N and -N are N revisions of the branch, each the only one that could be; Alembic walks N edges and runs what that takes",
		func(v verdict) bool {
			return v.ours.err == nil && v.theirs.err == nil && v.exact(v.ours.ran) && !v.exact(v.theirs.ran)
		}},
	{"steps-only-way", "+N and -N where only one revision could be next: Alembic gives up at a second edge, row or parent",
		func(v verdict) bool {
			return v.ours.err == nil && v.exact(v.ours.ran) &&
				(v.says("Ambiguous walk") || v.says("Ambiguous upgrade from multiple") || v.says("didn't produce"))
		}},
	{"branch-end", "users@-N ends where other lines stand on the branch: Alembic takes these back as well",
		func(v verdict) bool {
			return v.command == "down" && refuses[*chain.StepsError](v, " alone") && v.theirs.err == nil
		}},
	{"down-heads", "down to users@head or to heads: Alembic forgets the branch, and takes one target only",
		func(v verdict) bool {
			return v.command == "down" && v.ours.err == nil && v.says("Multiple head revisions") && strings.Contains(v.targets[0], "head")
		}},
	{"walk-in-branch", "users@ before steps from a revision: Alembic does not keep steps down to the branch",
		func(v verdict) bool {
			return v.ours.err == nil && v.says("Ambiguous walk") && stepsDown.MatchString(v.targets[0])
		}},
	{"down-nothing", "down to what is applied and nothing stands on: Alembic refuses it unless it is a row, we have nothing to do",
		func(v verdict) bool {
			return v.command == "down" && v.ours.err == nil && len(v.ours.ran) == 0 &&
				(v.says("is not a valid downgrade target") || v.says("Not a valid downgrade target"))
		}},
	{"down-branch-above", "users@ before a target below whose branch several lines begin: Alembic looks for them below the branch's own revision only",
		func(v verdict) bool {
			return v.command == "down" && v.ours.err == nil && len(v.ours.ran) > 0 && v.says("Not a valid downgrade target") && strings.Contains(v.targets[0], "@")
		}},
	{"other-branch", "a target of another branch than the one before it: Alembic does not look, we do",
		func(v verdict) bool {
			return (v.command == "down" || v.command == "up" && stepsUp.MatchString(v.targets[0])) && refuses[*chain.BranchError](v, "is not of branch") && v.theirs.err == nil
		}},
	{"down-one-base", "steps that end below one base: Alembic goes down to all bases, of the branch if there is one, we take back what stands on that base",
		func(v verdict) bool {
			return v.command == "down" && v.ours.err == nil && v.theirs.err == nil && fromRevision.MatchString(v.targets[0]) &&
				isPart(v.ours.ran, v.theirs.ran) && v.bases(v.ours.ran) < v.bases(v.theirs.ran)
		}},
	{"own-heads", "up to users@heads, and a history to there, where one of these depends on another: Alembic calls that an overlap",
		func(v verdict) bool {
			return v.ours.err == nil && v.says("overlaps with other requested") && strings.HasSuffix(v.targets[0], "@heads")
		}},
	{"table-breaks", "the same plan, or one that differs by steps-count-revisions, but Alembic's table cannot follow it: a revision depends on what it stands on",
		func(v verdict) bool {
			return (v.answer.Error == "KeyError" || v.answer.Error == "AssertionError") && v.ours.err == nil && len(v.ours.ran) > 0 &&
				(v.sameRun() || v.exact(v.ours.ran) && v.more(v.theirs.ran))
		}},
	{"table-doubles", "the same is applied, but Alembic's table keeps rows that others stand on",
		func(v verdict) bool {
			return v.ours.err == nil && v.theirs.err == nil && names(v.ours.after) == names(v.theirs.after) && !v.sameRows() && v.extraRows()
		}},
	{"stamp-overlap", "stamp of two targets of which one stands on the other: Alembic writes both rows, or breaks; we say so",
		func(v verdict) bool {
			return v.stamps() && refuses[*chain.OverlapError](v, "lies below it")
		}},
	{"stamp-twice", "stamp of one revision under two names: Alembic breaks",
		func(v verdict) bool {
			return v.stamps() && v.ours.err == nil && v.says("AssertionError") && v.twice()
		}},
	{"stamp-base-too", "stamp of base among other targets: Alembic passes over base",
		func(v verdict) bool {
			return v.command == "stamp" && v.ours.err == nil && v.theirs.err == nil && len(v.targets) > 1 &&
				slices.ContainsFunc(v.targets, func(t string) bool { return t == "base" || strings.HasSuffix(t, "@base") }) &&
				isPart(slices.Collect(maps.Keys(v.ours.after)), slices.Collect(maps.Keys(v.theirs.after)))
		}},
	{"stamp-loses", "stamp of several revisions: Alembic moves the same row twice, and breaks or loses one of them",
		func(v verdict) bool {
			return v.command == "stamp" && v.ours.err == nil && (v.says("KeyError") || v.theirs.err == nil && v.loses())
		}},
	{"stamp-lines", "a stamp moves one line: Alembic forgets the lines that the row it moves stood for as well",
		func(v verdict) bool {
			return v.command == "stamp" && v.ours.err == nil && v.theirs.err == nil && v.keepsLines()
		}},
	{"current-implied", "current: Alembic also shows where a line ends that stands only because another line depends on it",
		func(v verdict) bool {
			return v.command == "current" && v.theirs.err == nil && v.ends(v.theirs.ran)
		}},
	{"history-nothing-applied", "current where nothing is applied is below everything; Alembic takes it for an end that is left out",
		func(v verdict) bool {
			return v.command == "history" && len(v.before) == 0 && strings.Contains(v.targets[0], "current") && v.theirs.err == nil &&
				(len(v.ours.ran) == 0 || refuses[*chain.RangeError](v, "current does not stand on"))
		}},
	{"history-steps", "-N: and :+N are so many steps from the other end on every way; Alembic walks one way only, and -N: down from the heads of the files",
		func(v verdict) bool {
			return v.command == "history" && v.ours.err == nil && v.atMost()
		}},
	{"history-other-branch", "users@base: with a high end of another branch: Alembic shows nothing or something else, we say so",
		func(v verdict) bool {
			return v.command == "history" && refuses[*chain.BranchError](v, "is not of branch") && strings.Contains(v.targets[0], "@base:") && v.theirs.err == nil
		}},
	{"history-revision-branch", "a revision before the @ of a low end: Alembic breaks unless it is of one label, and takes the branch of that label then",
		func(v verdict) bool {
			low, _, _ := strings.Cut(v.targets[0], ":")
			return v.command == "history" && v.ours.err == nil && (v.says("AssertionError") || v.theirs.err == nil) &&
				strings.Contains(low, "@") && v.chain.Get(branchOf(low)) != nil
		}},
	{"history-sort", "the same range, but Alembic cannot bring it into an order: its heads stand on each other or on what only depends on the low end",
		func(v verdict) bool {
			return v.command == "history" && v.ours.err == nil && v.says("AssertionError") && v.inRange()
		}},
	{"history-branch-base", "users@base: begins at the branch's base; Alembic leaves out high ends that have not got the label or are depended on",
		func(v verdict) bool {
			return v.command == "history" && v.ours.err == nil && v.theirs.err == nil && isPart(v.theirs.ran, v.ours.ran) && v.inBranch()
		}},
	{"history-branch-filter", "users@ae10: begins at ae10; Alembic also leaves out what has not got the label, or refuses it",
		func(v verdict) bool {
			low, high, _ := strings.Cut(v.targets[0], ":")
			_, name, ok := strings.Cut(low, "@")
			if v.command != "history" || v.ours.err != nil || !ok || name == "base" {
				return false
			}
			revs, err := v.chain.Range(v.before, name+":"+high)
			return err == nil && ids(revs) == strings.Join(v.ours.ran, " ")
		}},
	{"show-heads", "heads: Alembic leaves out those that another line depends on",
		func(v verdict) bool {
			return v.command == "show" && v.targets[0] == "heads" && sorted(v.theirs.ran) == sorted(strings.Fields(ids(v.chain.Tips())))
		}},
}

func branchOf(target string) string {
	branch, _, _ := strings.Cut(target, "@")
	return branch
}

// atMost reports that one end of a range is steps from the other, and that ours is all that is so many steps from there.
func (v verdict) atMost() bool {
	low, high, _ := strings.Cut(v.targets[0], ":")
	from, steps, on := high, fromApplied.FindStringSubmatch(low), v.chain.Parents
	if steps == nil {
		from, steps, on = low, fromApplied.FindStringSubmatch(high), v.chain.Children
	}
	if steps == nil {
		return false
	}
	var edge []*parser.Revision
	n := int(steps[2][0] - '0')
	branch, _, ok := strings.Cut(from, "@")
	switch {
	case from == "current":
		edge = v.chain.Current(v.before)
	case from == "" && from == high:
		edge = v.chain.Heads()
	case from == "":
	default:
		edge, _ = v.chain.FindAll(from)
	}
	if low == from && len(edge) == 0 {
		edge, n = v.chain.Bases(), n-1
	}
	inside := func(r *parser.Revision) bool {
		return (!ok || v.lineage(branch)[r.ID.Name]) && (steps[1] == "" || v.lineage(steps[1])[r.ID.Name])
	}
	set := map[string]bool{}
	for ; n >= 0; n-- {
		var next []*parser.Revision
		for _, r := range edge {
			if inside(r) {
				set[r.ID.Name] = true
				next = append(next, on(r.ID.Name)...)
			}
		}
		edge = next
	}
	return len(set) == len(v.ours.ran) && !slices.ContainsFunc(v.ours.ran, func(id string) bool { return !set[id] })
}

// inRange reports that ours is what revises the low end, as far as the high end needs it.
func (v verdict) inRange() bool {
	low, high, _ := strings.Cut(v.targets[0], ":")
	above := reach(v.end(low, v.chain.Bases()), v.chain.Children)
	needed := reach(v.end(high, v.chain.Heads()), v.needs)
	n := 0
	for id := range above {
		if needed[id] {
			if n++; !slices.Contains(v.ours.ran, id) {
				return false
			}
		}
	}
	return n == len(v.ours.ran)
}

// inBranch reports that the low end is the base of a branch, and ours is what the high ends of this branch need.
func (v verdict) inBranch() bool {
	low, high, _ := strings.Cut(v.targets[0], ":")
	branch, ok := strings.CutSuffix(low, "@base")
	if !ok {
		return false
	}
	ends := slices.DeleteFunc(v.end(high, v.chain.Heads()), func(r *parser.Revision) bool { return !v.lineage(branch)[r.ID.Name] })
	needed := reach(ends, v.needs)
	return len(needed) == len(v.ours.ran) && !slices.ContainsFunc(v.ours.ran, func(id string) bool { return !needed[id] })
}

// end is what an end of a range means.
func (v verdict) end(name string, absent []*parser.Revision) []*parser.Revision {
	switch name {
	case "":
		return absent
	case "current":
		return v.chain.Current(v.before)
	}
	revs, _ := v.chain.FindAll(name)
	return revs
}

func (v verdict) needs(id string) []*parser.Revision {
	return slices.Concat(v.chain.Parents(id), v.chain.Dependencies(id))
}

// stands counts the revisions at which the branch of +N or -N stands.
func (v verdict) stands() int {
	own := v.lineage(branchOf(v.targets[0]))
	n := 0
	for id := range own {
		if v.before[id] && !slices.ContainsFunc(v.users(id), func(u *parser.Revision) bool { return v.before[u.ID.Name] && own[u.ID.Name] }) {
			n++
		}
	}
	return n
}

func isPart(part, whole []string) bool {
	return !slices.ContainsFunc(part, func(id string) bool { return !slices.Contains(whole, id) })
}

// ends reports that these are the applied revisions without an applied child.
func (v verdict) ends(list []string) bool {
	n := 0
	for id := range v.before {
		if slices.ContainsFunc(v.chain.Children(id), func(r *parser.Revision) bool { return v.before[r.ID.Name] }) {
			continue
		}
		if n++; !slices.Contains(list, id) {
			return false
		}
	}
	return n == len(list)
}

// refuses reports that our error is of this type and says so.
func refuses[T error](v verdict, text string) bool {
	var e T
	return errors.As(v.ours.err, &e) && strings.Contains(e.Error(), text)
}

func (v verdict) stamps() bool { return strings.HasPrefix(v.command, "stamp") }

// extraRows reports that the table has all rows that it should, and besides only such as these stand on.
func (v verdict) extraRows() bool {
	for _, r := range v.chain.Current(v.ours.after) {
		if !slices.Contains(v.answer.Rows, r.ID.Name) {
			return false
		}
	}
	return true
}

// loses reports that after Alembic's stamp something is not applied that was asked for.
func (v verdict) loses() bool {
	for _, target := range v.targets {
		revs, _ := v.chain.FindAll(target)
		for _, r := range revs {
			if !v.theirs.after[r.ID.Name] {
				return len(v.targets)+len(revs) > 2
			}
		}
	}
	return false
}

func (v verdict) bases(ran []string) int {
	n := 0
	for _, id := range ran {
		if len(v.chain.Parents(id)) == 0 {
			n++
		}
	}
	return n
}

// twice reports that two targets name one revision.
func (v verdict) twice() bool {
	seen := map[string]bool{}
	for _, target := range v.targets {
		revs, _ := v.chain.FindAll(target)
		for _, r := range revs {
			if seen[r.ID.Name] {
				return true
			}
			seen[r.ID.Name] = true
		}
	}
	return false
}

// keepsLines reports that we keep more, and that all of it was applied and stands on no target.
func (v verdict) keepsLines() bool {
	above := map[string]bool{}
	for _, target := range v.targets {
		revs, err := v.chain.FindAll(target)
		if branch, base, ok := strings.Cut(target, "@"); err == nil && ok && base == "base" {
			revs = []*parser.Revision{v.found(branch)}
			above[v.found(branch).ID.Name] = true
		}
		for _, r := range revs {
			for id := range reach(v.users(r.ID.Name), v.users) {
				above[id] = true
			}
		}
	}
	for id := range v.theirs.after {
		if !v.ours.after[id] {
			return false
		}
	}
	more := false
	for id := range v.ours.after {
		if v.theirs.after[id] {
			continue
		}
		if more = true; !v.before[id] || above[id] {
			return false
		}
	}
	return more
}

func (v verdict) found(name string) *parser.Revision {
	r, err := v.chain.Find(name)
	if err != nil {
		panic(err)
	}
	return r
}

func (v verdict) users(id string) []*parser.Revision {
	return slices.Concat(v.chain.Children(id), v.chain.Dependents(id))
}

var fromApplied = regexp.MustCompile(`^(?:(.+)@)?[+-](\d+)$`)

var (
	fromRevision = regexp.MustCompile(`\w-\d+$`)
	stepsDown    = regexp.MustCompile(`@.+-\d+$`)
	stepsUp      = regexp.MustCompile(`@.+\+\d+$`)
)

// exact reports whether the target is +N or -N, and this runs N revisions of the branch.
func (v verdict) exact(ran []string) bool {
	n, ran := v.ofBranch(ran)
	return n > 0 && n == len(ran)
}

// more reports whether the target is +N or -N, and this runs more than N revisions of the branch.
func (v verdict) more(ran []string) bool {
	n, ran := v.ofBranch(ran)
	return n > 0 && n < len(ran)
}

// ofBranch returns the number of steps that the target asks for and the revisions that are of its branch.
func (v verdict) ofBranch(ran []string) (int, []string) {
	m := fromApplied.FindStringSubmatch(v.targets[0])
	if m == nil || v.command != "up" && v.command != "down" {
		return 0, nil
	}
	var own []string
	for _, id := range ran {
		if m[1] == "" || v.lineage(m[1])[id] {
			own = append(own, id)
		}
	}
	return int(m[2][0] - '0'), own
}

// lineage is what a branch is made of, by brute force.
func (v verdict) lineage(name string) map[string]bool {
	r, err := v.chain.Find(name)
	if err != nil {
		return nil
	}
	set := reach([]*parser.Revision{r}, v.chain.Parents)
	for id := range reach([]*parser.Revision{r}, v.chain.Children) {
		set[id] = true
	}
	return set
}

func (v verdict) says(text string) bool {
	return v.theirs.err != nil && strings.Contains(v.theirs.err.Error(), text)
}
