package chain_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"revise/chain"
	"revise/parser"
)

// random makes a chain of up to 24 revisions: lines, branches, merges, several bases, dependencies and labels.
func random(rng *rand.Rand) string {
	n := 1 + rng.IntN(24)
	names := make([]string, n)
	for i, k := range rng.Perm(n) { // the order of ids has nothing to do with that of links
		names[i] = fmt.Sprintf("%c%02x%d", 'a'+k%5, k*37%256, k)
	}
	var words []string
	for i, name := range names {
		pick := func(most int) string {
			var picked []string
			for _, k := range rng.Perm(i)[:min(i, rng.IntN(most+1))] {
				picked = append(picked, names[max(k, i-6)]) // mostly near, so that lines get long
			}
			slices.Sort(picked)
			return strings.Join(slices.Compact(picked), ",")
		}
		word := name
		if parents := pick(2); parents != "" {
			word += ":" + parents
		}
		if rng.IntN(3) == 0 {
			if depends := pick(2); depends != "" {
				word += ">" + depends
			}
		}
		if rng.IntN(5) == 0 {
			word += fmt.Sprintf("#label%d", i)
		}
		words = append(words, word)
	}
	return strings.Join(words, "; ")
}

// state picks applied revisions with all that they need.
func state(c *chain.Chain, rng *rand.Rand) chain.Set {
	set := chain.Set{}
	for range rng.IntN(4) {
		all := c.All()
		for _, r := range c.Ancestors(all[rng.IntN(len(all))].ID.Name) {
			set[r.ID.Name] = true
		}
	}
	return set
}

// run carries out a plan, and fails where a step would not be possible.
func run(t *testing.T, c *chain.Chain, set chain.Set, p chain.Plan) chain.Set {
	t.Helper()
	after := chain.Set{}
	for id := range set {
		after[id] = true
	}
	needs := func(id string) []*parser.Revision { return slices.Concat(c.Parents(id), c.Dependencies(id)) }
	users := func(id string) []*parser.Revision { return slices.Concat(c.Children(id), c.Dependents(id)) }
	for _, s := range p {
		id := s.Revision.ID.Name
		if s.Direction == chain.Up {
			for _, r := range needs(id) {
				if !after[r.ID.Name] {
					t.Fatalf("%v: %s comes before %s, which it needs", p, id, r.ID.Name)
				}
			}
			if after[id] {
				t.Fatalf("%v: %s is applied already", p, id)
			}
			after[id] = true
			continue
		}
		for _, r := range users(id) {
			if after[r.ID.Name] {
				t.Fatalf("%v: %s goes before %s, which needs it", p, id, r.ID.Name)
			}
		}
		if !after[id] {
			t.Fatalf("%v: %s is not applied", p, id)
		}
		delete(after, id)
	}
	return after
}

func must(t *testing.T) func(chain.Plan, error) chain.Plan {
	return func(p chain.Plan, err error) chain.Plan {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
}

func names(set chain.Set) string {
	var list []string
	for id := range set {
		list = append(list, id)
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}

// reach follows edges by brute force, as an oracle for the walks of the package.
func reach(from []*parser.Revision, edges func(id string) []*parser.Revision) map[string]bool {
	seen := map[string]bool{}
	for len(from) > 0 {
		r := from[0]
		from = from[1:]
		if !seen[r.ID.Name] {
			seen[r.ID.Name] = true
			from = append(from, edges(r.ID.Name)...)
		}
	}
	return seen
}

func TestProperties(t *testing.T) {
	for seed := range uint64(2000) {
		rng := rand.New(rand.NewPCG(seed, 1))
		text := random(rng)
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			defer func() {
				if t.Failed() {
					t.Logf("chain: %s", text)
				}
			}()
			c := link(t, text)
			all := c.All()

			checkOrder(t, c)
			revs := parse(text)
			rng.Shuffle(len(revs), func(i, j int) { revs[i], revs[j] = revs[j], revs[i] })
			for i, k := range rng.Perm(len(revs)) {
				revs[i].File = fmt.Sprintf("versions/%02d.sql", k)
				revs[i].ID.Pos.File = revs[i].File
			}
			shuffled, err := chain.New(revs)
			if err != nil || ids(shuffled.All()) != ids(all) {
				t.Fatalf("another order of files, and other names: got %v, %v, want %v", ids(shuffled.All()), err, ids(all))
			}

			before := state(c, rng)
			full := run(t, c, before, must(t)(c.Upgrade(before, "heads")))
			if len(full) != len(all) {
				t.Errorf("up heads applied %d of %d", len(full), len(all))
			}
			if none := run(t, c, full, must(t)(c.Downgrade(full, "base"))); len(none) != 0 {
				t.Errorf("down base leaves %s", names(none))
			}
			if holes := c.Holes(before); holes != nil {
				t.Errorf("holes in a complete state: %s", ids(holes))
			}

			target := all[rng.IntN(len(all))].ID.Name
			checkUp(t, c, before, target)
			checkDown(t, c, full, target)
			checkThereAndBack(t, c, before)
			checkUpAndDown(t, c, before, target)
			checkStamp(t, c, before, target, all[rng.IntN(len(all))].ID.Name)
			checkRange(t, c, before)
			checkPrefixes(t, c)
			checkChoices(t, c, before, rng)
		})
	}
}

// Each comes behind what it needs, and of all that could be next the smallest id does.
func checkOrder(t *testing.T, c *chain.Chain) {
	t.Helper()
	done := chain.Set{}
	for _, r := range c.All() {
		for _, other := range c.All() {
			id := other.ID.Name
			waits := slices.ContainsFunc(slices.Concat(c.Parents(id), c.Dependencies(id)), func(n *parser.Revision) bool { return !done[n.ID.Name] })
			if !done[id] && !waits && id < r.ID.Name || id == r.ID.Name && waits {
				t.Errorf("%s stands before %s in %s", r.ID.Name, id, ids(c.All()))
			}
		}
		done[r.ID.Name] = true
	}
}

// Up to X applies X and what it needs, and nothing else; a second run has nothing to do.
func checkUp(t *testing.T, c *chain.Chain, before chain.Set, target string) {
	t.Helper()
	after := run(t, c, before, must(t)(c.Upgrade(before, target)))
	want := chain.Set{}
	for id := range before {
		want[id] = true
	}
	for id := range reach([]*parser.Revision{c.Get(target)}, func(id string) []*parser.Revision {
		return slices.Concat(c.Parents(id), c.Dependencies(id))
	}) {
		want[id] = true
	}
	if names(after) != names(want) {
		t.Errorf("up %s from %q: got %q, want %q", target, names(before), names(after), names(want))
	}
	if again := must(t)(c.Upgrade(after, target)); len(again) != 0 {
		t.Errorf("up %s a second time: %v", target, again)
	}
}

// Down to X leaves X and all but what stands on it: its children with everything that needs them.
func checkDown(t *testing.T, c *chain.Chain, full chain.Set, target string) {
	t.Helper()
	after := run(t, c, full, must(t)(c.Downgrade(full, target)))
	gone := reach(c.Children(target), func(id string) []*parser.Revision {
		return slices.Concat(c.Children(id), c.Dependents(id))
	})
	for id := range full {
		if after[id] == gone[id] {
			t.Errorf("down %s: %s is applied afterwards: %v, stands on it: %v", target, id, after[id], gone[id])
		}
	}
	if again := must(t)(c.Downgrade(after, target)); len(again) != 0 {
		t.Errorf("down %s a second time: %v", target, again)
	}
}

// As many steps down as one by one steps up lead back.
func checkThereAndBack(t *testing.T, c *chain.Chain, before chain.Set) {
	t.Helper()
	p, err := c.Upgrade(before, "+1")
	if err != nil {
		return // nothing is pending, or there is a choice
	}
	if len(p) != 1 {
		t.Fatalf("+1 has %d steps: %v", len(p), p)
	}
	after := run(t, c, before, p)
	back, err := c.Downgrade(after, "-1")
	var choice *chain.ChoiceError
	switch {
	case errors.As(err, &choice):
		if !slices.Contains(choice.Candidates, p[0].Revision) {
			t.Errorf("-1 after %v offers %s", p, ids(choice.Candidates))
		}
	case err != nil:
		t.Errorf("-1 after %v: %v", p, err)
	default:
		if got := names(run(t, c, after, back)); got != names(before) {
			t.Errorf("+1 -1 from %q leads to %q", names(before), got)
		}
	}
}

// What a way up applied, its revisions take back one by one, the last first, and the database is where it was.
func checkUpAndDown(t *testing.T, c *chain.Chain, before chain.Set, target string) {
	t.Helper()
	p := must(t)(c.Upgrade(before, target))
	after := run(t, c, before, p)
	for _, s := range slices.Backward(p) {
		after = run(t, c, after, must(t)(c.Downgrade(after, s.Revision.ID.Name+"@-1")))
	}
	if names(after) != names(before) {
		t.Errorf("up %s and down again from %q leads to %q", target, names(before), names(after))
	}
}

// A stamp applies the target and what it needs, takes away what stands on it, and leaves the rest; the way up then runs what is left.
func checkStamp(t *testing.T, c *chain.Chain, before chain.Set, target, other string) {
	t.Helper()
	s, err := c.Stamp(before, []string{target}, false)
	if err != nil {
		t.Fatal(err)
	}
	after := stamped(before, s)
	needs := func(id string) []*parser.Revision { return slices.Concat(c.Parents(id), c.Dependencies(id)) }
	users := func(id string) []*parser.Revision { return slices.Concat(c.Children(id), c.Dependents(id)) }
	below := reach([]*parser.Revision{c.Get(target)}, needs)
	above := reach(users(target), users)
	for _, r := range c.All() {
		id := r.ID.Name
		if want := below[id] || before[id] && !above[id]; after[id] != want {
			t.Errorf("stamp %s in %q: %s applied: %v, want %v", target, names(before), id, after[id], want)
		}
	}
	if holes := c.Holes(after); holes != nil {
		t.Errorf("stamp %s in %q leaves holes: %s", target, names(before), ids(holes))
	}
	if full := run(t, c, after, must(t)(c.Upgrade(after, "heads"))); len(full) != c.Len() {
		t.Errorf("up heads after stamp %s applied %d of %d", target, len(full), c.Len())
	}
	again, err := c.Stamp(after, []string{target, target}, false)
	if err != nil || names(stamped(after, again)) != names(after) {
		t.Errorf("stamp %s a second time: %v, %v", target, again, err)
	}
	one, err1 := c.Stamp(before, []string{target, other}, false)
	two, err2 := c.Stamp(before, []string{other, target}, false)
	if (err1 == nil) != (err2 == nil) || err1 == nil && names(stamped(before, one)) != names(stamped(before, two)) {
		t.Errorf("stamp %s %s: the order of the targets matters: %v, %v", target, other, err1, err2)
	}
	if overlap := target != other && (below[other] || above[other]); overlap != (err1 != nil) {
		t.Errorf("stamp %s %s: overlap %v, error %v", target, other, overlap, err1)
	}
	purged, err := c.Stamp(before, []string{target}, true)
	if err != nil || len(stamped(before, purged)) != len(below) {
		t.Errorf("stamp --purge %s: %v, %v, want %d revisions", target, purged, err, len(below))
	}
}

// The whole history is the order of All turned around, and the histories up to and from where a database stands are what is and what may come.
func checkRange(t *testing.T, c *chain.Chain, before chain.Set) {
	t.Helper()
	show := func(text string) []*parser.Revision {
		revs, err := c.Range(before, text)
		if err != nil {
			t.Fatalf("range %s: %v", text, err)
		}
		slices.Reverse(revs)
		return revs
	}
	if all := show(":"); ids(all) != ids(c.All()) {
		t.Errorf("range : is %s, want %s", ids(all), ids(c.All()))
	}
	set := chain.Set{}
	for _, r := range show(":current") {
		set[r.ID.Name] = true
	}
	if names(set) != names(before) {
		t.Errorf("range :current is %s, want %s", names(set), names(before))
	}
	for _, r := range show("current:") {
		if id := r.ID.Name; before[id] && !slices.Contains(c.Current(before), r) {
			t.Errorf("range current: has %s, which is applied and not current", id)
		}
	}
}

// A prefix finds the one id that begins with it, and else says so.
func checkPrefixes(t *testing.T, c *chain.Chain) {
	t.Helper()
	for _, r := range c.All() {
		prefix := r.ID.Name[:3]
		fits := 0
		exact := c.Get(prefix) != nil
		for _, other := range c.All() {
			if strings.HasPrefix(other.ID.Name, prefix) {
				fits++
			}
		}
		got, err := c.Find(prefix)
		switch {
		case exact && (err != nil || got.ID.Name != prefix):
			t.Errorf("Find(%s): got %v, %v, want that id", prefix, got, err)
		case !exact && fits == 1 && (err != nil || got != r):
			t.Errorf("Find(%s): got %v, %v, want %s", prefix, got, err, r.ID.Name)
		case !exact && fits > 1 && err == nil:
			t.Errorf("Find(%s): got %s, want an error: %d fit", prefix, got.ID.Name, fits)
		}
		if got, err := c.Find(r.ID.Name); err != nil || got != r {
			t.Errorf("Find(%s): %v, %v", r.ID.Name, got, err)
		}
	}
}

// Where one step is ambiguous, the commands offered instead do what they say.
func checkChoices(t *testing.T, c *chain.Chain, set chain.Set, rng *rand.Rand) {
	t.Helper()
	for _, command := range []string{"up +1", "down -1"} {
		direction, target, _ := strings.Cut(command, " ")
		plan := c.Upgrade
		if direction == "down" {
			plan = c.Downgrade
		}
		_, err := plan(set, target)
		var choice *chain.ChoiceError
		if !errors.As(err, &choice) {
			continue
		}
		k := rng.IntN(len(choice.Commands))
		_, instead, _ := strings.Cut(choice.Commands[k], " run "+direction+" ")
		p, err := plan(set, instead)
		if err != nil || len(p) != 1 || p[0].Revision != choice.Candidates[k] {
			t.Errorf("%s in %q offers %q: got %v, %v, want %s alone", command, names(set), choice.Commands[k], p, err, choice.Candidates[k].ID.Name)
		}
	}
}

// No target, however odd, makes a panic or both a plan and an error; and every plan can be carried out.
func FuzzTarget(f *testing.F) {
	for _, s := range []string{"head", "+1", "-1", "label@-1", "a@head-2", "@", "a@", "base+1", "1", "00", "current", "x@y@z", "+-1", "a+b-1", "\x00", "é@+1"} {
		f.Add(s, uint64(1))
	}
	f.Fuzz(func(t *testing.T, target string, seed uint64) {
		rng := rand.New(rand.NewPCG(seed, 2))
		c := link(t, random(rng))
		set := state(c, rng)
		for _, plan := range []func(chain.Set, string) (chain.Plan, error){c.Upgrade, c.Downgrade} {
			p, err := plan(set, target)
			if err != nil && (p != nil || strings.Contains(told(err), "\n") && !strings.Contains(target, "\n")) {
				t.Errorf("%q: plan %v, error %q", target, p, told(err))
			}
			run(t, c, set, p)
		}
		if r, err := c.Find(target); (r == nil) == (err == nil) {
			t.Errorf("Find(%q): %v, %v", target, r, err)
		}
	})
}

// Targets made of the pieces of the grammar, on many chains: each plan must be possible.
func TestTargetsAtRandom(t *testing.T) {
	for seed := range uint64(3000) {
		rng := rand.New(rand.NewPCG(seed, 3))
		text := random(rng)
		c := link(t, text)
		set := state(c, rng)
		all := c.All()
		pick := func() string { return all[rng.IntN(len(all))].ID.Name }
		words := []string{"head", "heads", "base", "current", "", pick(), pick(), pick()[:3]}
		target := words[rng.IntN(len(words))]
		if rng.IntN(2) == 0 {
			target = pick() + "@" + target
		}
		if rng.IntN(2) == 0 {
			target += fmt.Sprintf("%+d", rng.IntN(7)-3)
		}
		for _, plan := range []func(chain.Set, string) (chain.Plan, error){c.Upgrade, c.Downgrade} {
			p, err := plan(set, target)
			if err != nil && p != nil {
				t.Fatalf("%q: both %v and %v", target, p, err)
			}
			run(t, c, set, p)
		}
	}
}
