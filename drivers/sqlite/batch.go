package sqlite

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	lib "modernc.org/sqlite/lib"

	"revise/drivers"
)

func (c *conn) Exec(ctx context.Context, batches []drivers.Batch) (drivers.Progress, error) {
	defer c.during(ctx)()
	for i, b := range batches {
		n, err := c.batch(ctx, &b)
		if err != nil {
			return drivers.Progress{Batches: i, Statements: n}, join(err, c.reset())
		}
		if b.Committed != nil {
			b.Committed()
		}
		if err := c.reset(); err != nil {
			return drivers.Progress{Batches: i + 1}, err
		}
	}
	return drivers.Progress{Batches: len(batches)}, nil
}

// batch runs one batch and returns how many of its statements completed.
func (c *conn) batch(ctx context.Context, b *drivers.Batch) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, fmt.Errorf("cancelled: %w", err)
	}
	feed := b.Feed()
	if first, _, err := feed.At(0); first == nil {
		return 0, err
	}
	c.ctl.wait = c.set.wait
	if b.LockTimeout > 0 {
		c.ctl.wait = b.LockTimeout
	}
	if err := c.reset(); err != nil { // a Query may have left something
		return 0, err
	}
	if err := c.forWriting(); err != nil {
		return 0, err
	}
	if b.KeysOff {
		if err := c.keysOff(); err != nil {
			return 0, err
		}
	}
	if b.Atomic {
		return c.atomic(b, feed)
	}
	n, err := c.statements(b, feed, nil)
	if err != nil {
		err = c.rollback(err)
	}
	return n, err
}

// keysOff has foreign keys not enforced, which does nothing inside a transaction. The reset behind the batch puts it back.
func (c *conn) keysOff() error {
	c.ctl.touched = true
	return c.h.run("PRAGMA foreign_keys = 0", nil)
}

// atomic runs a batch in one transaction.
func (c *conn) atomic(b *drivers.Batch, feed *drivers.Feed) (int, error) {
	// IMMEDIATE waits for other writers now. A transaction that begins as a reader and then writes cannot wait: SQLite fails it at once if
	// another process has written in between (https://sqlite.org/lang_transaction.html).
	if err := c.h.run("BEGIN IMMEDIATE", nil); err != nil {
		return 0, err
	}
	var dangling map[violation]int
	if b.KeysOff {
		var err error
		if dangling, err = c.violations(); err != nil {
			return 0, c.rollback(err)
		}
	}
	c.ctl.guarded, c.ctl.foreign = true, c.baseline["foreign_keys"] == "1" && !b.KeysOff
	n, err := c.statements(b, feed, dangling)
	c.ctl.guarded = false
	if err != nil {
		return n, c.rollback(err)
	}
	if err := c.h.run("COMMIT", nil); err != nil {
		// After an input/output error the journal may or may not be gone, and with it the way back.
		if is(err, "SQLITE_IOERR") {
			err = fmt.Errorf("%w: %w", drivers.ErrUnknown, err)
		}
		return n, c.rollback(err)
	}
	return n, nil
}

// statements runs those of a batch, in a transaction or not, and cleans up before the runner's own at the end. dangling are rows that referred to
// nothing before.
func (c *conn) statements(b *drivers.Batch, feed *drivers.Feed, dangling map[violation]int) (int, error) {
	defer func() { c.ctl.limit = 0 }()
	due := b.KeysOff
	var w *watch
	if b.Watch != nil {
		w = &watch{conn: c, made: map[string]bool{}, dropped: map[string]bool{}}
	}
	for i := 0; ; i++ {
		s, tail, err := feed.At(i)
		if err == nil && due && (s == nil || tail) {
			due = false
			err = c.checkKeys(dangling)
		}
		if s == nil || err != nil {
			return i, err
		}
		feed.Forget(i + 1)
		due = due || b.KeysOff && !s.Own
		if tail && i > 0 {
			c.ctl.limit = 0
			err := c.clean(b.Atomic)
			if err == nil && b.KeysOff && !b.Atomic && !s.Own {
				err = c.keysOff()
			}
			if err != nil {
				return i, err
			}
		}
		c.ctl.limit = b.StatementTimeout
		if w != nil && !feed.Tail(i) {
			effect, err := w.statement(s)
			if err != nil {
				return i, err
			}
			b.Watch(i, effect)
		} else if err := c.statement(s); err != nil {
			return i, err
		}
		if b.Done != nil {
			b.Done(i)
		}
	}
}

// clean makes the session clean in the middle of a batch. In a transaction, databases that the batch attached have to stay until its end:
// they cannot be mistaken for main in a qualified name.
func (c *conn) clean(atomic bool) error {
	if !atomic {
		return c.reset()
	}
	if !c.ctl.touched {
		return nil
	}
	return c.restore()
}

func (c *conn) statement(s *drivers.Statement) error {
	if s.Copy {
		return plainError("SQLite has no COPY with inline data", -1)
	}
	rows, ok, got := 0, false, "no row"
	err := c.h.run(s.Text, func(stmt uintptr) {
		if rows++; rows == 1 && s.Check {
			ok, got = c.h.truth(stmt)
		}
	})
	if c.ctl.touched {
		c.h.waitAgain()
	}
	if err == nil && s.Check && !ok {
		return &drivers.Error{Message: "the check returned " + got, Offset: -1, Err: drivers.ErrCheck}
	}
	if e, ok := err.(*drivers.Error); ok && e.Offset < 0 {
		e.Offset = place(e.Message, s.Text)
	}
	return err
}

// rollback ends whatever transaction is open after cause, whether or not SQLite has done so already.
func (c *conn) rollback(cause error) error {
	if !c.h.inTransaction() {
		return cause
	}
	ctx := c.ctl.ctx
	c.ctl.ctx, c.ctl.limit = context.WithoutCancel(ctx), 0
	defer func() { c.ctl.ctx = ctx }()
	if err := c.h.run("ROLLBACK", nil); err != nil && c.h.inTransaction() {
		return errors.Join(cause, c.lose(err)) // closing it rolls back
	}
	return cause
}

// A violation is a row that refers to nothing, as PRAGMA foreign_key_check lists it, or a table with rows and a key that cannot be checked, and why.
type violation struct{ table, row, parent, mismatch string }

func (c *conn) violations() (map[violation]int, error) {
	limit := c.ctl.limit
	c.ctl.limit = 0
	defer func() { c.ctl.limit = limit }()
	found := map[violation]int{}
	err := c.checkTable("", found)
	if !isMismatch(err) {
		return found, err
	}
	// One key that refers to what is not unique, or not there, and none is checked.
	var tables []string
	if err := c.h.run("SELECT name FROM main.sqlite_schema WHERE type = 'table'", func(stmt uintptr) { tables = append(tables, c.h.text(stmt, 0)) }); err != nil {
		return nil, err
	}
	clear(found)
	for _, t := range tables {
		switch err := c.checkTable(t, found); {
		case isMismatch(err): // of no consequence as long as there are no rows
			v := violation{table: t, mismatch: err.(*drivers.Error).Message}
			if err := c.h.run("SELECT 1 FROM main."+ident(t)+" LIMIT 1", func(uintptr) { found[v]++ }); err != nil {
				return nil, err
			}
		case err != nil:
			return nil, err
		}
	}
	return found, nil
}

// checkTable lists the violations of one table, or of all for "".
func (c *conn) checkTable(table string, found map[violation]int) error {
	query := "PRAGMA main.foreign_key_check"
	if table != "" {
		query += "(" + ident(table) + ")"
	}
	return c.h.run(query, func(stmt uintptr) {
		found[violation{table: c.h.text(stmt, 0), row: c.h.text(stmt, 1), parent: c.h.text(stmt, 2)}]++
	})
}

func isMismatch(err error) bool {
	var server *drivers.Error
	return errors.As(err, &server) && strings.HasPrefix(server.Message, "foreign key mismatch")
}

// checkKeys fails for rows that refer to nothing, more than before.
func (c *conn) checkKeys(before map[violation]int) error {
	now, err := c.violations()
	if err != nil {
		return err
	}
	var worse []string
	more := 0
	for v, n := range now {
		if n <= before[v] {
			continue
		}
		more += n - before[v]
		if v.mismatch != "" {
			worse = append(worse, v.mismatch)
			continue
		}
		row := "a row"
		if v.row != "" {
			row = "row " + v.row
		}
		worse = append(worse, fmt.Sprintf("%s of %s refers to no row of %s", row, v.table, v.parent))
	}
	if more == 0 {
		return nil
	}
	slices.Sort(worse)
	const shown = 5
	if more > shown || len(worse) > shown {
		worse = append(worse[:min(shown, len(worse))], fmt.Sprintf("and more, %d in all", more))
	}
	return &drivers.Error{
		Code: codeName(lib.SQLITE_CONSTRAINT_FOREIGNKEY), Message: "foreign_key_check: " + strings.Join(worse, "; "), Offset: -1,
		Hint: "the section ran with foreign_keys=off, and at its end every row has to refer to one that is there",
	}
}
