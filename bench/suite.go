//go:build unix

package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// A suite has all that trials need.
type suite struct {
	launcher
	sources    map[string]*source // by kind
	contenders []contender
	runs       int
	sizes      sizes
	work       string // a folder for files of revisions
	profiles   string // the folder of our CPU profiles, if ours is the build that writes them
	named      bool   // the contenders were named: those take part that usually do not
	log        io.Writer
}

// A result is what came of one contender in one trial.
type result struct {
	Scenario  string        `json:"scenario"`
	Variant   string        `json:"variant,omitempty"`
	Database  string        `json:"database,omitempty"`
	Delay     time.Duration `json:"delay_ns"`
	Contender string        `json:"contender"`
	Bare      bool          `json:"bare,omitempty"`
	ByHand    bool          `json:"by_hand,omitempty"`
	Processes int           `json:"processes,omitempty"`
	Size      int64         `json:"size,omitempty"` // of the program
	Samples   []sample      `json:"samples"`
	Failed    string        `json:"failed,omitempty"` // why its samples count for nothing
}

// A sample is one run whose work was found done.
type sample struct {
	Round  int           `json:"round"`
	Wall   time.Duration `json:"wall_ns"`
	CPU    time.Duration `json:"cpu_ns"` // user and system
	MaxRSS int64         `json:"max_rss"`
	Trips  int           `json:"round_trips,omitempty"` // through the proxy only
	// of a race: the wall time is that of all, from the first start to the last end
	Single time.Duration `json:"single_ns,omitempty"` // one process by itself
	Good   int           `json:"exit_0,omitempty"`    // how many processes ended well
	Start  time.Duration `json:"start_ns,omitempty"`  // as many processes at once that find nothing to do
}

// An entry is a contender in a trial.
type entry struct {
	contender
	result
	dir      string  // with its files
	prepared *target // where there is nothing to do
}

// run carries out a scenario on a kind of database.
func (s *suite) run(ctx context.Context, sc scenario, kind string) (all []result, err error) {
	for _, tr := range sc.trials(s.sizes, kind) {
		if err := ctx.Err(); err != nil {
			return all, err
		}
		results, err := s.trial(ctx, sc, kind, tr)
		all = append(all, results...)
		if err != nil {
			return all, fmt.Errorf("scenario %s on %s: %w", sc.Name, cmp.Or(kind, "no database"), err)
		}
	}
	return all, nil
}

// trial has every contender do it once in each round, in an order that moves on by one. A contender that fails is out.
func (s *suite) trial(ctx context.Context, sc scenario, kind string, tr trial) ([]result, error) {
	if err := s.makeProfileFolders(sc.Name, kind, tr); err != nil {
		return nil, err
	}
	entries, err := s.entries(sc, kind, tr)
	if err != nil {
		return nil, err
	}
	defer s.clear(kind, entries)
	far, err := s.proxy(kind, tr)
	if err != nil {
		return nil, err
	}
	if far != nil {
		defer far.close()
	}
	for round := range s.runs {
		for _, e := range rotated(entries, round) {
			if e.Failed != "" {
				continue
			}
			sample, err := s.turn(ctx, kind, tr, e, far)
			if ctx.Err() != nil { // what was ended from outside has not failed
				return nil, ctx.Err()
			}
			if err != nil {
				e.Failed = err.Error()
				fmt.Fprintf(s.log, "%s %s %s: %s fails: %v\n", sc.Name, kind, tr.Variant, e.result.Contender, err)
				continue
			}
			sample.Round = round
			e.Samples = append(e.Samples, sample)
		}
		fmt.Fprintf(s.log, "%s %s %s: round %d of %d\n", sc.Name, kind, tr.Variant, round+1, s.runs)
	}
	return pickResults(entries), nil
}

func pickResults(entries []*entry) (list []result) {
	for _, e := range entries {
		list = append(list, e.result)
	}
	return list
}

// entries are the contenders that take part, each with its files written.
func (s *suite) entries(sc scenario, kind string, tr trial) (list []*entry, err error) {
	for _, c := range s.contenders {
		if !s.takesPart(c, kind, tr) {
			continue
		}
		e := &entry{contender: c, dir: filepath.Join(s.work, cmp.Or(kind, "none"), c.Name, cmp.Or(tr.chain.Name, "none"))}
		e.result = result{Scenario: sc.Name, Variant: tr.Variant, Database: kind, Delay: tr.delay, Contender: c.Name, Bare: c.Bare, ByHand: c.ByHand, Processes: tr.processes, Size: c.Size}
		if err := os.MkdirAll(e.dir, 0o755); err != nil {
			return nil, err
		}
		if tr.action != version {
			if err := c.files(e.dir, kind, tr.chain); err != nil {
				return nil, err
			}
		}
		list = append(list, e)
	}
	return list, nil
}

func (s *suite) takesPart(c contender, kind string, tr trial) bool {
	_, can := c.command(target{Kind: kind}, tr.chain, tr.action)
	can = can && (kind == "" || c.works(kind)) && (tr.only == nil || tr.only(c))
	return can && (s.named || tr.usually == nil || tr.usually(c))
}

// clear removes files and databases of a trial.
func (s *suite) clear(kind string, entries []*entry) {
	for _, e := range entries {
		err := os.RemoveAll(e.dir)
		if e.prepared != nil {
			err = errors.Join(err, s.sources[kind].drop(*e.prepared))
		}
		if err != nil {
			fmt.Fprintf(s.log, "clear up: %v\n", err)
		}
	}
}

func (s *suite) proxy(kind string, tr trial) (*proxy, error) {
	if tr.delay == 0 {
		return nil, nil
	}
	return newProxy(s.sources[kind].address(), tr.delay)
}

// turn is one contender's in one round. It fails unless the work is found done.
func (s *suite) turn(ctx context.Context, kind string, tr trial, e *entry, far *proxy) (sample, error) {
	switch {
	case tr.action == version:
		return s.measure(ctx, tr, e, target{}, nil)
	case tr.action == nothing:
		if err := s.prepare(ctx, kind, tr, e); err != nil {
			return sample{}, fmt.Errorf("prepare: %w", err)
		}
		return s.measureAndCheck(ctx, tr, e, *e.prepared, far, tr.chain.Full)
	case tr.processes > 0:
		return s.race(ctx, kind, tr, e)
	}
	return s.once(ctx, kind, tr, e, far)
}

// once runs a contender on a database of its own.
func (s *suite) once(ctx context.Context, kind string, tr trial, e *entry, far *proxy) (_ sample, err error) {
	t, drop, err := s.database(ctx, kind)
	if err != nil {
		return sample{}, err
	}
	defer drop(&err)
	want := tr.chain.Full
	if tr.action == down {
		before := tr
		before.action, before.preparing = up, true
		if _, err := s.measureAndCheck(ctx, before, e, t, nil, want); err != nil {
			return sample{}, fmt.Errorf("prepare: %w", err)
		}
		want = contents{}
	}
	return s.measureAndCheck(ctx, tr, e, t, far, want)
}

// database makes an empty one, and a function that drops it.
func (s *suite) database(ctx context.Context, kind string) (target, func(*error), error) {
	src := s.sources[kind]
	t, err := src.fresh(ctx)
	return t, func(err *error) { *err = errors.Join(*err, src.drop(t)) }, err
}

// prepare gives a contender a database in which it has applied everything. A bare client has no record of that and needs none.
func (s *suite) prepare(ctx context.Context, kind string, tr trial, e *entry) error {
	if e.prepared != nil {
		return nil
	}
	t, err := s.sources[kind].fresh(ctx)
	if err != nil {
		return err
	}
	e.prepared = &t
	tr.action, tr.preparing = up, true
	_, err = s.measureAndCheck(ctx, tr, e, t, nil, tr.chain.Full)
	return err
}

func (s *suite) measureAndCheck(ctx context.Context, tr trial, e *entry, t target, far *proxy, want contents) (sample, error) {
	got, err := s.measure(ctx, tr, e, t, far)
	if err != nil {
		return got, err
	}
	return got, check(ctx, t, want)
}

func check(ctx context.Context, t target, want contents) error {
	found, err := t.contents(ctx)
	if err == nil && found != want {
		err = fmt.Errorf("it ended well, but left %v, not %v", found, want)
	}
	return err
}

func (s *suite) measure(ctx context.Context, tr trial, e *entry, t target, far *proxy) (sample, error) {
	if far != nil {
		t.Port = far.port()
		far.take()
	}
	u, said, err := s.launcher.run(ctx, s.commandOf(tr, e, t))
	if err := failure(u, said, err); err != nil {
		return sample{}, err
	}
	got := sample{Wall: u.Wall, CPU: u.User + u.Sys, MaxRSS: u.MaxRSS}
	if far != nil {
		got.Trips = far.take()
	}
	return got, nil
}

// commandOf is a contender's command in its folder.
func (s *suite) commandOf(tr trial, e *entry, t target) command {
	c, _ := e.command(t, tr.chain, tr.action)
	c.Dir = e.dir
	if s.profiles != "" && e.ours() {
		c.Env = append(c.Env, "REVISE_BENCH_PROFILE="+s.profileFolder(e.result.Scenario, e.Database, tr))
	}
	return c
}

// race measures one process by itself, and then many at once, each time on an empty database.
func (s *suite) race(ctx context.Context, kind string, tr trial, e *entry) (got sample, err error) {
	single, err := s.once(ctx, kind, tr, e, nil)
	if err != nil {
		return got, fmt.Errorf("by itself: %w", err)
	}
	t, drop, err := s.database(ctx, kind)
	if err != nil {
		return got, err
	}
	defer drop(&err)
	got, err = s.together(ctx, tr, e, t)
	if err != nil {
		return got, err
	}
	got.Single = single.Wall
	if err := check(ctx, t, tr.chain.Full); err != nil {
		return got, err
	}
	again := tr
	again.action = nothing
	idle, err := s.together(ctx, again, e, t)
	got.Start = idle.Wall
	return got, err
}

// together starts all processes of a race at once and waits for them.
func (s *suite) together(ctx context.Context, tr trial, e *entry, t target) (got sample, err error) {
	var mu sync.Mutex
	var all sync.WaitGroup
	start := time.Now()
	for range tr.processes {
		all.Go(func() {
			u, said, err := s.launcher.run(ctx, s.commandOf(tr, e, t))
			mu.Lock()
			defer mu.Unlock()
			got.CPU += u.User + u.Sys
			got.MaxRSS = max(got.MaxRSS, u.MaxRSS)
			if failure(u, said, err) == nil {
				got.Good++
			}
		})
	}
	all.Wait()
	got.Wall = time.Since(start)
	return got, ctx.Err()
}

// profileFolder is where the profiles of our runs in a trial go, or those of runs that prepare it.
func (s *suite) profileFolder(scenario, kind string, tr trial) string {
	parts := []string{scenario, tr.Variant, kind}
	if tr.delay > 0 {
		parts = append(parts, "far")
	}
	if tr.preparing {
		parts = append(parts, "prepare")
	}
	parts = slices.DeleteFunc(parts, func(part string) bool { return part == "" })
	return filepath.Join(s.profiles, strings.ReplaceAll(strings.Join(parts, "-"), " ", "-"))
}

// makeProfileFolders makes those of a trial, if there are to be profiles.
func (s *suite) makeProfileFolders(scenario, kind string, tr trial) error {
	if s.profiles == "" {
		return nil
	}
	preparing := tr
	preparing.preparing = true
	return errors.Join(os.MkdirAll(s.profileFolder(scenario, kind, tr), 0o755), os.MkdirAll(s.profileFolder(scenario, kind, preparing), 0o755))
}
