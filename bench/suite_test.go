//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// aSuite measures on SQLite files, and its contenders are of this test.
func aSuite(t *testing.T, contenders ...contender) *suite {
	t.Helper()
	dir := t.TempDir()
	program := filepath.Join(dir, "launch")
	if err := goBuild(context.Background(), ".", "./launch", program); err != nil {
		t.Fatal(err)
	}
	s := &suite{
		launcher: launcher{program: program, home: dir, limit: time.Minute}, runs: 3, sizes: sizes{Revisions: 3, Applied: 3, Many: 3, Load: 1000, Processes: 3},
		work: filepath.Join(dir, "work"), sources: map[string]*source{}, contenders: contenders, log: io.Discard,
	}
	for _, kind := range []string{sqliteKind} {
		src, err := newSource(context.Background(), kind, dir)
		if err != nil {
			t.Fatal(err)
		}
		s.sources[kind] = src
	}
	return s
}

// worker is a contender that does a chain's work with this test program, if it is told to; see TestMain.
func worker(name string, does func(a action) bool) contender {
	return contender{Name: name, kinds: []string{sqliteKind}, files: bare, command: func(t target, _ chain, a action) (command, bool) {
		file := map[action]string{up: upFile, down: downFile}[a]
		if !does(a) {
			file = ""
		}
		return command{Args: []string{os.Args[0]}, Env: []string{workVariable + "=" + t.Name, "REVISE_TEST_BENCH_FILE=" + file}}, true
	}}
}

const workVariable = "REVISE_TEST_BENCH_DATABASE"

// TestMain makes this test program a client that runs a file of SQL.
func TestMain(m *testing.M) {
	if path, ok := os.LookupEnv(workVariable); ok {
		if err := work(path, os.Getenv("REVISE_TEST_BENCH_FILE")); err != nil {
			os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func work(path, file string) error {
	if file == "" {
		return nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	db, err := target{Kind: sqliteKind, Name: path}.open()
	if err != nil {
		return err
	}
	_, err = db.Exec(string(text))
	return errors.Join(err, db.Close())
}

func always(action) bool { return true }
func never(action) bool  { return false }

func scenarioNamed(t *testing.T, name string) scenario {
	t.Helper()
	for _, sc := range scenarios() {
		if sc.Name == name {
			return sc
		}
	}
	t.Fatalf("no scenario %s", name)
	return scenario{}
}

// TestOnlyWorkThatIsDoneCounts: one that ends well without having done anything has failed, as has one that cannot be run.
func TestOnlyWorkThatIsDoneCounts(t *testing.T) {
	missing := contender{Name: "missing", kinds: []string{sqliteKind}, files: bare, command: func(target, chain, action) (command, bool) {
		return command{Args: []string{"/nowhere/at/all"}}, true
	}}
	s := aSuite(t, worker("able", always), worker("idle", never), missing)
	for _, name := range []string{"up", "down", "load", "nothing"} {
		results, err := s.run(context.Background(), openScenario(scenarioNamed(t, name)), sqliteKind)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, r := range results {
			able := r.Contender == "able"
			if able != (r.Failed == "") || able != (len(r.Samples) == s.runs) {
				t.Errorf("%s %s %s: %d samples, failed %q", name, r.Variant, r.Contender, len(r.Samples), r.Failed)
			}
			if r.Contender == "idle" && !strings.Contains(r.Failed, "it ended well, but left") {
				t.Errorf("%s: idle failed by %q", name, r.Failed)
			}
			for _, sample := range r.Samples {
				if sample.Wall <= 0 || sample.CPU <= 0 || sample.MaxRSS < 1<<20 {
					t.Errorf("%s: an odd sample %+v", name, sample)
				}
			}
		}
	}
	if left, _ := filepath.Glob(filepath.Join(s.sources[sqliteKind].dir, "fresh_*")); len(left) != 0 {
		t.Errorf("databases are left: %q", left)
	}
}

// openScenario lets everyone take part, without a slow network: there is none to a file.
func openScenario(sc scenario) scenario {
	trials := sc.trials
	sc.trials = func(s sizes, kind string) (list []trial) {
		for _, tr := range trials(s, kind) {
			if tr.delay == 0 {
				tr.only, tr.usually = nil, nil
				list = append(list, tr)
			}
		}
		return list
	}
	return sc
}

// What an interruption ends has not failed: it is not reported at all.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	slow := contender{Name: "slow", kinds: []string{sqliteKind}, files: bare, command: func(target, chain, action) (command, bool) {
		return command{Args: []string{"/bin/sh", "-c", "sleep 60"}}, true
	}}
	s := aSuite(t, slow)
	time.AfterFunc(100*time.Millisecond, cancel)
	results, err := s.run(ctx, scenarioNamed(t, "up"), sqliteKind)
	if len(results) != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("%+v, %v; want nothing, and that it was cancelled", results, err)
	}
	if left, _ := filepath.Glob(filepath.Join(s.sources[sqliteKind].dir, "fresh_*")); len(left) != 0 {
		t.Errorf("databases are left: %q", left)
	}
}

func TestRaceCountsWhoEndsWell(t *testing.T) {
	s := aSuite(t, worker("able", always)) // each but the first finds the tables there, and fails
	s.runs = 1
	results, err := s.run(context.Background(), scenarioNamed(t, "race"), sqliteKind)
	if err != nil || len(results) != 1 || results[0].Failed != "" {
		t.Fatalf("%+v, %v", results, err)
	}
	got := results[0].Samples[0]
	if got.Good != 1 || got.Single <= 0 || got.Wall <= 0 || got.Start <= 0 {
		t.Errorf("%+v, want one process of three to end well", got)
	}
}

func TestChildIsStopped(t *testing.T) {
	s := aSuite(t)
	s.limit = 100 * time.Millisecond
	start := time.Now()
	_, _, err := s.launcher.run(context.Background(), command{Args: []string{"/bin/sh", "-c", "sleep 60 & wait"}})
	if err == nil || !strings.Contains(err.Error(), "stopped after 100ms") {
		t.Errorf("error %v", err)
	}
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestChildSeesLittle(t *testing.T) {
	s := aSuite(t)
	t.Setenv("PGHOST", "elsewhere")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "in"), []byte("from the file"), 0o644); err != nil {
		t.Fatal(err)
	}
	u, said, err := s.launcher.run(context.Background(), command{
		Args: []string{"/bin/sh", "-c", `cat; echo " $PGHOST$OURS"; exit 3`}, Dir: dir, Env: []string{"OURS=1"}, Stdin: "in",
	})
	if err != nil || u.Exit != 3 || said != "from the file 1" {
		t.Errorf("%+v, %q, %v", u, said, err)
	}
	if err := failure(u, said, err); err == nil || err.Error() != "exit code 3: from the file 1" {
		t.Errorf("failure: %v", err)
	}
}

func TestTail(t *testing.T) {
	var b tail
	for range 1000 {
		if n, err := b.Write([]byte("12345")); n != 5 || err != nil {
			t.Fatal(n, err)
		}
	}
	if len(b.kept) != tailSize {
		t.Errorf("%d bytes are kept, want %d", len(b.kept), tailSize)
	}
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{{"-scenario", "upp"}, {"-databases", "oracle"}, {"-runs", "0"}, {"-frob"}, {"stray"}} {
		var out, errs bytes.Buffer
		if code := run(context.Background(), args, &out, &errs); code != 2 || errs.Len() == 0 || out.Len() != 0 {
			t.Errorf("%q: code %d, %q on stdout, %q on stderr; want 2 and a word on stderr", args, code, &out, &errs)
		}
	}
	var out bytes.Buffer
	if code := run(context.Background(), []string{"-h"}, &out, &out); code != 0 {
		t.Errorf("-h: code %d", code)
	}
}

func TestVersionIn(t *testing.T) {
	for said, want := range map[string]string{
		"3.40.1 2022-12-28 14:03:47 df5c253c0b3dd24916e4ec7cf77d3db5294cc9fd45ae7b9c5e82ad8197f3alt1": "3.40.1 2022-12-28 14:03:47",
		"/var/cache/usr/bin/mysql  Ver 9.7.4-2 for Linux\nand more":                                   "Ver 9.7.4-2 for Linux",
		"psql (PostgreSQL) 15.18": "psql (PostgreSQL) 15.18",
		"":                        "",
	} {
		if got := versionIn(said); got != want {
			t.Errorf("%q: %q, want %q", said, got, want)
		}
	}
}

// TestWhoTakesPart: naming contenders lets in those that a trial usually goes without, and nobody who could not do it.
func TestWhoTakesPart(t *testing.T) {
	psql, g, us := bareClient("postgres", []string{"psql"}), goose("goose"), revise("revise")
	g.Name = "goose"
	for _, test := range []struct {
		scenario string
		named    bool
		want     string
	}{
		{"up", false, "revise psql goose"}, {"load", false, "revise psql"}, {"load", true, "revise psql goose"},
		{"race", false, "revise goose"}, {"race", true, "revise goose"},
	} {
		var got []string
		s := &suite{named: test.named}
		for _, c := range []contender{us, psql, g} {
			if s.takesPart(c, "postgres", scenarioNamed(t, test.scenario).trials(usualSizes(), "postgres")[0]) {
				got = append(got, c.Name)
			}
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%s, named %v: %q, want %q", test.scenario, test.named, got, test.want)
		}
	}
}

func TestReason(t *testing.T) {
	for out, want := range map[string]string{
		"go: loading\n\tserver: 403 Forbidden\n\tThis module version is not available.\n": "the module proxy refuses it (403)",
		"go: downloading\nno Go files\n": "go install: exit status 1: no Go files",
	} {
		if got := reason(out, errors.New("exit status 1")); got != want {
			t.Errorf("%q: %q, want %q", out, got, want)
		}
	}
}

// TestCommands wants every contender that works on a kind of database to name the target in its command, and none to go down by going up.
func TestCommands(t *testing.T) {
	all := []contender{revise("revise"), goose("goose"), golangMigrate("migrate"), tern("tern"), sqlMigrate("sql-migrate"), dbmate("dbmate"), alembic("alembic"), sqitch("sqitch")}
	for _, kind := range allKinds() {
		all = append(all, bareClient(kind, []string{"client-of-" + kind}))
	}
	for _, c := range all {
		for _, kind := range c.kinds {
			at := target{Kind: kind, Host: "127.0.0.1", Port: 4321, User: "u", Password: "p", Name: "/dev/shm/thename"}
			if kind != sqliteKind {
				at.Name = "thename"
			}
			said := map[action]string{}
			for _, a := range []action{up, nothing, down} {
				cmd, can := c.command(at, steps(kind, 2), a)
				if !can {
					continue
				}
				said[a] = strings.Join(append(cmd.Args, append(cmd.Env, cmd.Stdin)...), " ")
				if !strings.Contains(said[a], "thename") || kind != sqliteKind && !strings.Contains(said[a], "4321") {
					t.Errorf("%s on %s: %q does not name the database", c.Name, kind, said[a])
				}
			}
			if said[up] == "" || said[up] == said[down] {
				t.Errorf("%s on %s: up is %q, down is %q", c.Name, kind, said[up], said[down])
			}
		}
	}
}
