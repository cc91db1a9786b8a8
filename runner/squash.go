package runner

import (
	"context"
	"fmt"
	"slices"

	"revise/chain"
	"revise/drivers"
	"revise/parser"
)

// A PartError says that a database has some of the revisions that a squash replaces, and not all: it can be had whole only.
type PartError struct {
	Squash    *parser.Revision
	Have, All int
	Missing   []string // in the order of the file
	Halfway   string   // one of them that stands half-way; "" if none does
}

func (e *PartError) Error() string {
	what := fmt.Sprintf("the database has %d of the %d revisions that the squash %s (%s) replaces", e.Have, e.All, e.Squash.ID.Name, e.Squash.File)
	if e.Halfway != "" {
		return what + ", and " + e.Halfway + " stands half-way"
	}
	return what + "; missing: " + parser.Some(e.Missing, " and")
}

// Hint says what to do first.
func (e *PartError) Hint() string {
	if e.Halfway != "" {
		return "finish it with the files from before the squash, and then use these"
	}
	return "bring it up to date with the files from before the squash, and then use these"
}

// squash shows the rows of revisions that a squash replaces as one row of the squash. In the ledger they stay as they are: a program with the files
// from before finds them.
func (s *State) squash(links *chain.Chain) error {
	if links == nil {
		return nil
	}
	for _, rev := range links.Squashes() {
		if err := s.squashOne(rev); err != nil {
			return err
		}
	}
	return nil
}

func (s *State) squashOne(rev *parser.Revision) error {
	own, gathered := s.Rows[rev.ID.Name]
	row := Row{Revision: rev.ID.Name, Message: rev.Message, State: Applied}
	part := &PartError{Squash: rev, All: len(rev.Replaces)}
	parser.Each(rev.Replaces, func(gone parser.Replaced) {
		r, ok := s.Rows[gone.Name]
		if !ok {
			return
		}
		row.Squashed = append(row.Squashed, gone.Name)
		if r.State != Applied {
			part.Halfway = gone.Name
		}
		if r.AppliedAt > row.AppliedAt {
			row.AppliedAt, row.DBUser, row.OSUser, row.Host, row.Tool = r.AppliedAt, r.DBUser, r.OSUser, r.Host, r.Tool
		}
	})
	if len(row.Squashed) == 0 {
		return nil
	}
	for _, gone := range rev.Replaces {
		if missing := s.missing(gone); len(missing) > 0 {
			part.Missing = append(part.Missing, missing...)
		} else {
			part.Have++
		}
	}
	switch {
	case part.Halfway != "", !gathered && len(part.Missing) > 0:
		return part
	case gathered: // a run ended while it put its row in their place
		own.Squashed, own.Gathered = row.Squashed, true
		row = own
	}
	for _, id := range row.Squashed {
		delete(s.Rows, id)
	}
	s.Rows[rev.ID.Name] = row
	return nil
}

// missing are the revisions without a row for want of which a database does not have one that was replaced; none if it has it.
func (s *State) missing(gone parser.Replaced) []string {
	if _, ok := s.Rows[gone.Name]; ok {
		return nil
	}
	var list []string
	for _, of := range gone.Of {
		list = append(list, s.missing(of)...)
	}
	if len(gone.Of) == 0 || len(list) == len(gone.Of) {
		return []string{gone.Name}
	}
	return list
}

// gather are the statements that put the row of a squash in the place of those that it stands for. Each can be run again, and where they end in between,
// the squash counts as applied all along.
func (r *Runner) gather(row Row) ([]string, error) {
	s := r.step(r.chain.Get(row.Revision), chain.Up)
	if err := r.prepare(s); err != nil {
		return nil, err
	}
	sum, byteSum, err := s.statements.sums()
	if err != nil {
		return nil, err
	}
	downgrade, err := s.downgradeFile()
	if err != nil {
		return nil, err
	}
	texts := r.ledger.gather(s.Revision, sum, byteSum, downgrade)
	for _, id := range row.Squashed {
		texts = append(texts, r.ledger.removal(id), r.ledger.remove(id))
	}
	return texts, nil
}

// gatherFor has a squash have a row of its own, in which the way down can be journalled.
func (r *Runner) gatherFor(ctx context.Context, p *Plan) error {
	texts, err := r.gatherTexts(p)
	if err != nil || len(texts) == 0 {
		return err
	}
	b := ownBatch(r.conn.Facts().TransactionalDDL, texts...)
	if _, err := r.conn.Exec(ctx, []drivers.Batch{b}); err != nil {
		return &LedgerError{Table: r.ledger.plain, Doing: "write", Err: err}
	}
	return nil
}

func (r *Runner) gatherTexts(p *Plan) (texts []string, err error) {
	for _, s := range p.Steps {
		if s.up() || len(s.before.Squashed) == 0 {
			continue
		}
		more, err := r.gather(s.before)
		if err != nil {
			return nil, err
		}
		texts = append(texts, more...)
	}
	return texts, nil
}

// gathers reports whether a stamp names a squash itself that stands for other rows: then it gets one of its own.
func (r *Runner) gathers(row Row, targets []string) bool {
	return len(row.Squashed) > 0 && slices.ContainsFunc(targets, func(target string) bool {
		rev, err := r.chain.Find(target)
		return err == nil && rev.ID.Name == row.Revision
	})
}

// maxForms is how many ways there may be for a ledger to say the same.
const maxForms = 64

// forms are the ways in which a ledger may say that a revision is applied: by its row, or by rows of those that it replaces. There are too many if there are none.
func forms(id string, replaces []parser.Replaced) [][]string {
	list := [][]string{{id}}
	if len(replaces) == 0 {
		return list
	}
	together := [][]string{nil}
	for _, gone := range replaces {
		if together = product(together, forms(gone.Name, gone.Of)); together == nil {
			return nil
		}
	}
	return append(list, together...)
}

// product joins every list of one side with every one of the other; nil if that makes too many.
func product(left, right [][]string) (all [][]string) {
	if len(left)*len(right) > maxForms {
		return nil
	}
	for _, l := range left {
		for _, r := range right {
			all = append(all, slices.Concat(l, r))
		}
	}
	return all
}
