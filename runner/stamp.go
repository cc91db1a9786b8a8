package runner

import (
	"context"
	"fmt"
	"slices"
	"sort"

	"revise/chain"
	"revise/drivers"
)

// A StampResult says what a Stamp changed in the ledger.
type StampResult struct {
	Added   []string `json:"added"`   // marked as applied
	Removed []string `json:"removed"` // not applied any more
}

// Stamp makes the ledger say that the database is at the targets, and runs nothing; chain.Stamp says what a target means. All that a
// target stands on becomes applied, all that stands on it becomes not applied; other branches stay as they are. Where steps from what
// is applied are asked for, a revision that stands half-way counts as applied. purge empties the ledger first, which also settles rows that
// no file defines or that stand half-way.
func (r *Runner) Stamp(ctx context.Context, targets []string, purge bool) (*StampResult, error) {
	var res *StampResult
	err := r.locked(ctx, func(ctx context.Context) error {
		read := r.State
		if purge { // whatever is there
			read = r.rows
		}
		state, err := read(ctx)
		if err != nil {
			return err
		}
		if res, err = r.stampPlan(state, targets, purge); err != nil {
			return err
		}
		if len(res.Added)+len(res.Removed) == 0 {
			return nil
		}
		texts, err := r.stampTexts(state, res, purge)
		if err != nil {
			return err
		}
		var batches []drivers.Batch
		if !state.Exists {
			batches = append(batches, r.createBatch())
		}
		batches = append(batches, ownBatch(r.conn.Facts().TransactionalDDL, texts...))
		if _, err := r.conn.Exec(ctx, batches); err != nil {
			return &LedgerError{Table: r.ledger.plain, Doing: "write", Err: err}
		}
		if r.opt.Keep == nil {
			return nil
		}
		if state, err = r.State(ctx); err != nil {
			return err
		}
		return r.keepSchema(ctx, state.Applied())
	})
	return res, err
}

// stampTexts are the statements that write a stamp.
func (r *Runner) stampTexts(state *State, res *StampResult, purge bool) ([]string, error) {
	var texts []string
	own := func(sql string) { texts = append(texts, sql) }
	for _, id := range res.Removed {
		for _, id := range slices.Concat(state.Rows[id].Squashed, []string{id}) {
			own(r.ledger.removal(id))
			own(r.ledger.remove(id))
		}
	}
	for _, id := range res.Added {
		if row := state.Rows[id]; len(row.Squashed) > 0 && row.State == Applied {
			gathered, err := r.gather(row)
			if err != nil {
				return nil, err
			}
			texts = append(texts, gathered...)
			continue
		}
		s := r.step(r.chain.Get(id), chain.Up)
		if err := r.prepare(s); err != nil {
			return nil, err
		}
		if _, exists := state.Rows[id]; exists && !purge { // it stood half-way
			own(r.ledger.remove(id))
		}
		begin, err := r.ledger.begin(s, mark{}, "")
		if err != nil {
			return nil, err
		}
		own(begin)
		sum, byteSum, err := s.statements.sums()
		if err != nil {
			return nil, err
		}
		own(r.ledger.update(id, [][2]string{
			{"state", r.ledger.text(string(Applied))},
			{"identity_sum", r.ledger.text(sum)},
			{"byte_sum", r.ledger.text(byteSum)},
			{"applied_at", r.ledger.syntax.NowText},
			{"statements_total", "0"},
		}))
		own(r.ledger.entry("stamp", id, s.Revision.Message, 0, 0, sum, ""))
	}
	return texts, nil
}

// stampPlan says what becomes of the ledger's rows. A row that is neither below nor above a target stays, half-way or not.
func (r *Runner) stampPlan(state *State, targets []string, purge bool) (*StampResult, error) {
	rows := chain.Set{}
	for id := range state.Rows {
		rows[id] = true
	}
	stamp, err := r.chain.Stamp(rows, targets, purge)
	if err != nil {
		return nil, err
	}
	res := &StampResult{Added: []string{}, Removed: []string{}}
	stays, goes := map[string]bool{}, map[string]bool{}
	for _, rev := range stamp.On {
		stays[rev.ID.Name] = !purge
		if purge || state.Rows[rev.ID.Name].State != Applied || r.gathers(state.Rows[rev.ID.Name], targets) {
			res.Added = append(res.Added, rev.ID.Name)
		}
	}
	for _, rev := range stamp.Off {
		goes[rev.ID.Name] = true
	}
	for id := range rows {
		if goes[id] || stamp.All && !stays[id] {
			res.Removed = append(res.Removed, id)
		}
	}
	sort.Strings(res.Removed)
	return res, nil
}

// EnsureLedger makes the tables of the ledger, and reports whether they had to be made.
func (r *Runner) EnsureLedger(ctx context.Context) (made bool, err error) {
	state, err := r.State(ctx)
	if err != nil || state.Exists {
		return false, err
	}
	err = r.locked(ctx, func(ctx context.Context) error {
		if state, err := r.State(ctx); err != nil || state.Exists {
			return err
		}
		made = true
		if _, err := r.conn.Exec(ctx, []drivers.Batch{r.createBatch()}); err != nil {
			return &LedgerError{Table: r.ledger.plain, Doing: "create", Err: err}
		}
		return nil
	})
	return made && err == nil, err
}

// Resolve settles a statement that is in doubt: done says that it took effect. It returns the row as it was.
func (r *Runner) Resolve(ctx context.Context, done bool) (Row, error) {
	var row Row
	err := r.locked(ctx, func(ctx context.Context) error {
		state, err := r.State(ctx)
		if err != nil {
			return err
		}
		half, ok := state.Halfway()
		if !ok || !half.InDoubt() {
			return fmt.Errorf("nothing is in doubt")
		}
		row = half
		s, err := r.halfway(half)
		if err != nil {
			return err
		}
		if s == nil || half.Done >= s.Total {
			return fmt.Errorf("no file has the statement in doubt (number %d of revision %s): restore the file, or use run stamp", half.Begun, half.Revision)
		}
		now, word := half.Done, "not done"
		if done {
			now, word = half.Begun, "done"
		}
		if s.statements.resumeSum != half.DoneSum || now > s.Total {
			return s.prefixError(half)
		}
		sum, err := s.statements.sumBehind(now)
		if err != nil {
			return err
		}
		doubtful, err := s.statement(half.Done)
		if err != nil {
			return err
		}
		text := fmt.Sprintf("%s: statement %d is %s", doubtful.Pos, half.Begun, word)
		b := ownBatch(false, r.ledger.progress(s, mark{done: now, begun: now, sum: sum}),
			r.ledger.entry("resolve", half.Revision, half.Message, now, half.Total, half.Identity, text))
		if _, err := r.conn.Exec(ctx, []drivers.Batch{b}); err != nil {
			return &LedgerError{Table: r.ledger.plain, Doing: "write", Err: err}
		}
		return nil
	})
	return row, err
}
