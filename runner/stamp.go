package runner

import (
	"context"
	"fmt"
	"sort"

	"revise/chain"
	"revise/drivers"
)

// A StampResult says what a Stamp changed in the ledger.
type StampResult struct {
	Added   []string `json:"added"`   // marked as applied
	Removed []string `json:"removed"` // not applied any more
}

// Stamp makes the ledger say that the database is at the targets, and runs nothing. A target is an id, a unique prefix, a label, "head",
// "heads" or "base". All that a target stands on becomes applied, all that stands on it becomes not applied; other branches stay as they
// are. purge empties the ledger first, which also settles rows that no file defines or that stand half-way.
func (r *Runner) Stamp(ctx context.Context, targets []string, purge bool) (*StampResult, error) {
	var res *StampResult
	err := r.locked(ctx, func() error {
		state, err := r.State(ctx)
		if err != nil {
			return err
		}
		if res, err = r.stampPlan(state, targets, purge); err != nil {
			return err
		}
		if len(res.Added)+len(res.Removed) == 0 {
			return nil
		}
		var batches []drivers.Batch
		if !state.Exists {
			batches = append(batches, r.createBatch())
		}
		b := drivers.Batch{Atomic: r.conn.Facts().TransactionalDDL}
		own := func(sql string) { b.Statements = append(b.Statements, drivers.Statement{Text: sql, Own: true}) }
		for _, id := range res.Removed {
			row := state.Rows[id]
			own(r.ledger.entry("unstamp", id, row.Message, row.Done, row.Total, row.Identity, ""))
			own(r.ledger.remove(id))
		}
		for _, id := range res.Added {
			s := &Step{Revision: r.chain.Get(id), Direction: chain.Up, dialect: r.driver.Name()}
			if err := r.prepare(s); err != nil {
				return err
			}
			if _, exists := state.Rows[id]; exists && !purge { // it stood half-way
				own(r.ledger.remove(id))
			}
			own(r.ledger.begin(s, 0))
			own(r.ledger.update(id, [][2]string{
				{"state", r.ledger.text(string(Applied))},
				{"applied_at", r.ledger.syntax.NowText},
				{"statements_total", "0"},
			}))
			own(r.ledger.entry("stamp", id, s.Revision.Message, 0, 0, s.identity(), ""))
		}
		batches = append(batches, b)
		if _, err := r.conn.Exec(ctx, batches); err != nil {
			return &LedgerError{Table: r.ledger.plain, Doing: "write", Err: err}
		}
		return nil
	})
	return res, err
}

func (r *Runner) stampPlan(state *State, targets []string, purge bool) (*StampResult, error) {
	had := chain.Set{}
	for id, row := range state.Rows {
		had[id] = row.State == Applied
	}
	want := chain.Set{}
	if !purge {
		for id, applied := range had {
			if applied {
				want[id] = true
			}
		}
	}
	for _, target := range targets {
		revs, err := r.chain.FindAll(target)
		if err != nil {
			return nil, err
		}
		if target == "base" {
			want = chain.Set{}
			continue
		}
		for _, rev := range revs {
			below := chain.Set{}
			for _, a := range r.chain.Ancestors(rev.ID.Name) {
				below[a.ID.Name] = true
				want[a.ID.Name] = true
			}
			want[rev.ID.Name] = true
			for id := range had {
				if id == rev.ID.Name || below[id] || r.chain.Get(id) == nil {
					continue
				}
				for _, a := range r.chain.Ancestors(id) {
					if a.ID.Name == rev.ID.Name {
						delete(want, id)
					}
				}
			}
		}
	}
	res := &StampResult{Added: []string{}, Removed: []string{}}
	for _, rev := range r.chain.All() {
		id := rev.ID.Name
		if want[id] && (purge || !had[id]) {
			res.Added = append(res.Added, id)
		}
	}
	for id := range had {
		if purge || !want[id] {
			res.Removed = append(res.Removed, id)
		}
	}
	sort.Strings(res.Removed)
	return res, nil
}

// Resolve settles a statement that is in doubt: done says that it took effect. It returns the row as it was.
func (r *Runner) Resolve(ctx context.Context, done bool) (Row, error) {
	var row Row
	err := r.locked(ctx, func() error {
		state, err := r.State(ctx)
		if err != nil {
			return err
		}
		half, ok := state.Halfway()
		if !ok || !half.InDoubt() {
			return fmt.Errorf("nothing is in doubt")
		}
		row = half
		doubt := r.inDoubt(half)
		if doubt.Statement == nil {
			return fmt.Errorf("no file has the statement in doubt (number %d of revision %s): restore the file, or use run stamp", half.Begun, half.Revision)
		}
		now, word := half.Done, "not done"
		if done {
			now, word = half.Begun, "done"
		}
		s := &Step{Revision: r.chain.Get(half.Revision), Direction: chain.Up, dialect: r.driver.Name()}
		if half.State == Downgrading {
			s.Direction = chain.Down
		}
		if err := r.prepare(s); err != nil {
			return err
		}
		if half.Done > len(s.Statements) || s.doneSum(half.Done) != half.DoneSum || now > len(s.Statements) {
			return &PrefixError{Row: half, Section: s.Section, Now: len(s.Statements)}
		}
		text := fmt.Sprintf("%s: statement %d is %s", doubt.Statement.Pos, half.Begun, word)
		b := drivers.Batch{Statements: []drivers.Statement{
			{Own: true, Text: r.ledger.progress(s, now, now)},
			{Own: true, Text: r.ledger.entry("resolve", half.Revision, half.Message, now, half.Total, half.Identity, text)},
		}}
		if _, err := r.conn.Exec(ctx, []drivers.Batch{b}); err != nil {
			return &LedgerError{Table: r.ledger.plain, Doing: "write", Err: err}
		}
		return nil
	})
	return row, err
}
