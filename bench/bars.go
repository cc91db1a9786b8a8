package main

import (
	"fmt"
	"time"

	"revise/drivers/drivertest/servers"
)

// A bar is what our program should reach: a measure of one trial that is not above (or, for processes that end well, not below) a limit.
type bar struct {
	Scenario, Variant, Database string
	far                         bool
	measure                     measure
	limit                       float64
}

// A measure is what a bar is about.
type measure int

const (
	againstBare    measure = iota // wall time over the bare client's
	againstBest                   // wall time over the best peer's
	cpuAgainstBare                // CPU time over the bare client's
	cpuAgainstBest                // CPU time over the best peer's
	memory                        // MB at the peak
	cpu                           // ms
	wall                          // ms
	trips                         // round trips (where there is nothing to do: after connecting)
	ended                         // processes that end well
	againstOne                    // wall time of the race without starting so many processes, over a single run's
	size                          // MB of the program
)

// bars are the limits we hold ourselves to. Where they come from is said in README.md.
func bars() []bar {
	pg, maria, my := servers.Postgres, servers.MariaDB, servers.MySQL
	list := []bar{
		{"up-far", "", pg, true, againstBare, 0.10},
		{"up-far", "", pg, true, trips, 10},
		{"up-far", "", maria, true, againstBare, 0.10},
		{"up-far", "", maria, true, trips, 10},
		{"nothing", "2000 applied", pg, false, againstBest, 1},
		{"nothing", "2000 applied", pg, false, cpuAgainstBest, 1},
		{"nothing", "2000 applied", pg, false, cpuAgainstBare, 1.5},
		{"nothing", "2000 applied", pg, true, trips, 1},
		{"nothing", "2000 applied", maria, false, againstBest, 1},
		{"nothing", "2000 applied", maria, false, cpuAgainstBest, 1},
		{"nothing", "2000 applied", maria, true, trips, 1},
		{"nothing", "10000 applied", pg, false, cpu, 60},
		{"race", "", pg, false, ended, 20},
		{"race", "", pg, false, againstOne, 1.3},
		{"race", "", maria, false, ended, 20},
		{"race", "", maria, false, againstOne, 1.3},
		{"version", "", "", false, wall, 5},
		{"version", "", "", false, size, 25},
	}
	ratios := []struct {
		database    string
		chain, load float64 // over the bare client: 200 revisions, one of 50 MB
	}{{pg, 0.65, 0.30}, {maria, 0.75, 0.5}, {my, 0.75, 0.5}, {sqliteKind, 0.45, 0.9}}
	for _, r := range ratios {
		for _, scenario := range []string{"up", "down"} {
			list = append(list,
				bar{scenario, "", r.database, false, againstBare, r.chain},
				bar{scenario, "", r.database, false, againstBest, 1},
				bar{scenario, "", r.database, false, memory, 30})
		}
		for _, rows := range []string{byOne, byFifty} {
			list = append(list,
				bar{"load", rows, r.database, false, againstBare, r.load},
				bar{"load", rows, r.database, false, memory, 64})
		}
	}
	return list
}

// A verdict is what became of a bar.
type verdict struct {
	Scenario string  `json:"scenario"`
	Variant  string  `json:"variant,omitempty"`
	Database string  `json:"database,omitempty"`
	Bar      string  `json:"bar"`
	Value    float64 `json:"value"`
	Measured string  `json:"measured"`
	Met      bool    `json:"met"`
}

// judge gives a verdict on each bar whose trial was run. One that our program failed in is not met.
func judge(list []bar, results []result) (verdicts []verdict) {
	for _, b := range list {
		of := trialOf(b, results)
		i := indexOfOurs(of)
		if i < 0 {
			continue
		}
		v := verdict{Scenario: b.Scenario, Variant: b.Variant, Database: b.Database, Bar: b.String(), Measured: "failed"}
		if of[i].Failed == "" {
			value, ok := b.measure.of(of[i], of)
			if !ok {
				continue // nobody to compare with
			}
			v.Value, v.Measured = value, b.measure.format(value)
			v.Met = value <= b.limit
			if b.measure == ended {
				v.Met = value >= b.limit
			}
		}
		verdicts = append(verdicts, v)
	}
	return verdicts
}

// trialOf picks the results of a bar's trial.
func trialOf(b bar, results []result) (list []result) {
	for _, r := range results {
		if r.Scenario == b.Scenario && r.Variant == b.Variant && r.Database == b.Database && (r.Delay > 0) == b.far {
			list = append(list, r)
		}
	}
	return list
}

func indexOfOurs(list []result) int {
	for i, r := range list {
		if r.Contender == oursName {
			return i
		}
	}
	return -1
}

// of takes a measure of our result among those of its trial, and false if there is nobody to compare with.
func (m measure) of(ours result, all []result) (float64, bool) {
	switch m {
	case againstBare:
		return ours.against(bareOf(all))
	case againstBest:
		return ours.against(bestPeer(all))
	case cpuAgainstBare:
		return ours.cpuAgainst(bareOf(all))
	case cpuAgainstBest:
		return ours.cpuAgainst(bestPeer(all))
	case memory:
		return megabytes(ours.peak()), true
	case cpu:
		return milliseconds(ours.cpu()), true
	case wall:
		return milliseconds(ours.wall()), true
	case trips:
		n, ok := ours.asked(all)
		return float64(n), ok
	case ended:
		return float64(ours.good()), true
	case againstOne:
		return ours.againstSingle(), true
	default:
		return megabytes(ours.Size), true
	}
}

func (m measure) format(value float64) string {
	switch m {
	case againstBare, againstBest, cpuAgainstBare, cpuAgainstBest, againstOne:
		return fmt.Sprintf("%.2f", value)
	case memory, size:
		return fmt.Sprintf("%.1f MB", value)
	case cpu, wall:
		return fmt.Sprintf("%.1f ms", value)
	}
	return fmt.Sprintf("%.0f", value)
}

func (b bar) String() string {
	what := map[measure]string{
		againstBare: "time over the bare client's ≤ ", againstBest: "time over the best peer's ≤ ", memory: "peak memory ≤ ",
		cpuAgainstBare: "CPU over the bare client's ≤ ", cpuAgainstBest: "CPU over the best peer's ≤ ", cpu: "CPU ≤ ", wall: "time ≤ ",
		trips: "round trips ≤ ", ended: "processes that end with 0 ≥ ", againstOne: "time without start-up over a single run's ≤ ", size: "size ≤ ",
	}[b.measure]
	if b.measure == trips && b.Scenario == "nothing" {
		what = "round trips after connecting ≤ "
	}
	return what + b.measure.format(b.limit)
}

func bareOf(all []result) *result {
	for i := range all {
		if all[i].Bare && all[i].Failed == "" {
			return &all[i]
		}
	}
	return nil
}

// bestPeer is the fastest of those that are neither ours nor bare nor by hand.
func bestPeer(all []result) (best *result) {
	for i, r := range all {
		if !r.Bare && !r.ByHand && r.Contender != oursName && r.Failed == "" && (best == nil || r.wall() < best.wall()) {
			best = &all[i]
		}
	}
	return best
}

func (r result) wall() time.Duration {
	return median(pick(r.Samples, func(s sample) time.Duration { return s.Wall }))
}
func (r result) cpu() time.Duration {
	return median(pick(r.Samples, func(s sample) time.Duration { return s.CPU }))
}
func (r result) peak() int64 {
	return highest(pick(r.Samples, func(s sample) int64 { return s.MaxRSS }))
}
func (r result) good() int  { return lowest(pick(r.Samples, func(s sample) int { return s.Good })) }
func (r result) trips() int { return median(pick(r.Samples, func(s sample) int { return s.Trips })) }

// against is the median over the rounds of this time over another's in the same round.
func (r result) against(other *result) (float64, bool) {
	return r.ratio(other, func(s sample) time.Duration { return s.Wall })
}

// cpuAgainst is against for the time of the processors.
func (r result) cpuAgainst(other *result) (float64, bool) {
	return r.ratio(other, func(s sample) time.Duration { return s.CPU })
}

func (r result) ratio(other *result, of func(sample) time.Duration) (float64, bool) {
	if other == nil {
		return 0, false
	}
	theirs := map[int]time.Duration{}
	for _, s := range other.Samples {
		theirs[s.Round] = of(s)
	}
	var ratios []float64
	for _, s := range r.Samples {
		if theirs[s.Round] > 0 {
			ratios = append(ratios, float64(of(s))/float64(theirs[s.Round]))
		}
	}
	return median(ratios), len(ratios) > 0
}

// starting is how long it takes to start all processes of a race, by as many that find nothing to do.
func (r result) starting() time.Duration {
	return median(pick(r.Samples, func(s sample) time.Duration { return s.Start }))
}

// againstSingle is the time of a race without what starting so many processes takes, over that of one process by itself.
func (r result) againstSingle() float64 {
	return median(pick(r.Samples, func(s sample) float64 { return float64(s.Wall-s.Start) / float64(max(s.Single, 1)) }))
}

// asked is how many round trips there were after connecting. What connecting takes is told by a bare client that asks one question, so it is known only
// where there is nothing to do; elsewhere what is returned is all of them.
func (r result) asked(all []result) (int, bool) {
	if r.trips() == 0 {
		return 0, false
	}
	if r.Scenario != "nothing" {
		return r.trips(), true
	}
	bare := bareOf(all)
	if bare == nil {
		return 0, false
	}
	return r.trips() - (bare.trips() - 1), true
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
func megabytes(n int64) float64            { return float64(n) / (1 << 20) }
