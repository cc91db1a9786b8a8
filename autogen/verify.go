package autogen

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"revise/chain"
	"revise/parser"
	"revise/schema"
)

// A Verification says what is to be proven.
type Verification struct {
	Chain *chain.Chain
	// Only are the revisions that are proven. What they need is only brought up.
	Only []*parser.Revision
	// Jobs is how many scratch databases are worked with at once; at least one.
	Jobs int
	// Locks has statements watched in the first upgrade of a revision, DownLocks in its downgrade as well.
	Locks, DownLocks bool
	// Forbid are policies: names of Policies.
	Forbid []string
	// Begun is told that a revision is being proven, behind so many that are through. Proven is told what came of each, in the order in which they lie on the way. Both may be nil, and are
	// never called at the same time.
	Begun  func(rev *parser.Revision, through int)
	Proven func(*Proof)
}

// A Proof is what was found out about a revision.
type Proof struct {
	Revision     *parser.Revision
	Edges        int  // that lead to it: its parents, or one from the beginning
	Irreversible bool // there is no downgrade, so nothing was taken back
	Faults       []Fault
	Effects      []Effect // of the upgrade's statements, as far as others would have noticed
	DownEffects  []Effect
	Losses       []Loss // of the upgrade
	Remarks      []string
	Duration     time.Duration
	leadsBack    bool
}

// Holds reports whether nothing is wrong.
func (p *Proof) Holds() bool { return len(p.Faults) == 0 }

func (p *Proof) fault(f Fault) { p.Faults = append(p.Faults, f) }

// Verify proves revisions in scratch databases, which are removed in the end whatever happens. Each revision is proven on what it needs and nothing else: up, down, which has to give the
// schema that was there before, and up again, which has to give the same schema as at first. A merge is proven besides with its sides: each side is brought up alone and
// behind the other one, which has to give the same schema in either order, and taken back while the other one is there, which has to give what that one gave alone.
//
// So every edge is gone both ways, those into a merge with and without its other sides. A fault of one revision is in its Proof and keeps no other one from being proven. An error is
// returned where an upgrade does not get through at all, as a *runner.StatementError, or anything but a revision is at fault.
func (s *Site) Verify(ctx context.Context, req Verification) error {
	forbid, err := policies(req.Forbid, req.Only)
	if err != nil {
		return err
	}
	site := *s
	var mu sync.Mutex
	site.Removed = func(names []string) {
		mu.Lock()
		defer mu.Unlock()
		if s.Removed != nil {
			s.Removed(names)
		}
	}
	within, cancel := context.WithCancel(ctx)
	defer cancel()
	v := &verification{
		Verification: req, site: &site, forbid: forbid, route: newRoute(req.Chain, req.Only), mu: &mu, cancel: cancel,
		proofs: map[int]*Proof{}, held: map[int]bool{}, ended: map[int]chan struct{}{},
	}
	for _, i := range v.route.tasks {
		v.ended[i] = make(chan struct{})
	}
	v.cross()
	v.shares()
	var workers sync.WaitGroup
	for range max(1, min(req.Jobs, len(v.pending))) {
		workers.Go(func() { v.work(within) })
	}
	workers.Wait()
	if err := ctx.Err(); err != nil {
		return err // whatever it was that was under way
	}
	return v.failed
}

// A verification is one that is under way.
type verification struct {
	Verification
	site   *Site
	route  *route
	forbid map[string]bool
	cancel func()

	mu       *sync.Mutex
	pending  [][]int               // shares of the route's tasks that nobody has taken
	proofs   map[int]*Proof        // that are not told yet, by number
	told     int                   // tasks
	through  int                   // tasks
	held     map[int]bool          // revisions that were proven to lead back
	ended    map[int]chan struct{} // by task: closed when it is through
	failed   error
	failedAt int // the task that it happened at

	crossings map[int][]crossing // of tasks
}

// Bounds of what crossings of merges may take, in revisions that go up or down: as many for each revision of the route, and some more.
const (
	movesEach  = 40
	movesLeast = 400
)

// cross finds the crossings of all tasks, and those that are too long.
func (v *verification) cross() {
	v.crossings = map[int][]crossing{}
	left := movesEach*len(v.route.revs) + movesLeast
	for _, i := range v.route.tasks {
		list := v.route.crossings(v.Chain, i)
		for k := range list {
			if moves := list[k].moves(); moves <= left {
				left -= moves
			} else {
				list[k].long = true
			}
		}
		v.crossings[i] = list
	}
}

// shares cuts the tasks into stretches that lie behind one another: a worker goes on from where it is, and what others have proven in between it only brings up. They are short, so that all end at
// about the same time, and as long as it takes for bringing up not to count.
func (v *verification) shares() {
	const longest, each = 16, 4
	size := max(1, min(longest, len(v.route.tasks)/(each*max(1, v.Jobs))))
	v.pending = slices.Collect(slices.Chunk(v.route.tasks, size))
}

// work proves shares until there are none.
func (v *verification) work(ctx context.Context) {
	w := &walker{v: v}
	defer func() {
		if err := w.drop(ctx); err != nil {
			v.fail(len(v.route.revs), err)
		}
	}()
	for {
		share, ok := v.next(ctx)
		if !ok {
			return
		}
		for _, i := range share {
			v.begin(i)
			started := time.Now()
			p, err := w.prove(ctx, i)
			if err != nil {
				v.fail(i, err)
				return
			}
			p.Duration = time.Since(started)
			v.done(i, p)
		}
	}
}

func (v *verification) next(ctx context.Context) ([]int, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if ctx.Err() != nil || len(v.pending) == 0 {
		return nil, false
	}
	share := v.pending[0]
	v.pending = v.pending[1:]
	return share, true
}

func (v *verification) begin(i int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.Begun != nil {
		v.Begun(v.route.revs[i], v.through)
	}
}

// done tells of a proof as soon as all before it are told.
func (v *verification) done(i int, p *Proof) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.through++
	v.held[i] = p.leadsBack
	close(v.ended[i])
	v.proofs[i] = p
	for v.told < len(v.route.tasks) {
		p := v.proofs[v.route.tasks[v.told]]
		if p == nil {
			return
		}
		delete(v.proofs, v.route.tasks[v.told])
		v.told++
		if v.Proven != nil {
			v.Proven(p)
		}
	}
}

// fail ends all workers. Of several errors the first on the way counts, and none that only follows from another one's end.
func (v *verification) fail(i int, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	follows := errors.Is(err, context.Canceled)
	if v.failed == nil || errors.Is(v.failed, context.Canceled) && !follows || !follows && i < v.failedAt {
		v.failed, v.failedAt = err, i
	}
	v.cancel()
}

// holds reports whether all of some revisions were proven to lead back.
func (v *verification) holds(list []int) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return !slices.ContainsFunc(list, func(i int) bool { return !v.held[i] })
}

// leadBack waits until the proofs of revisions are through, as far as they are proven at all, and reports whether all of those lead back. Those whose end is waited for lie before whoever waits, on the
// way, so there is always one who does not.
func (v *verification) leadBack(ctx context.Context, list []int) (bool, error) {
	for _, i := range list {
		ended := v.ended[i]
		if ended == nil {
			continue
		}
		select {
		case <-ended:
		case <-ctx.Done():
			return false, ctx.Err()
		}
		if !v.holds([]int{i}) {
			return false, nil
		}
	}
	return true, nil
}

// irreversible reports whether a revision cannot be taken back.
func (v *verification) irreversible(i int) bool {
	return v.route.revs[i].Section(parser.Downgrade, v.site.Driver.Name()) == nil
}

// reordered lists the tables whose columns stand in another order than they should, and reports whether the database could put them where they should be without building a table anew.
func (v *verification) reordered(should, is *schema.Snapshot) (tables []*schema.Object, could bool, err error) {
	tables = schema.Reordered(should, is)
	if len(tables) == 0 {
		return nil, false, nil
	}
	plan, err := v.site.Driver.Plan(is, should, schema.Options{})
	if err != nil {
		return nil, false, fmt.Errorf("plan a way back: %w", err)
	}
	anew := slices.ContainsFunc(plan.Parts, func(p schema.Part) bool { return p.KeysOff })
	return tables, !plan.Empty() && !anew, nil
}
