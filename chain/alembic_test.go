package chain_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"revise/chain"
)

var alembicGraphs = flag.Int("alembic-graphs", 2000, "how many random graphs are compared with Alembic")

// An alembic is a process that answers what Alembic would run.
type alembic struct {
	in  io.WriteCloser
	out *bufio.Reader
}

type alembicAsk struct {
	Up      bool     `json:"up"`
	Current []string `json:"current"`
	Target  string   `json:"target"`
}

type alembicAnswer struct {
	Run    []string `json:"run"`
	Warned []string `json:"warned"`
	Error  string   `json:"error"`
}

// startAlembic skips the test where Alembic is not installed (on Debian: apt-get install alembic).
func startAlembic(t *testing.T) *alembic {
	t.Helper()
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(python, "-c", "import alembic").Run() != nil {
			continue
		}
		cmd := exec.Command(python, "testdata/answers.py")
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		cmd.Stderr = os.Stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			in.Close()
			cmd.Wait()
		})
		return &alembic{in: in, out: bufio.NewReader(out)}
	}
	t.Skip("Alembic is not installed here")
	return nil
}

func (a *alembic) ask(t *testing.T, c *chain.Chain, asks []alembicAsk) []alembicAnswer {
	t.Helper()
	type revision struct {
		ID      string   `json:"id"`
		Revises []string `json:"revises"`
		Depends []string `json:"depends"`
		Labels  []string `json:"labels"`
	}
	task := struct {
		Revisions []revision   `json:"revisions"`
		Asks      []alembicAsk `json:"asks"`
	}{Asks: asks}
	for _, r := range c.All() {
		one := revision{ID: r.ID.Name, Revises: []string{}, Depends: []string{}, Labels: []string{}}
		for _, p := range r.Revises {
			one.Revises = append(one.Revises, p.Name)
		}
		for _, p := range r.DependsOn {
			one.Depends = append(one.Depends, p.Name)
		}
		for _, l := range r.Labels {
			one.Labels = append(one.Labels, l.Name)
		}
		task.Revisions = append(task.Revisions, one)
	}
	text, err := json.Marshal(task)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.in.Write(append(text, '\n')); err != nil {
		t.Fatal(err)
	}
	line, err := a.out.ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var answers []alembicAnswer
	if err := json.Unmarshal(line, &answers); err != nil || len(answers) != len(asks) {
		t.Fatalf("%v: %s", err, line)
	}
	return answers
}

// TestAlembic asks Alembic and this package the same, on random chains from random states: they run the same revisions, or differ as a rule says.
func TestAlembic(t *testing.T) {
	a := startAlembic(t)
	rng := rand.New(rand.NewPCG(9, 10))
	counts := map[string]int{}
	shown := 0
	for range *alembicGraphs {
		line := random(rng)
		c := link(t, line)
		var asks []alembicAsk
		var sets []chain.Set
		for range 12 {
			set := state(c, rng)
			asks = append(asks, alembicAsk{Up: rng.IntN(2) == 0, Current: strings.Fields(ids(c.Current(set)))})
			ask := &asks[len(asks)-1]
			ask.Target = alembicTarget(c, rng, ask.Up)
			if ask.Current == nil {
				ask.Current = []string{}
			}
			sets = append(sets, set)
		}
		for i, theirs := range a.ask(t, c, asks) {
			ask := asks[i]
			find := c.Upgrade
			if !ask.Up {
				find = c.Downgrade
			}
			p, err := find(sets[i], ask.Target)
			var ours []string
			for _, s := range p {
				ours = append(ours, s.Revision.ID.Name)
			}
			slices.Sort(ours)
			slices.Sort(theirs.Run)
			kind := ""
			switch {
			case theirs.Error != "" && err != nil:
				kind = "both refuse"
			case theirs.Error == "" && err == nil && slices.Equal(ours, theirs.Run):
				kind = "the same is run"
			default:
				kind = alembicRule(c, ask, theirs, ours, err)
			}
			counts[kind]++
			if strings.HasPrefix(kind, "?") && shown < 20 {
				shown++
				t.Errorf("%s\n%s\nup %v from %v to %s\nours   %v %v\ntheirs %v %s %v", kind, line, ask.Up, ask.Current, ask.Target, ours, err, theirs.Run, theirs.Error, theirs.Warned)
			}
		}
	}
	var kinds []string
	for kind := range counts {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	for _, kind := range kinds {
		t.Logf("%6d  %s", counts[kind], kind)
	}
}

// alembicTarget is one of all kinds of target.
func alembicTarget(c *chain.Chain, rng *rand.Rand, up bool) string {
	all := c.All()
	r := all[rng.IntN(len(all))]
	name := r.ID.Name
	if len(r.Labels) > 0 && rng.IntN(2) == 0 {
		name = r.Labels[0].Name
	}
	n := 1 + rng.IntN(3)
	if up {
		return []string{"head", "heads", name, name + "@head", fmt.Sprintf("+%d", n), fmt.Sprintf("%s+%d", r.ID.Name, n), fmt.Sprintf("%s@+%d", name, n), fmt.Sprintf("%s-%d", r.ID.Name, n)}[rng.IntN(8)]
	}
	return []string{"base", name, fmt.Sprintf("-%d", n), name + "@base", fmt.Sprintf("%s@-%d", name, n), fmt.Sprintf("%s-%d", r.ID.Name, n)}[rng.IntN(6)]
}

// alembicRule names the rule by which an answer differs; one that begins with a question mark is not explained. Targets that are no steps differ in one
// case only, and that is a matter of words.
func alembicRule(c *chain.Chain, ask alembicAsk, theirs alembicAnswer, ours []string, err error) string {
	var choice *chain.ChoiceError
	var far *chain.StepsError
	i := strings.LastIndexAny(ask.Target, "+-")
	steps := 0
	if i >= 0 {
		fmt.Sscan(ask.Target[i+1:], &steps)
	}
	alone := i == 0                                          // -2, +1
	branch := strings.Contains(ask.Target, "@") && steps > 0 // users@-2
	from := i > 0 && !branch                                 // ae10-2
	weRefuse, theyRefuse := err != nil && theirs.Error == "", err == nil && theirs.Error != ""
	says := func(text string) bool { return strings.Contains(theirs.Error, text) }
	_, found := c.Find(ask.Target)
	below := found != nil && strings.Contains(found.Error(), "lies below")
	switch {
	case !ask.Up && theyRefuse && len(ours) == 0 && says("Nothing to drop"):
		return "nothing stands on the target: an error of Alembic's, nothing to do here"
	case steps == 0:
	case theyRefuse && says("Ambiguous walk"):
		return "steps where files part or join: Alembic refuses, here it counts whether more than one revision could be next in this database"
	case theyRefuse && strings.HasPrefix(theirs.Error, "AssertionError"):
		return "Alembic fails in itself"
	case alone && !ask.Up && weRefuse && errors.As(err, &choice) && len(ask.Current) > 1:
		return "-N from several heads: Alembic takes one, here it is asked which"
	case from && !ask.Up && below && err == nil:
		return "steps below a base: Alembic takes everything back, here the line of that base"
	case (alone || branch) && ask.Up && theyRefuse && says("didn't produce"):
		return "+N where nothing that is meant follows the heads: other lines, or a branch that is not begun, are next here, nothing is in Alembic"
	case (alone || branch) && ask.Up && weRefuse && errors.As(err, &choice) && len(choice.Candidates) > 1:
		return "+N where several revisions could be next: it is asked which, Alembic follows one"
	case (alone || branch) && ask.Up && err == nil && theirs.Error == "" && len(theirs.Run) > steps && within(ours, theirs.Run):
		return "+N to a revision that needs others: Alembic counts it alone and runs more, here each counts"
	case (alone || branch) && ask.Up && theyRefuse && says("Ambiguous upgrade from multiple current revisions"):
		return "+N from several heads: Alembic refuses, here it counts whether more than one revision could be next"
	case (alone || branch) && !ask.Up && theyRefuse && says("didn't produce"):
		return "-N past a dependency: Alembic follows parents and ends at their base, here what was applied last counts"
	case branch && !ask.Up && theyRefuse && says("Not a valid downgrade target"):
		return "label@-N where the labelled revision is not applied itself: an error of Alembic's, here the last of the branch"
	case (alone && choiceAfter(err) || branch && errors.As(err, &choice)) && !ask.Up && weRefuse:
		return "-N where more than one could be the next to go: it is asked which, Alembic follows parents"
	case (alone || branch) && !ask.Up && err == nil && theirs.Error == "" && len(ours) >= steps && len(theirs.Run) > len(ours) && within(ours, theirs.Run):
		return "-N past a dependency: Alembic takes back more than N, for it counts parents only"
	case branch && !ask.Up && weRefuse && errors.As(err, &far):
		return "label@-N below where lines part: Alembic takes back what other lines stand on, too, here the branch ends there"
	}
	what := "down"
	if ask.Up {
		what = "up"
	}
	return fmt.Sprintf("? %s %s: we refuse %v, Alembic %v", what, ask.Target, weRefuse, theyRefuse)
}

// choiceAfter reports whether it was steps on the way that could be taken in more than one way.
func choiceAfter(err error) bool {
	var choice *chain.ChoiceError
	return errors.As(err, &choice) && choice.After != nil
}

func within(some, all []string) bool {
	for _, s := range some {
		if !slices.Contains(all, s) {
			return false
		}
	}
	return true
}
