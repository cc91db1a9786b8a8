package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"revise/drivers/drivertest/servers"
)

// aRun is what a run could have found.
func aRun() *report {
	ms := time.Millisecond
	r := newReport(2, time.Date(2026, 11, 26, 23, 0, 0, 0, time.UTC))
	r.Cores, r.Processor, r.System, r.Go = 2, "some | processor", "linux/amd64", "go1.26"
	r.version("revise", "v1")
	r.version("psql", "15.18")
	r.leaveOut("dbmate v2", "the module proxy refuses it (403)")
	up := func(who string, bare bool, walls ...time.Duration) result {
		res := result{Scenario: "up", Database: servers.Postgres, Contender: who, Bare: bare}
		for i, w := range walls {
			res.Samples = append(res.Samples, sample{Round: i, Wall: w, CPU: w / 2, MaxRSS: 10 << 20})
		}
		return res
	}
	far := func(who string, bare bool, trips int) result {
		return result{Scenario: "nothing", Variant: "2000 applied", Database: servers.Postgres, Delay: 5 * ms, Contender: who, Bare: bare,
			Samples: []sample{{Wall: 40 * ms, CPU: 20 * ms, MaxRSS: 20 << 20, Trips: trips}}}
	}
	hand := up("by hand", false, 20*ms, 20*ms) // no peer: ours is not to be faster
	hand.ByHand = true
	failing := up("broken", false)
	failing.Failed = "exit code 1: it says\nno | more"
	race := result{Scenario: "race", Database: servers.Postgres, Contender: "revise", Processes: 20,
		Samples: []sample{{Wall: 12 * time.Second, Single: 6 * time.Second, Start: 2 * time.Second, CPU: 3 * time.Second, MaxRSS: 30 << 20, Good: 19}}}
	program := result{Scenario: "version", Contender: "revise", Size: 15 << 20, Samples: []sample{{Wall: 9 * ms, CPU: 8 * ms, MaxRSS: 9 << 20}}}
	r.Results = []result{
		up("revise", false, 60*ms, 90*ms), up("psql", true, 100*ms, 100*ms), up("slow", false, 3000*ms, 5000*ms), up("fast", false, 30*ms, 50*ms), hand, failing,
		far("revise", false, 7), far("psql", true, 4), race, program,
	}
	r.Verdicts = judge(bars(), r.Results)
	return r
}

func TestMarkdown(t *testing.T) {
	var b bytes.Buffer
	if err := aRun().markdown(&b); err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "report.md")
	if os.Getenv("REVISE_UPDATE") != "" {
		if err := os.WriteFile(golden, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || b.String() != string(want) {
		t.Errorf("%v\n%s\nwant\n%s", err, &b, want)
	}
}

func TestJSON(t *testing.T) {
	var b bytes.Buffer
	if err := aRun().json(&b); err != nil {
		t.Fatal(err)
	}
	var got report
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	want := aRun()
	if len(got.Results) != len(want.Results) || !slices.Equal(got.Results[0].Samples, want.Results[0].Samples) || !slices.Equal(got.Verdicts, want.Verdicts) {
		t.Errorf("read back %+v, want %+v", got, want)
	}
}

func TestJudge(t *testing.T) {
	met := map[string]bool{}
	for _, v := range aRun().Verdicts {
		met[v.Scenario+": "+v.Bar+": "+v.Measured] = v.Met
	}
	want := map[string]bool{
		"up: time over the bare client's ≤ 0.65: 0.75":                 false,
		"up: time over the best peer's ≤ 1.00: 1.90":                   false, // 2 and 1.8: of the faster peer, and never of one that failed
		"up: peak memory ≤ 30.0 MB: 10.0 MB":                           true,
		"nothing: round trips after connecting ≤ 1: 4":                 false,
		"race: processes that end with 0 ≥ 20: 19":                     false,
		"race: time without start-up over a single run's ≤ 1.30: 1.67": false,
		"version: time ≤ 5.0 ms: 9.0 ms":                               false,
		"version: size ≤ 25.0 MB: 15.0 MB":                             true,
	}
	for bar, is := range want {
		if got, ok := met[bar]; !ok || got != is {
			t.Errorf("%s: %v, %v; want %v", bar, got, ok, is)
		}
		delete(met, bar)
	}
	for bar := range met {
		t.Errorf("a verdict on what was not run: %s", bar)
	}
}

// A number that our program got by failing must not look like a bar that is met.
func TestJudgeOfAFailure(t *testing.T) {
	r := aRun()
	r.Results[0].Failed = "exit code 1"
	for _, v := range judge(bars(), r.Results) {
		if v.Scenario == "up" && (v.Met || v.Measured != "failed") {
			t.Errorf("a bar of a failed trial: %+v", v)
		}
	}
}

// Every bar is of a trial that exists, so that none is passed over in silence.
func TestBarsHaveTrials(t *testing.T) {
	for _, b := range bars() {
		found := false
		for _, sc := range scenarios() {
			if sc.Name != b.Scenario || !slices.Contains(sc.kinds, b.Database) {
				continue
			}
			for _, tr := range sc.trials(usualSizes(), b.Database) {
				found = found || tr.Variant == b.Variant && (tr.delay > 0) == b.far
			}
		}
		if !found {
			t.Errorf("no trial for %s %s %s: %v", b.Scenario, b.Variant, b.Database, b)
		}
	}
}

func TestDurationText(t *testing.T) {
	for d, want := range map[time.Duration]string{
		1500 * time.Microsecond: "1.5 ms", 999 * time.Millisecond: "999.0 ms", 1234 * time.Millisecond: "1.23 s", 12345 * time.Millisecond: "12.3 s",
	} {
		if got := duration(d); got != want {
			t.Errorf("%d: %q, want %q", d, got, want)
		}
	}
}

func TestCell(t *testing.T) {
	if got := cell("a | b\n  c"); got != `a \| b c` {
		t.Errorf("cell: %q", got)
	}
	if got := cell(strings.Repeat("é", 200)); got != strings.Repeat("é", 160)+"…" {
		t.Errorf("a long cell: %q", got)
	}
}
