package autogen

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"revise/drivers"
	"revise/parser"
	"revise/runner"
	"revise/schema"
)

// A walker moves a trial along a route. It has none until it needs one.
type walker struct {
	v       *verification
	trial   *Trial
	plain   *runner.Runner
	watched *runner.Runner // by which statements are watched; nil: nobody asks for that
	at      set            // what is applied
	now     *schema.Snapshot
	seen    []runner.Watched
}

// drop removes the trial.
func (w *walker) drop(ctx context.Context) error {
	if w.trial == nil {
		return nil
	}
	t := w.trial
	w.trial, w.now = nil, nil
	return t.Close(ctx)
}

// begin makes a trial with nothing in it.
func (w *walker) begin(ctx context.Context) (err error) {
	if err := w.drop(ctx); err != nil {
		return err
	}
	if w.trial, err = w.v.site.Trial(ctx); err != nil {
		return err
	}
	w.at, w.now = make(set, (len(w.v.route.revs)+63)/64), nil
	if w.plain, err = w.trial.Runner(w.v.Chain); err != nil {
		return err
	}
	if !w.v.Locks && !w.v.DownLocks {
		return nil
	}
	opt := w.trial.options()
	opt.Watch = func(s runner.Watched) { w.seen = append(w.seen, s) }
	w.watched, err = runner.New(w.v.site.Driver, w.trial.conn, w.v.Chain, opt)
	return err
}

// moveTo has exactly these revisions applied. Only what is known to lead back is taken back on the way, and what comes is brought up behind what is there only where it comes behind it on the
// route as well: which worker comes along must not decide what is found. Otherwise there is a new trial.
func (w *walker) moveTo(ctx context.Context, want set) error {
	if w.trial != nil {
		back := without(w.at, want).members()
		const few = 20
		if len(back) > want.count()+few || !w.v.holds(back) || !goesOn(and(w.at, want), want) {
			if err := w.drop(ctx); err != nil {
				return err
			}
		} else if err := w.downAll(ctx, back); err != nil {
			if !isFault(ctx, err) { // what leads back from one place may not from another
				return err
			}
			if err := w.drop(ctx); err != nil {
				return err
			}
		}
	}
	if w.trial == nil {
		if err := w.begin(ctx); err != nil {
			return err
		}
	}
	for _, head := range w.v.route.heads(want) {
		if w.at.has(head) {
			continue
		}
		if _, err := w.plain.Up(ctx, w.v.route.revs[head].ID.Name); err != nil {
			if isFault(ctx, err) {
				err = errors.Join(&blockedError{err}, w.drop(ctx))
			}
			return err
		}
		w.now = nil
	}
	w.at = want
	return nil
}

// goesOn reports whether all that one set has more than another comes behind that.
func goesOn(have, want set) bool {
	is, more := have.members(), without(want, have).members()
	return len(is) == 0 || len(more) == 0 || is[len(is)-1] < more[0]
}

// A blockedError says that what a revision needs cannot be brought up.
type blockedError struct{ error }

func (e *blockedError) Unwrap() error { return e.error }

// blocked notes that what a revision needs cannot be brought up, if the one at fault is proven itself: then either that fails, which ends all, or it is a merge that is at fault. Any other
// error it returns.
func (w *walker) blocked(p *Proof, err error) error {
	var stmt *runner.StatementError
	if !as[*blockedError](err) || !errors.As(err, &stmt) {
		return err
	}
	if _, proven := slices.BinarySearch(w.v.route.tasks, w.v.route.at[stmt.Step.Revision.ID.Name]); !proven {
		return err
	}
	if p.Holds() {
		p.fault(Fault{Kind: Unreachable, Pos: w.v.place(p.Revision, parser.Upgrade), Err: err})
	}
	return nil
}

func as[T error](err error) bool {
	var t T
	return errors.As(err, &t)
}

// look reads the schema, if it is not known.
func (w *walker) look(ctx context.Context) (*schema.Snapshot, error) {
	if w.now != nil {
		return w.now, nil
	}
	snap, err := w.trial.Snapshot(ctx)
	w.now = snap
	return snap, err
}

// up applies one revision, whose needs are applied.
func (w *walker) up(ctx context.Context, i int, watch bool) error {
	return w.move(ctx, i, watch && w.v.Locks, func(r *runner.Runner, id string) (*runner.Plan, error) { return r.Up(ctx, id) })
}

// down takes one revision back, that no applied one needs.
func (w *walker) down(ctx context.Context, i int, watch bool) error {
	return w.move(ctx, i, watch && w.v.DownLocks, func(r *runner.Runner, id string) (*runner.Plan, error) { return r.Down(ctx, id+"@-1") })
}

func (w *walker) move(ctx context.Context, i int, watch bool, move func(r *runner.Runner, id string) (*runner.Plan, error)) error {
	r := w.plain
	w.seen = nil
	if watch && w.watched != nil {
		r = w.watched
	}
	w.now = nil
	id := w.v.route.revs[i].ID.Name
	plan, err := move(r, id)
	if err != nil {
		return err
	}
	if len(plan.Steps) != 1 || plan.Steps[0].Revision.ID.Name != id {
		return fmt.Errorf("verify meant to move %s alone, and moved %d revisions", id, len(plan.Steps)) // our own mistake
	}
	one := make(set, len(w.at))
	one.add(i)
	if w.at.has(i) {
		w.at = without(w.at, one)
	} else {
		w.at = or(w.at, one)
	}
	return nil
}

// upAll and downAll move many, in the order that they need.
func (w *walker) upAll(ctx context.Context, list []int) error {
	for _, i := range list {
		if err := w.up(ctx, i, false); err != nil {
			return err
		}
	}
	return nil
}

func (w *walker) downAll(ctx context.Context, list []int) error {
	for _, i := range slices.Backward(list) {
		if err := w.down(ctx, i, false); err != nil {
			return err
		}
	}
	return nil
}

// isFault reports whether an error is one of a revision: a statement that the database refuses.
func isFault(ctx context.Context, err error) bool {
	var e *runner.StatementError
	return errors.As(err, &e) && e.Phase != runner.InFile && !errors.Is(err, drivers.ErrLost) && ctx.Err() == nil
}

// prove proves a revision.
func (w *walker) prove(ctx context.Context, i int) (*Proof, error) {
	rev := w.v.route.revs[i]
	p := &Proof{Revision: rev, Edges: max(1, len(w.v.Chain.Parents(rev.ID.Name)))}
	err := w.all(ctx, p, i)
	if err != nil {
		err = w.blocked(p, err)
	}
	if err == nil && !p.Holds() { // nobody knows what the trial is like now
		err = w.drop(ctx)
	}
	p.leadsBack = p.Holds() && !p.Irreversible
	w.v.judge(p)
	return p, err
}

// all crosses the sides of a merge, and goes along the edge, for a merge whose sides do not get along as well if that can be.
func (w *walker) all(ctx context.Context, p *Proof, i int) error {
	for _, c := range w.v.crossings[i] {
		if !p.Holds() {
			break
		}
		if err := w.cross(ctx, p, c); err != nil {
			return err
		}
	}
	if err := w.moveTo(ctx, w.v.route.below[i]); err != nil {
		return err
	}
	return w.edge(ctx, p, i)
}

// edge goes up, down and up again.
func (w *walker) edge(ctx context.Context, p *Proof, i int) error {
	before, err := w.look(ctx)
	if err != nil {
		return err
	}
	if err := w.up(ctx, i, true); err != nil {
		return err
	}
	seen := w.seen
	after, err := w.look(ctx)
	if err != nil {
		return err
	}
	p.Effects = effects(seen, before, after)
	if p.Losses, err = w.v.losses(p.Revision, before, after); err != nil {
		return err
	}
	if p.Irreversible = w.v.irreversible(i); p.Irreversible {
		return nil
	}
	if err := w.down(ctx, i, true); err != nil {
		return p.refused(ctx, Fault{Kind: DownFails, Pos: w.v.place(p.Revision, parser.Downgrade)}, err)
	}
	p.DownEffects = effects(w.seen, after, before)
	same, err := w.compare(ctx, p, before, Fault{Kind: LeftBehind, Pos: w.v.place(p.Revision, parser.Downgrade)})
	if err != nil || !same {
		return err
	}
	if err := w.up(ctx, i, false); err != nil {
		return p.refused(ctx, Fault{Kind: AgainFails, Pos: w.v.place(p.Revision, parser.Upgrade)}, err)
	}
	_, err = w.compare(ctx, p, after, Fault{Kind: AgainDiffers, Pos: w.v.place(p.Revision, parser.Upgrade)})
	return err
}

// refused notes that a statement was refused that should not have been. Any other error it returns.
func (p *Proof) refused(ctx context.Context, f Fault, err error) error {
	if !isFault(ctx, err) {
		return err
	}
	f.Err = err
	var e *runner.StatementError
	if errors.As(err, &e) && e.At().IsValid() {
		f.Pos = e.At()
	}
	p.fault(f)
	return nil
}

// compare looks, and notes as a fault what is not as it should be. That columns stand in another order is a fault only where the revision could have put them into place.
func (w *walker) compare(ctx context.Context, p *Proof, should *schema.Snapshot, f Fault) (same bool, err error) {
	is, err := w.look(ctx)
	if err != nil {
		return false, err
	}
	f.Should, f.Is = should, is
	if f.Changes = schema.Compare(should, is); len(f.Changes) > 0 {
		p.fault(f)
		return false, nil
	}
	tables, could, err := w.v.reordered(should, is)
	if err != nil {
		return false, err
	}
	if could && !f.crosses() {
		f.Reordered = tables
		p.fault(f)
		return false, nil
	}
	for _, t := range tables {
		p.remark(f.when() + ", the columns of " + t.Key() + " stand in another order")
	}
	return true, nil
}

// remark notes something once.
func (p *Proof) remark(text string) {
	if !slices.Contains(p.Remarks, text) {
		p.Remarks = append(p.Remarks, text)
	}
}
