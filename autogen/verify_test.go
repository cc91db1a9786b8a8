package autogen_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"revise/autogen"
	"revise/chain"
	"revise/drivers"
	"revise/drivers/all"
	"revise/parser"
	"revise/runner"
)

// A trialRun is a verification in memory, with what was told.
type trialRun struct {
	links  *chain.Chain
	site   autogen.Site
	req    autogen.Verification
	moves  atomic.Int64 // revisions that went up or down
	proofs []*autogen.Proof
}

// files are revision files by their ids.
func newTrialRun(t *testing.T, files map[string]string) *trialRun {
	t.Helper()
	var revs []*parser.Revision
	for id, text := range files {
		rev, err := parser.Parse(id+".sql", []byte(text), []string{"sqlite"})
		if err != nil {
			t.Fatal(err)
		}
		revs = append(revs, rev)
	}
	links, err := chain.New(revs)
	if err != nil {
		t.Fatal(err)
	}
	driver, err := all.Drivers().ByScheme("sqlite")
	if err != nil {
		t.Fatal(err)
	}
	r := &trialRun{links: links}
	r.site = autogen.Site{Driver: driver, Addr: drivers.Address{Scheme: "sqlite", Name: ":memory:", File: true}}
	r.site.Run.Events = func(e runner.Event) {
		if _, ok := e.(runner.StepDone); ok {
			r.moves.Add(1)
		}
	}
	r.req = autogen.Verification{Chain: links, Only: links.All(), Jobs: 1, Proven: func(p *autogen.Proof) { r.proofs = append(r.proofs, p) }}
	return r
}

func (r *trialRun) verify(t *testing.T) {
	t.Helper()
	if err := r.site.Verify(context.Background(), r.req); err != nil {
		t.Fatal(err)
	}
}

// told are the faults and the remarks, "r3 left_behind".
func (r *trialRun) told() []string {
	var list []string
	for _, p := range r.proofs {
		for _, f := range p.Faults {
			list = append(list, p.Revision.ID.Name+" "+string(f.Kind))
		}
		for _, remark := range p.Remarks {
			list = append(list, p.Revision.ID.Name+": "+remark)
		}
	}
	return list
}

// makes is a file that makes a table of its own.
func makes(id string, parents ...string) string {
	return fmt.Sprintf("-- revision: %s\n-- revises: %s\n-- +upgrade\nCREATE TABLE %s (x);\n-- +downgrade\nDROP TABLE %s;\n", id, strings.Join(parents, ", "), id, id)
}

// grown is a graph at random: lines that part and are merged again.
func grown(rnd *rand.Rand, size int) (map[string]string, []string) {
	files := map[string]string{}
	var ids []string
	for i := range size {
		id := fmt.Sprintf("r%02d", i)
		var parents []string
		for range min(i, 1+rnd.IntN(2)*rnd.IntN(3)) {
			if p := ids[max(0, i-1-rnd.IntN(5))]; !slices.Contains(parents, p) {
				parents = append(parents, p)
			}
		}
		files[id] = makes(id, parents...)
		ids = append(ids, id)
	}
	return files, ids
}

// TestVerifyAny proves graphs at random that hold, and finds the one revision of each that does not, whoever does the work.
func TestVerifyAny(t *testing.T) {
	for seed := range uint64(16) {
		rnd := rand.New(rand.NewPCG(seed, 2))
		files, ids := grown(rnd, 4+rnd.IntN(24))
		whole := newTrialRun(t, files)
		whole.req.Jobs = 1 + rnd.IntN(4)
		whole.verify(t)
		if told := whole.told(); len(told) > 0 || len(whole.proofs) != len(files) {
			t.Fatalf("seed %d: %d proofs of %d, %q", seed, len(whole.proofs), len(files), told)
		}
		edges := 0
		for _, p := range whole.proofs {
			edges += max(1, len(p.Revision.Revises))
			edges -= p.Edges
		}
		if edges != 0 {
			t.Fatalf("seed %d: edges are not counted", seed)
		}
		bad := ids[rnd.IntN(len(ids))]
		files[bad] = strings.ReplaceAll(files[bad], "DROP TABLE "+bad, "SELECT 1")
		var before []string
		for jobs := range 3 {
			r := newTrialRun(t, files)
			r.req.Jobs = 1 + jobs
			r.verify(t)
			told := r.told()
			faults := slices.DeleteFunc(slices.Clone(told), func(s string) bool { return strings.Contains(s, ": ") })
			if !slices.Equal(faults, []string{bad + " left_behind"}) {
				t.Fatalf("seed %d, %d jobs: %s does not lead back, and told was %q", seed, 1+jobs, bad, told)
			}
			if jobs > 0 && !slices.Equal(told, before) {
				t.Fatalf("seed %d, %d jobs: told was %q, and with one less %q", seed, 1+jobs, told, before)
			}
			before = told
		}
	}
}

// TestVerifyMoves bounds how many revisions go up or down by the number of edges, also where a line takes another one over again and again.
func TestVerifyMoves(t *testing.T) {
	const size = 25
	line, ladder, comb := map[string]string{}, map[string]string{}, map[string]string{}
	line["l00"], ladder["m00"], ladder["l00"], comb["m00"] = makes("l00"), makes("m00"), makes("l00", "m00"), makes("m00")
	for i := 1; i < size; i++ {
		id := func(line string, n int) string { return fmt.Sprintf("%s%02d", line, n) }
		line[id("l", i)] = makes(id("l", i), id("l", i-1))
		ladder[id("m", i)] = makes(id("m", i), id("m", i-1))
		ladder[id("l", i)] = makes(id("l", i), id("l", i-1), id("m", i))
		comb[id("f", i)] = makes(id("f", i), "m00") // features that all begin at the same place
		comb[id("m", i)] = makes(id("m", i), id("m", i-1), id("f", i))
	}
	delete(comb, "f01")
	comb["f01"], comb["m01"] = makes("f01", "m00"), makes("m01", "f01", "f02")
	for name, tt := range map[string]struct {
		files map[string]string
		most  int // for each edge
	}{"line": {line, 3}, "ladder": {ladder, 60}, "comb": {comb, 60}} {
		r := newTrialRun(t, tt.files)
		edges := 0
		for _, rev := range r.links.All() {
			edges += max(1, len(rev.Revises))
		}
		r.verify(t)
		if moves := int(r.moves.Load()); moves > tt.most*edges {
			t.Errorf("%s: %d moves for %d edges", name, moves, edges)
		}
		for _, p := range r.proofs {
			if !p.Holds() {
				t.Errorf("%s: %s does not hold", name, p.Revision.ID.Name)
			}
		}
	}
}

// A counted driver counts the trials that are there.
type counted struct {
	drivers.Driver
	open *atomic.Int64
}

func (c counted) Scratch(ctx context.Context, addr drivers.Address, opt drivers.Options) (*drivers.Scratch, error) {
	s, err := c.Driver.Scratch(ctx, addr, opt)
	if err == nil {
		c.open.Add(1)
		drop := s.Drop
		s.Drop = func(ctx context.Context) error {
			c.open.Add(-1)
			return drop(ctx)
		}
	}
	return s, err
}

// TestVerifyEnds removes all trials, whether all went well, a revision failed, or it was interrupted.
func TestVerifyEnds(t *testing.T) {
	files := map[string]string{"r00": makes("r00")}
	for i := 1; i < 30; i++ {
		id := fmt.Sprintf("r%02d", i)
		files[id] = makes(id, fmt.Sprintf("r%02d", i-1))
	}
	run := func(change func(r *trialRun, cancel func())) error {
		r := newTrialRun(t, files)
		var open atomic.Int64
		r.site.Driver = counted{r.site.Driver, &open}
		r.req.Jobs = 3
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		change(r, cancel)
		err := r.site.Verify(ctx, r.req)
		if n := open.Load(); n != 0 {
			t.Errorf("%d scratch databases are left", n)
		}
		return err
	}
	if err := run(func(*trialRun, func()) {}); err != nil {
		t.Error(err)
	}
	err := run(func(r *trialRun, cancel func()) {
		r.req.Begun = func(_ *parser.Revision, through int) {
			if through > 5 {
				cancel()
			}
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted, it ended with %v", err)
	}
	files["r07"] = strings.ReplaceAll(files["r07"], "(x)", "(x")
	var stmt *runner.StatementError
	if err := run(func(*trialRun, func()) {}); !errors.As(err, &stmt) || stmt.Step.Revision.ID.Name != "r07" {
		t.Errorf("an upgrade fails, and it ended with %v", err)
	}
}
