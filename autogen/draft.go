package autogen

import (
	"context"
	"fmt"
	"slices"

	"revise/chain"
	"revise/schema"
)

// A Request says between which schemas a draft is to lead.
type Request struct {
	// Chain, and the revisions of it that the new one is to revise: what they bring about is where the draft begins.
	Chain   *chain.Chain
	Parents []string
	// From is another schema to begin with, that of a live database; nil: what the revisions bring about.
	From *schema.Snapshot
	// Want gives the schema that is asked for. It is called while the trial is brought to where the draft begins, for both take long on a large schema.
	Want func(context.Context) (*schema.Snapshot, error)
	// Ask says what was renamed between what there is and what is asked for; may are those that look like it and were not asked about before. It is asked again behind each
	// answer, until it names none: the columns of a table are seen to be renamed only when it has its new name. nil: none.
	Ask    func(now, want *schema.Snapshot, may []schema.Rename) ([]schema.Rename, error)
	Online bool
}

// A Revision is one of a draft, with its two sections: something of a later one may need that it has been committed.
type Revision struct{ Up, Down schema.Part }

// A Draft is the revisions that lead from one schema to another and back, each of which has been tried. Close removes the trial.
type Draft struct {
	Revisions []Revision // none: there is nothing to do
	Changes   []schema.Change
	From, To  *schema.Snapshot // that it leads from and to
	Renamed   []schema.Rename
	Remarks   []schema.Remark // of the ways up, and those back
	// Left is what the upgrade leaves to do, and LeftBack what the downgrade leaves behind. Where either is not empty, a Remark says why, or should.
	Left, LeftBack []schema.Change

	trial    *Trial
	req      Request
	end      *schema.Snapshot // that the upgrades led to
	returned *schema.Snapshot // that the downgrades led back to
}

// Losses are the steps of the upgrade behind which data are gone.
func (d *Draft) Losses() []schema.Step {
	var up schema.Plan
	for _, r := range d.Revisions {
		up.Parts = append(up.Parts, r.Up)
	}
	return up.Losses()
}

// Draft makes one. Whatever it returns is to be closed, if it is not nil.
func (s *Site) Draft(ctx context.Context, req Request) (*Draft, error) {
	trial, err := s.Trial(ctx)
	if err != nil {
		return nil, err
	}
	d := &Draft{trial: trial, req: req}
	if err := d.make(ctx); err != nil {
		return d, err
	}
	return d, nil
}

// Close removes the trial of the draft.
func (d *Draft) Close(ctx context.Context) error { return d.trial.Close(ctx) }

func (d *Draft) make(ctx context.Context) (err error) {
	if err := d.ends(ctx); err != nil {
		return err
	}
	if d.req.From != nil {
		if changes := schema.Compare(d.req.From, d.From); len(changes) > 0 {
			return &UnbuiltError{Database: d.req.From, Built: d.From, Changes: changes}
		}
	}
	renames, now, err := d.rename(ctx)
	if err != nil {
		return err
	}
	d.Changes = schema.Compare(now, d.To)
	if err := d.lead(ctx, renames, now); err != nil {
		return err
	}
	return d.back(ctx)
}

// ends finds out what the draft is to lead from, and what to.
func (d *Draft) ends(ctx context.Context) (err error) {
	within, cancel := context.WithCancel(ctx)
	defer cancel()
	begun := make(chan error, 1)
	go func() {
		err := d.begin(within)
		if err == nil {
			d.From, err = d.trial.Snapshot(within)
		}
		begun <- err
	}()
	if d.To, err = d.req.Want(ctx); err != nil {
		cancel()
		<-begun
		return err
	}
	return <-begun
}

// begin brings the trial to where the draft begins.
func (d *Draft) begin(ctx context.Context) error {
	if d.req.From != nil {
		plan, err := d.trial.site.Driver.Plan(d.req.From.Empty(), d.req.From, schema.Options{})
		if err != nil {
			return err
		}
		if err := d.trial.Apply(ctx, plan.Parts...); err != nil {
			return fmt.Errorf("build the database's schema in a scratch database: %w", err)
		}
	}
	if d.req.From == nil || len(d.req.Parents) == 0 {
		return d.trial.up(ctx, d.req.Chain, d.req.Parents)
	}
	r, err := d.trial.Runner(d.req.Chain)
	if err != nil {
		return err
	}
	_, err = r.Stamp(ctx, d.req.Parents, false)
	return err
}

// rename asks what was renamed, and renames it, until there is nothing more.
func (d *Draft) rename(ctx context.Context) (steps []schema.Step, now *schema.Snapshot, err error) {
	now = d.From
	asked := map[string]bool{}
	for d.req.Ask != nil {
		may := schema.Renames(now, d.To)
		may = slices.DeleteFunc(may, func(r schema.Rename) bool {
			return asked[r.From.Key()+"\x00"+r.To.Key()] || d.trial.site.Driver.Rename(r.From, r.To) == ""
		})
		for _, r := range may {
			asked[r.From.Key()+"\x00"+r.To.Key()] = true
		}
		yes, err := d.req.Ask(now, d.To, may)
		if err != nil {
			return nil, nil, err
		}
		if len(yes) == 0 {
			return steps, now, nil
		}
		for _, r := range yes {
			step := schema.Step{SQL: d.trial.site.Driver.Rename(r.From, r.To), About: r.From.Key()}
			if step.SQL == "" {
				return nil, nil, &RenameError{Rename: r}
			}
			if err := d.trial.Apply(ctx, schema.Part{Steps: []schema.Step{step}}); err != nil {
				return nil, nil, err
			}
			steps = append(steps, step)
		}
		d.Renamed = append(d.Renamed, yes...)
		if now, err = d.trial.Snapshot(ctx); err != nil {
			return nil, nil, err
		}
	}
	return steps, now, nil
}

// lead plans the way up, carries it out, and plans the way back from each revision to the one before.
func (d *Draft) lead(ctx context.Context, renames []schema.Step, now *schema.Snapshot) error {
	plan, err := d.trial.site.Driver.Plan(now, d.To, schema.Options{Online: d.req.Online})
	if err != nil {
		return err
	}
	d.Remarks = plan.Remarks
	parts := plan.Parts
	if len(renames) > 0 && (len(parts) == 0 || parts[0].NoTransaction) {
		parts = slices.Insert(parts, 0, schema.Part{})
	}
	d.end = now
	for i, part := range parts {
		if err := d.trial.Apply(ctx, part); err != nil {
			return err
		}
		after, err := d.trial.Snapshot(ctx)
		if err != nil {
			return err
		}
		back, err := d.wayBack(after, d.end)
		if err != nil {
			return err
		}
		if i == 0 { // the renames are done: they only have to be written down
			part.Steps = slices.Concat(renames, part.Steps)
			back.Steps = append(back.Steps, d.renamedBack()...)
		}
		d.Revisions = append(d.Revisions, Revision{Up: part, Down: back})
		d.end = after
	}
	d.Left = schema.Compare(d.end, d.To)
	return nil
}

// wayBack is one section from a schema to the one before it.
func (d *Draft) wayBack(from, to *schema.Snapshot) (schema.Part, error) {
	plan, err := d.trial.site.Driver.Plan(from, to, schema.Options{Online: d.req.Online})
	if err != nil {
		return schema.Part{}, err
	}
	s := schema.Part{Steps: plan.Steps(), NoTransaction: len(plan.Parts) > 1} // what has to be committed first cannot share a transaction
	for _, p := range plan.Parts {
		s.NoTransaction = s.NoTransaction || p.NoTransaction
		s.KeysOff = s.KeysOff || p.KeysOff
	}
	for _, r := range plan.Remarks {
		r.Text = "on the way back: " + r.Text
		d.Remarks = append(d.Remarks, r)
	}
	return s, nil
}

// renamedBack takes the renames back, the last one first.
func (d *Draft) renamedBack() []schema.Step {
	var steps []schema.Step
	for _, r := range slices.Backward(d.Renamed) {
		steps = append(steps, schema.Step{SQL: d.trial.site.Driver.Rename(r.To, r.From), About: r.To.Key()})
	}
	return steps
}

// back takes the trial back to where the draft begins, by the ways back.
func (d *Draft) back(ctx context.Context) (err error) {
	if len(d.Revisions) == 0 {
		return nil
	}
	for _, rev := range slices.Backward(d.Revisions) {
		if err := d.trial.Apply(ctx, rev.Down); err != nil {
			return fmt.Errorf("take it back: %w", err)
		}
	}
	if d.returned, err = d.trial.Snapshot(ctx); err != nil {
		return err
	}
	d.LeftBack = schema.Compare(d.returned, d.From)
	return nil
}

// A RenameError says that a database has no way to rename something.
type RenameError struct{ schema.Rename }

func (e *RenameError) Error() string {
	return fmt.Sprintf("%s cannot be renamed to %s", e.From.Key(), e.To.Name)
}

// An UnbuiltError says that the schema of a database could not be built in a trial as it is.
type UnbuiltError struct {
	Database, Built *schema.Snapshot
	Changes         []schema.Change // from one to the other
}

func (e *UnbuiltError) Error() string {
	return "the database's schema could not be built in a scratch database as it is: what was built differs from it"
}

// Prove runs the revisions of the draft as the files that are to be written have them, up, down and up again, on the trial. links is the chain with them, ids are theirs, the
// lowest first.
func (d *Draft) Prove(ctx context.Context, links *chain.Chain, ids []string) error {
	r, err := d.trial.Runner(links)
	if err != nil {
		return err
	}
	leads := func(to *schema.Snapshot, otherwise string) error {
		now, err := d.trial.Snapshot(ctx)
		if err != nil {
			return err
		}
		if left := schema.Compare(now, to); len(left) > 0 {
			return fmt.Errorf("%s: %s", otherwise, left[0].Key)
		}
		return nil
	}
	up := func() error {
		if _, err := r.Up(ctx, ids[len(ids)-1]); err != nil {
			return err
		}
		return leads(d.end, "the files do not bring about what the draft did")
	}
	if err := up(); err != nil {
		return err
	}
	if _, err := r.Down(ctx, fmt.Sprintf("-%d", len(ids))); err != nil {
		return err
	}
	if err := leads(d.returned, "the files do not lead back to what was there"); err != nil {
		return err
	}
	return up()
}
