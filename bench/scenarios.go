package main

import (
	"fmt"
	"time"

	"revise/drivers/drivertest/servers"
)

// A scenario is one question. It is asked on each of its kinds of database, by one trial or several.
type scenario struct {
	Name, Title string
	kinds       []string // "": no database
	trials      func(s sizes, kind string) []trial
}

// A trial is what every contender that takes part does in each round.
type trial struct {
	Variant   string
	chain     chain
	action    action
	delay     time.Duration          // in each direction
	processes int                    // that run at once; 0: one
	only      func(c contender) bool // who can take part; nil: all
	usually   func(c contender) bool // who of them does if nobody was named; nil: all
	preparing bool                   // it is not measured, but leads to what is
}

// sizes is how large everything is.
type sizes struct {
	Revisions int           // of the usual chain
	Applied   int           // revisions where there is nothing to do
	Many      int           // the same, for a large project
	Load      int           // bytes of INSERTs
	Processes int           // that race
	Delay     time.Duration // each way
}

func usualSizes() sizes {
	return sizes{Revisions: 200, Applied: 2000, Many: 10000, Load: 50 << 20, Processes: 20, Delay: 5 * time.Millisecond}
}

func oursOnly(c contender) bool    { return c.ours() }
func oursAndBare(c contender) bool { return c.ours() || c.Bare || c.ByHand }
func noBare(c contender) bool      { return !c.Bare && !c.ByHand }

func scenarios() []scenario {
	far := []string{servers.Postgres, servers.MariaDB}
	return []scenario{
		{"up", "All revisions onto an empty database", allKinds(), func(s sizes, kind string) []trial {
			return []trial{{chain: steps(kind, s.Revisions), action: up}}
		}},
		{"up-far", "The same over a slow network", far, func(s sizes, kind string) []trial {
			return []trial{{chain: steps(kind, s.Revisions), action: up, delay: s.Delay}}
		}},
		{"nothing", "Nothing to do", far, func(s sizes, kind string) []trial {
			variant := fmt.Sprintf("%d applied", s.Applied)
			return []trial{
				{Variant: variant, chain: rows(s.Applied), action: nothing},
				{Variant: variant, chain: rows(s.Applied), action: nothing, delay: s.Delay},
				{Variant: fmt.Sprintf("%d applied", s.Many), chain: rows(s.Many), action: nothing, only: oursOnly},
			}
		}},
		{"down", "All revisions taken back", allKinds(), func(s sizes, kind string) []trial {
			return []trial{{chain: steps(kind, s.Revisions), action: down}}
		}},
		{"load", "One large revision of INSERTs", allKinds(), func(s sizes, kind string) []trial {
			return []trial{
				{Variant: byOne, chain: load(s.Load, 1), action: up, usually: oursAndBare},
				{Variant: byFifty, chain: load(s.Load, 50), action: up, usually: oursAndBare},
			}
		}},
		{"race", "Many processes at once on an empty database", far, func(s sizes, kind string) []trial {
			return []trial{{chain: steps(kind, s.Revisions), action: up, processes: s.Processes, only: noBare}}
		}},
		{"version", "The program itself", []string{""}, func(sizes, string) []trial {
			return []trial{{action: version}}
		}},
	}
}

// The variants of the scenario load.
const (
	byOne   = "one row each"
	byFifty = "fifty rows each"
)
