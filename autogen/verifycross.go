package autogen

import (
	"context"
	"fmt"
	"slices"

	"revise/parser"
	"revise/schema"
)

// cross proves that the two sides of a merge do not mind each other. From what is below both, a goes up alone, and back; then b, then a behind it. b is taken back while a is there, which has
// to leave what a gave alone, and goes up again behind a: the other order. a is taken back while b is there, which has to leave what b gave alone, and goes up again. Where a side does not lead back
// even by itself, which is told elsewhere, both are only brought up in both orders.
func (w *walker) cross(ctx context.Context, p *Proof, c crossing) error {
	a, b := c.a.members(), c.b.members()
	all := slices.Concat(a, b)
	back := !slices.ContainsFunc(all, w.v.irreversible)
	if back {
		var err error
		if back, err = w.v.leadBack(ctx, all); err != nil {
			return err
		}
	}
	if !back {
		return w.bothOrders(ctx, p, c)
	}
	if c.long {
		p.remark(fmt.Sprintf("the sides of the merge are long: only the shorter one of %s and %s was taken back, and brought up again behind the other", c.parent.ID.Name, named(c.others)))
		return w.shorter(ctx, p, c)
	}
	if err := w.moveTo(ctx, c.base); err != nil {
		return err
	}
	base, err := w.look(ctx)
	if err != nil {
		return err
	}
	var aloneA, aloneB, both *schema.Snapshot
	up := func(list []int, to **schema.Snapshot) func() error {
		return func() error {
			if err := w.upAll(ctx, list); err != nil {
				return err
			}
			*to, err = w.look(ctx)
			return err
		}
	}
	if err := up(a, &aloneA)(); err != nil {
		return err
	}
	if err := w.downAll(ctx, a); isFault(ctx, err) { // of a revision that nobody has asked to prove
		return w.bothOrders(ctx, p, c)
	} else if err != nil {
		return err
	}
	if now, err := w.look(ctx); err != nil {
		return err
	} else if len(schema.Compare(base, now)) > 0 {
		return w.bothOrders(ctx, p, c)
	}
	steps := []crossStep{
		{run: up(b, &aloneB)},
		{run: up(a, &both), fails: &Fault{Kind: SideFails, Side: c.own(), Other: c.others}},
		{run: func() error { return w.downAll(ctx, b) }, should: &aloneA, fails: &Fault{Kind: SideDownFails, Side: c.others, Other: c.own()},
			differs: Fault{Kind: SideLeftBehind, Side: c.others, Other: c.own()}},
		{run: func() error { return w.upAll(ctx, b) }, should: &both, fails: &Fault{Kind: SideFails, Side: c.others, Other: c.own()},
			differs: Fault{Kind: OrderDiffers, Side: c.own(), Other: c.others}},
		{run: func() error { return w.downAll(ctx, a) }, should: &aloneB, fails: &Fault{Kind: SideDownFails, Side: c.own(), Other: c.others},
			differs: Fault{Kind: SideLeftBehind, Side: c.own(), Other: c.others}},
		{run: func() error { return w.upAll(ctx, a) }, should: &both, fails: &Fault{Kind: SideFails, Side: c.own(), Other: c.others},
			differs: Fault{Kind: OrderDiffers, Side: c.others, Other: c.own()}},
	}
	return w.follow(ctx, p, steps)
}

// A crossStep moves a side. What it leads to has to be what should is, if that is there.
type crossStep struct {
	run     func() error
	should  **schema.Snapshot
	fails   *Fault // nil: that a statement is refused is no fault of the merge
	differs Fault
}

// follow goes along steps, up to the first fault.
func (w *walker) follow(ctx context.Context, p *Proof, steps []crossStep) error {
	pos := p.Revision.ID.Pos
	if len(p.Revision.Revises) > 0 && p.Revision.Revises[0].Pos.IsValid() {
		pos = p.Revision.Revises[0].Pos
	}
	for _, s := range steps {
		if err := s.run(); err != nil {
			if s.fails == nil || !isFault(ctx, err) {
				return err
			}
			if err := p.refused(ctx, *s.fails, err); err != nil {
				return err
			}
			return w.drop(ctx)
		}
		if s.should == nil {
			continue
		}
		s.differs.Pos = pos
		if same, err := w.compare(ctx, p, *s.should, s.differs); err != nil {
			return err
		} else if !same {
			return w.drop(ctx)
		}
	}
	return nil
}

// bothOrders builds both orders in new trials, for what cannot be taken back.
func (w *walker) bothOrders(ctx context.Context, p *Proof, c crossing) error {
	p.remark(fmt.Sprintf("a side of the merge does not lead back: %s and %s were only brought up in both orders", c.parent.ID.Name, named(c.others)))
	var both *schema.Snapshot
	again := func() error {
		if err := w.drop(ctx); err != nil {
			return err
		}
		return w.moveTo(ctx, c.base)
	}
	a, b := c.a.members(), c.b.members()
	return w.follow(ctx, p, []crossStep{
		{run: again},
		{run: func() error { return w.upAll(ctx, b) }},
		{run: func() error { return w.upAll(ctx, a) }, fails: &Fault{Kind: SideFails, Side: c.own(), Other: c.others}},
		{run: func() (err error) { both, err = w.look(ctx); return err }},
		{run: again},
		{run: func() error { return w.upAll(ctx, a) }},
		{run: func() error { return w.upAll(ctx, b) }, should: &both, fails: &Fault{Kind: SideFails, Side: c.others, Other: c.own()},
			differs: Fault{Kind: OrderDiffers, Side: c.own(), Other: c.others}},
	})
}

// shorter takes only the shorter side back and brings it up again: all that a merge of a line that is merged again and again can cost in the long run.
func (w *walker) shorter(ctx context.Context, p *Proof, c crossing) error {
	list, side, other := c.a.members(), c.own(), c.others
	if c.b.count() < len(list) {
		list, side, other = c.b.members(), c.others, c.own()
	}
	if err := w.moveTo(ctx, or(or(c.base, c.a), c.b)); err != nil {
		return err
	}
	both, err := w.look(ctx)
	if err != nil {
		return err
	}
	return w.follow(ctx, p, []crossStep{
		{run: func() error { return w.downAll(ctx, list) }, fails: &Fault{Kind: SideDownFails, Side: side, Other: other}},
		{run: func() error { return w.upAll(ctx, list) }, should: &both, fails: &Fault{Kind: SideFails, Side: side, Other: other},
			differs: Fault{Kind: OrderDiffers, Side: other, Other: side}},
	})
}

func (c crossing) own() []*parser.Revision { return []*parser.Revision{c.parent} }

// named are the ids of revisions.
func named(revs []*parser.Revision) string {
	var ids []string
	for _, r := range revs {
		ids = append(ids, r.ID.Name)
	}
	return parser.Some(ids, " and")
}
