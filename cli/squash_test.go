package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// squashed is an office whose revisions are those of another, with some of them in one that is called sss.
func (o *office) squashed(target string, flags ...string) *office {
	o.t.Helper()
	s := *o
	s.dir = filepath.Join(o.t.TempDir(), "versions")
	if err := os.CopyFS(s.dir, os.DirFS(o.dir)); err != nil {
		o.t.Fatal(err)
	}
	args := append(strings.Fields("squash "+target+" --rev-id sss --archive"), filepath.Join(o.t.TempDir(), "archive"))
	if code, _, stderr := s.revise(o.fresh(), append(args, flags...)...); code != 0 {
		o.t.Fatalf("squash %s: exit %d\n%s", target, code, stderr)
	}
	return &s
}

func (o *office) must(db string, args ...string) {
	o.t.Helper()
	if code, _, stderr := o.revise(db, args...); code != 0 {
		o.t.Fatalf("%v: exit %d\n%s", args, code, stderr)
	}
}

// things are a picture without what the ledger says.
func (o *office) things(db string) string {
	o.t.Helper()
	var list []string
	for line := range strings.Lines(o.picture(db)) {
		if !strings.Contains(line, `test"]`) { // the last column of ledger and log
			list = append(list, line)
		}
	}
	return strings.Join(list, "")
}

// TestSquash: with a squash a database comes to the same schema and data as with what it replaces, up and down; one that has all that it replaces has it,
// online and for scripts.
func TestSquash(t *testing.T) {
	inOffices(t, func(t *testing.T, o *office) {
		off := []string{"--transaction", "off", "--foreign-keys", "off"}
		for target, s := range map[string]*office{
			"b2": o.squashed("b2"), "m4": o.squashed("m4"), "x2": o.squashed("x2", off...), "o5": o.squashed("o5", off...), "heads": o.squashed("heads", off...),
		} {
			o.sameWith(target, s)
			if target == "b2" || target == "m4" {
				o.scripts(target, s)
			}
		}
	})
}

// sameWith compares the ways up and down with those with a squash, and takes back with it what was applied without.
func (o *office) sameWith(target string, s *office) {
	o.t.Helper()
	was, is := o.fresh(), o.fresh()
	for _, command := range []string{"up heads", "down base"} {
		args := append([]string{"run"}, strings.Fields(command)...)
		o.must(was, args...)
		s.must(is, args...)
		if got, want := o.things(is), o.things(was); got != want {
			o.t.Errorf("squash of %s, %s: %s", target, command, firstDifference(got, want))
		}
	}
	o.must(was, "run", "up", "heads")
	before := o.picture(was)
	s.must(was, "run", "up", "heads")
	if after := o.picture(was); after != before {
		o.t.Errorf("squash of %s, nothing to do: %s", target, firstDifference(after, before))
	}
	s.must(was, "run", "down", "base")
	if got, want := o.things(was), o.things(is); got != want {
		o.t.Errorf("squash of %s, down from what was applied before: %s", target, firstDifference(got, want))
	}
}

// scripts plays scripts that begin at a squash in databases that have it, in either form, and in some that have not.
func (o *office) scripts(target string, s *office) {
	o.t.Helper()
	for _, command := range [][3]string{{"up", "sss", "heads"}, {"down", "sss", "base"}, {"stamp", "sss", "heads"}, {"stamp", "sss", "base"}} {
		for _, from := range []*office{o, s} {
			online, offline := o.fresh(), o.fresh()
			at := "sss"
			if from == o {
				at = target
			}
			from.must(online, "run", "up", at)
			from.must(offline, "run", "up", at)
			code, script, stderr := s.revise(offline, "run", command[0], command[1]+":"+command[2], "--sql")
			if code != 0 {
				o.t.Fatalf("%v: exit %d\n%s", command, code, stderr)
			}
			s.must(online, "run", command[0], command[2])
			if output, err := o.play(offline, script); err != nil {
				o.t.Fatalf("squash of %s, %v from %s: %v\n%s\n%s", target, command, at, err, output, script)
			}
			if got, want := o.picture(offline), o.picture(online); got != want {
				o.t.Errorf("squash of %s, %v from %s: %s", target, command, at, firstDifference(got, want))
			}
		}
	}
	for _, at := range []string{"a1", "o5"} {
		db := o.fresh()
		o.must(db, "run", "up", at)
		before := o.picture(db)
		_, script, _ := s.revise(db, "run", "down", "sss:base", "--sql")
		if output, err := o.play(db, script); err == nil || !strings.Contains(output, "this script begins at sss") {
			o.t.Errorf("squash of %s, at %s: %v\n%s", target, at, err, output)
		}
		if after := o.picture(db); after != before {
			o.t.Errorf("squash of %s, at %s: %s", target, at, firstDifference(after, before))
		}
		if at == "a1" {
			want := fmt.Sprintf("the database has 1 of the %d revisions that the squash sss", map[string]int{"b2": 2, "m4": 4}[target])
			if code, _, stderr := s.revise(db, "run", "up", "heads"); code != 1 || !strings.Contains(stderr, want) {
				o.t.Errorf("squash of %s, at %s: exit %d\n%s", target, at, code, stderr)
			}
		}
	}
}
