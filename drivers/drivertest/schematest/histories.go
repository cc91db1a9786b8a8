package schematest

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"revise/drivers"
	"revise/schema"
)

// Variable names the folder of histories for TestHistories: a folder for each database, in it one for each product, in it SQL files in order.
const Variable = "REVISE_CORPORA"

// Histories leads along the real history of products, there and back over every step of it: each file of a folder is run, and the schemas before and behind it are a pair. It
// fails for every result that differs without the plan having said so.
func Histories(t *testing.T, s Subject, database string) {
	root := os.Getenv(Variable)
	if root == "" {
		t.Skipf("%s names no folder of histories", Variable)
	}
	products, err := filepath.Glob(filepath.Join(root, database, "*"))
	if err != nil || len(products) == 0 {
		t.Fatalf("no histories for %s in %s: %v", database, root, err)
	}
	all := tally{}
	for _, dir := range products {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			n := s.history(t, dir)
			t.Logf("%+v", n)
			all.add(n)
		})
	}
	t.Logf("%s, all histories: %+v", database, all)
}

// A tally counts pairs. Up and Down were exact, or Told: not, and the plan said so. Wrong are all others.
type tally struct{ Pairs, Up, UpTold, Down, DownTold, Data, Wrong, SumsWrong, PassedOver int }

func (a *tally) add(b tally) {
	a.Pairs += b.Pairs
	a.Up += b.Up
	a.UpTold += b.UpTold
	a.Down += b.Down
	a.DownTold += b.DownTold
	a.Data += b.Data
	a.Wrong += b.Wrong
	a.SumsWrong += b.SumsWrong
	a.PassedOver += b.PassedOver
}

// history walks along one product's. One database runs ahead with the files alone; the other one follows, led by plans.
func (s Subject) history(t *testing.T, dir string) (n tally) {
	files, err := filepath.Glob(filepath.Join(dir, "*.sql"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in %s: %v", dir, err)
	}
	slices.Sort(files)
	ahead, led := s.place(t), s.place(t)
	var done []string
	snapA, dumpA := ahead.snapshot(), ahead.dump()
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		if err := ahead.run(text); err != nil { // it needs a function or an extension that is not here, as a rule
			t.Logf("%s is passed over: %v", filepath.Base(file), err)
			n.PassedOver++
			ahead.close()
			ahead = s.again(t, done)
			continue
		}
		snapB, dumpB := ahead.snapshot(), ahead.dump()
		if (snapA.Fingerprint() == snapB.Fingerprint()) != (dumpA == dumpB) {
			n.SumsWrong++
			t.Errorf("%s: the dumps are the same: %v, the sums are not\n%s\n%s", filepath.Base(file), dumpA == dumpB, changes(schema.Compare(snapA, snapB)), difference(dumpA, dumpB))
		}
		clean := true
		if dumpA != dumpB {
			n.Pairs++
			clean = s.step(t, &n, filepath.Base(file), led, snapA, snapB, dumpA, dumpB)
		}
		done = append(done, text)
		if clean {
			clean = led.run(text) == nil && led.dump() == dumpB
		}
		if !clean {
			led.close()
			led = s.again(t, done)
		}
		snapA, dumpA = snapB, dumpB
	}
	if err := s.build(t, snapA, dumpA); err != nil {
		t.Errorf("the last schema from nothing: %v", err)
	}
	return n
}

// again is a database on which files have run.
func (s Subject) again(t *testing.T, done []string) *place {
	p := s.place(t)
	for _, text := range done {
		if err := p.run(text); err != nil {
			t.Fatalf("again: %v", err)
		}
	}
	return p
}

// step leads there and back, and reports whether the database is what it was.
func (s Subject) step(t *testing.T, n *tally, name string, led *place, snapA, snapB *schema.Snapshot, dumpA, dumpB string) bool {
	lead := func(way string, to *schema.Snapshot, dump string) (exact, told, ran bool) {
		from := led.snapshot()
		plan, err := s.Driver.Plan(from, to, schema.Options{})
		if err != nil {
			n.Wrong++
			t.Errorf("%s %s: plan: %v", name, way, err)
			return false, false, false
		}
		if err := s.whole(plan); err != nil {
			t.Errorf("%s %s: %v", name, way, err)
		}
		err = led.apply(plan)
		if server := new(drivers.Error); errors.As(err, &server) && (strings.HasPrefix(server.Code, "23") && len(server.Code) == 5 || strings.HasPrefix(server.Code, "SQLITE_CONSTRAINT") ||
			server.Code == "22P02" && strings.Contains(script(plan), "fails if a row has a value that is gone")) {
			n.Data++ // rows that the files put in do not fit: it says so, and leaves things as they were
			t.Logf("%s %s: %v", name, way, err)
			return false, false, false
		}
		if err != nil {
			n.Wrong++
			t.Errorf("%s %s: %v\nplan\n%s", name, way, err, script(plan))
			return false, false, false
		}
		got := led.dump()
		if got == dump {
			return true, false, true
		}
		if short(plan) {
			t.Logf("%s %s: not exact, and it said so\n%s", name, way, difference(got, dump))
			return false, true, true
		}
		t.Errorf("%s %s: the dump differs\n%s\nplan\n%s", name, way, difference(got, dump), script(plan))
		return false, false, true
	}
	count := func(exact, told, ran bool, exacts, tolds *int) {
		switch {
		case !ran: // counted already
		case exact:
			*exacts++
		case told:
			*tolds++
		default:
			n.Wrong++
		}
	}
	exact, told, ran := lead("up", snapB, dumpB)
	count(exact, told, ran, &n.Up, &n.UpTold)
	if !ran {
		return false
	}
	exact, told, ran = lead("down", snapA, dumpA)
	count(exact, told, ran, &n.Down, &n.DownTold)
	return exact
}
