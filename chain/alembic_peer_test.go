package chain_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"revise/chain"
	"revise/drivers/drivertest/servers"
	"revise/parser"
)

var (
	graphs    = flag.Int("graphs", 2000, "how many random chains are compared with Alembic")
	graphSeed = flag.Uint64("graph-seed", 1, "the first of their seeds")
)

// Alembic is asked what we are asked, on random chains and states. Where the two say different things, a rule of differences has to
// say why, or the test fails: it is a bug then, ours or one more of Alembic's that wants a name.
func TestAlembic(t *testing.T) {
	p := newPeer(t)
	same, refused, counts := map[string]int{}, map[string]int{}, map[string]int{}
	for seed := *graphSeed; seed < *graphSeed+uint64(*graphs); seed++ {
		rng := rand.New(rand.NewPCG(seed, 7))
		line := random(rng)
		if seed%2 == 0 {
			line = grown(rng)
		}
		c := link(t, line)
		compareHeads(t, p.load(line), c, line)
		q := question{chain: c, line: line}
		for range 12 {
			if q.before == nil || rng.IntN(5) == 0 {
				q.before = state(c, rng)
				q.rows = strings.Fields(ids(c.Current(q.before)))
				rng.Shuffle(len(q.rows), func(i, j int) { q.rows[i], q.rows[j] = q.rows[j], q.rows[i] })
			}
			q = commandAtRandom(q, rng)
			v := q.verdict(t, p)
			switch {
			case v.same && v.ours.err != nil:
				refused[q.command]++
			case v.same:
				same[q.command]++
			default:
				rule := v.rule()
				if counts[rule]++; rule == "" {
					t.Errorf("seed %d: %v\nours   %v\ntheirs %v, rows %q", seed, q, v.ours, v.theirs, v.answer.Rows)
				}
			}
			q.before = nil
			if v.same && v.ours.err == nil && v.answer.Rows != nil { // go on with the table as Alembic left it
				q.before, q.rows = v.ours.after, v.answer.Rows
			}
		}
	}
	t.Logf("Alembic %s, %d chains", p.version, *graphs)
	for _, command := range slices.Sorted(maps.Keys(same)) {
		t.Logf("%6d %s: the same; %d: both refuse", same[command], command, refused[command])
	}
	for _, d := range differences {
		t.Logf("%6d %s: %s", counts[d.name], d.name, d.why)
	}
}

func compareHeads(t *testing.T, a answer, c *chain.Chain, line string) {
	t.Helper()
	for _, side := range []struct {
		what   string
		theirs []string
		ours   []*parser.Revision
	}{
		{"heads", a.Heads, c.Heads()}, {"tips", a.Effective, c.Tips()}, {"bases", a.Bases, c.Bases()},
	} {
		if a.Error != "" || sorted(side.theirs) != sorted(strings.Fields(ids(side.ours))) {
			t.Errorf("%s of %q: ours %s, theirs %q %s %s", side.what, line, ids(side.ours), side.theirs, a.Error, a.Message)
		}
	}
}

// grown makes a chain as teams do: most revisions revise a head, some begin a branch with a label, some merge two heads, some depend on
// another line.
func grown(rng *rand.Rand) string {
	n := 2 + rng.IntN(16)
	heads := map[string]bool{}
	var all, words []string
	one := func(list []string) string { return list[rng.IntN(len(list))] }
	for k := range n {
		id := fmt.Sprintf("%c%03x", "adefgkmnpqrt"[k%12], (k*37+11)*61%4096)
		word, label := id, ""
		tops := slices.Sorted(maps.Keys(heads))
		var parents []string
		switch roll := rng.IntN(10); {
		case len(all) == 0 || roll == 0:
			label = fmt.Sprintf("#lab%d", k)
		case roll == 1:
			parents, label = []string{one(all)}, fmt.Sprintf("#lab%d", k)
		case roll <= 3 && len(tops) > 1:
			rng.Shuffle(len(tops), func(i, j int) { tops[i], tops[j] = tops[j], tops[i] })
			parents = tops[:2]
		default:
			parents = []string{one(tops)}
		}
		if len(parents) > 0 {
			word += ":" + strings.Join(parents, ",")
		}
		if len(all) > 2 && rng.IntN(6) == 0 {
			if d := one(all); !slices.Contains(parents, d) {
				word += ">" + d
			}
		}
		for _, p := range parents {
			delete(heads, p)
		}
		heads[id] = true
		all, words = append(all, id), append(words, word+label)
	}
	return strings.Join(words, "; ")
}

// A peer is Alembic, asked line by line; see testdata/alembic_peer.py.
type peer struct {
	t       *testing.T
	in      io.Writer
	out     *bufio.Reader
	version string
}

// An answer is what Alembic says to a question, or what it raises.
type answer struct {
	Version   string
	Ran       []string
	Rows      []string
	Revisions []string
	Warnings  []string
	Heads     []string
	Effective []string
	Bases     []string
	Error     string
	Message   string
}

// newPeer starts Alembic with the Python that REVISE_TEST_PYTHON names, or else with the first that has it.
func newPeer(t *testing.T) *peer {
	t.Helper()
	cmd := exec.Command(servers.Alembic(t), "testdata/alembic_peer.py")
	cmd.Env = append(os.Environ(), "PYTHONHASHSEED=0") // or sets come in another order each time
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait()
	})
	p := &peer{t: t, in: in, out: bufio.NewReader(out)}
	p.version = p.read().Version
	return p
}

func (p *peer) ask(question any) answer {
	p.t.Helper()
	line, err := json.Marshal(question)
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := fmt.Fprintf(p.in, "%s\n", line); err != nil {
		p.t.Fatal(err)
	}
	return p.read()
}

func (p *peer) read() answer {
	p.t.Helper()
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		p.t.Fatalf("Alembic has gone: %v", err)
	}
	var a answer
	if err := json.Unmarshal(line, &a); err != nil {
		p.t.Fatalf("%s: %v", line, err)
	}
	return a
}

// load tells Alembic of a chain.
func (p *peer) load(line string) answer {
	type revision struct {
		ID      string   `json:"id"`
		Revises []string `json:"revises"`
		Depends []string `json:"depends"`
		Labels  []string `json:"labels"`
	}
	list := []revision{}
	for _, r := range parse(line) {
		list = append(list, revision{r.ID.Name, refs(r.Revises), refs(r.DependsOn), refs(r.Labels)})
	}
	return p.ask(map[string]any{"chain": list})
}

func refs(refs []parser.Ref) []string {
	names := []string{}
	for _, r := range refs {
		names = append(names, r.Name)
	}
	return names
}

// A question is one command on one state, and what both say to it.
type question struct {
	chain   *chain.Chain
	line    string
	before  chain.Set
	rows    []string // the same as Alembic has it
	command string   // up, down, stamp, stamp --purge, current, history, show
	targets []string
}

func (q question) String() string {
	return fmt.Sprintf("%s %s, with rows %q, in %q", q.command, strings.Join(q.targets, " "), strings.Join(q.rows, " "), q.line)
}

// An outcome is what a command comes to: which revisions it runs or shows, and what is applied then, or why it does not.
type outcome struct {
	ran   []string // in order; for stamp, nothing
	after chain.Set
	err   error
}

func (o outcome) String() string {
	if o.err != nil {
		return told(o.err)
	}
	return fmt.Sprintf("runs %s, applied then: %s", strings.Join(o.ran, " "), names(o.after))
}

// ours carries the command out.
func (q question) ours(t *testing.T) outcome {
	target := q.targets[0]
	switch q.command {
	case "up", "down":
		plan := q.chain.Upgrade
		if q.command == "down" {
			plan = q.chain.Downgrade
		}
		p, err := plan(q.before, target)
		if err != nil {
			return outcome{err: err}
		}
		var ran []string
		for _, s := range p {
			ran = append(ran, s.Revision.ID.Name)
		}
		return outcome{ran: ran, after: run(t, q.chain, q.before, p)}
	case "stamp", "stamp --purge":
		s, err := q.chain.Stamp(q.before, q.targets, q.command != "stamp")
		if err != nil {
			return outcome{err: err}
		}
		return outcome{after: stamped(q.before, s)}
	case "history":
		revs, err := q.chain.Range(q.before, target)
		return outcome{ran: strings.Fields(ids(revs)), after: q.before, err: err}
	case "current":
		return outcome{ran: strings.Fields(ids(q.chain.Current(q.before))), after: q.before}
	default:
		revs, err := q.chain.FindAll(target)
		return outcome{ran: strings.Fields(ids(revs)), after: q.before, err: err}
	}
}

// stamped is what is applied after a stamp.
func stamped(before chain.Set, s *chain.Stamp) chain.Set {
	after := maps.Clone(before)
	if s.All {
		after = chain.Set{}
	}
	for _, r := range s.Off {
		delete(after, r.ID.Name)
	}
	for _, r := range s.On {
		after[r.ID.Name] = true
	}
	return after
}

// theirs asks Alembic.
func (q question) theirs(p *peer) (answer, outcome) {
	command, purge := strings.CutSuffix(q.command, " --purge")
	a := p.ask(map[string]any{"command": command, "target": q.targets[0], "targets": q.targets, "rows": q.rows, "purge": purge})
	if a.Error != "" {
		return a, outcome{ran: a.Ran, err: errors.New(a.Error + ": " + a.Message)}
	}
	o := outcome{ran: a.Ran, after: q.before}
	if a.Rows != nil {
		o.after = closure(q.chain, a.Rows)
	}
	if a.Revisions != nil {
		o.ran = a.Revisions
	}
	return a, o
}

// closure is what is applied where the version table has these rows.
func closure(c *chain.Chain, rows []string) chain.Set {
	set := chain.Set{}
	for _, r := range c.Ancestors(rows...) {
		set[r.ID.Name] = true
	}
	return set
}

func sorted(list []string) string {
	list = slices.Clone(list)
	slices.Sort(list)
	return strings.Join(list, " ")
}

// commandAtRandom makes a command of the pieces of the grammar.
func commandAtRandom(q question, rng *rand.Rand) question {
	all := q.chain.All()
	applied := slices.Sorted(maps.Keys(q.before))
	id := func() string {
		if len(applied) > 0 && rng.IntN(2) == 0 {
			return applied[rng.IntN(len(applied))]
		}
		return all[rng.IntN(len(all))].ID.Name
	}
	var labels []string
	for _, r := range all {
		labels = append(labels, refs(r.Labels)...)
	}
	branch := func() string {
		if len(labels) > 0 && rng.IntN(3) > 0 {
			return labels[rng.IntN(len(labels))]
		}
		return id()
	}
	one := func(words ...string) string { return words[rng.IntN(len(words))] }
	steps := func() string { return fmt.Sprint(1 + rng.IntN(3)) }
	revision := func() string {
		name := one(id(), id(), id(), id()[:4], branch())
		if rng.IntN(4) == 0 {
			return branch() + "@" + name
		}
		return name
	}
	head := func() string { return one("head", "heads", branch()+"@head", branch()+"@heads") }
	base := func() string { return one("base", branch()+"@base") }
	switch q.command = one("up", "up", "down", "down", "stamp", "stamp", "stamp --purge", "current", "history", "show"); q.command {
	case "up":
		q.targets = []string{one(head(), head(), revision(), revision(), "+"+steps(), branch()+"@+"+steps(), revision()+one("+", "-")+steps(),
			one("head", "base", branch()+"@head", branch()+"@base")+one("+", "-")+steps(), base())}
	case "down":
		q.targets = []string{one(base(), base(), revision(), revision(), "-"+steps(), branch()+"@-"+steps(), revision()+one("+", "-")+steps(),
			one("head", "base", branch()+"@head", branch()+"@base")+one("+", "-")+steps(), head())}
	case "stamp", "stamp --purge":
		q.targets = []string{one(head(), base(), revision(), revision())}
		for rng.IntN(3) == 0 {
			q.targets = append(q.targets, one(head(), revision(), revision(), revision()))
		}
	case "history":
		q.targets = []string{one("", base(), revision(), revision(), "current", "-"+steps()) + ":" + one("", head(), revision(), revision(), "current", "+"+steps())}
	case "current":
		q.targets = []string{""}
	case "show":
		q.targets = []string{one(head(), revision(), revision())}
	}
	return q
}
