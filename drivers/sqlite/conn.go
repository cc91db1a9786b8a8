package sqlite

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/gofrs/flock"
	lib "modernc.org/sqlite/lib"

	"revise/drivers"
)

// inMemory is the path of a database that lives in memory.
const inMemory = ":memory:"

// A conn is a session. Its handle changes where a clean session is had by opening the file anew.
type conn struct {
	path string // absolute and free of symbolic links, or inMemory
	set  settings
	app  string
	ctl  *control
	h    *handle // nil once closed

	// standIn is true as long as the file does not exist: h is then an empty database in memory, which answers questions the same way.
	standIn bool
	// baseline is what the session's PRAGMAs say before any batch; nil until they are read, which for a file is the first Exec.
	baseline map[string]string

	locks map[string]*flock.Flock
}

// enter opens the session's database for the first time.
func (c *conn) enter(addr drivers.Address) error {
	fail := func(msg, hint string, err error) error {
		return &drivers.ConnectError{Target: addr.String(), Msg: msg, Hint: hint, Err: err}
	}
	if c.path = addr.Name; c.path != inMemory {
		var trouble *pathTrouble
		exists := false
		if c.path, exists, trouble = examine(addr.Name); trouble != nil {
			return fail(trouble.msg, trouble.hint, trouble.err)
		}
		c.standIn = !exists
		if c.standIn && c.set.flags&lib.SQLITE_OPEN_CREATE == 0 {
			return fail("the file does not exist", "mode=ro and mode=rw do not create it", errNoFile)
		}
	}
	err := c.open(0)
	if err == nil {
		// SQLite reads nothing of a file before it is asked something.
		err = c.h.run("SELECT 1 FROM sqlite_schema LIMIT 1", nil)
	}
	if err == nil && c.path == inMemory {
		c.baseline, err = c.h.pragmas()
	}
	if err != nil {
		c.shut()
		return connectError(addr.String(), err)
	}
	return nil
}

// open gives the session a new handle and puts it into the state that the URL asks for. Extra may hold OPEN_CREATE.
func (c *conn) open(extra int32) error {
	path, flags := c.path, c.set.flags&^lib.SQLITE_OPEN_CREATE|extra
	if c.standIn {
		path, flags = inMemory, lib.SQLITE_OPEN_READWRITE
	}
	h, err := open(path, flags, c.ctl)
	if err != nil {
		return err
	}
	for _, pragma := range c.set.pragmas {
		if err := h.run(pragma, nil); err != nil {
			h.close()
			return err
		}
	}
	c.ctl.touched = false
	c.h = h
	return nil
}

// forReading sees to it that a file which meanwhile exists is the one that is read.
func (c *conn) forReading() error {
	if c.h == nil {
		return errClosed
	}
	if !c.standIn || !present(c.path) {
		return nil
	}
	return c.leaveStandIn(0)
}

// forWriting makes the file if it is not there, and does once what only a session that writes should do to it.
func (c *conn) forWriting() error {
	if c.h == nil {
		return errClosed
	}
	if c.standIn {
		if err := c.leaveStandIn(lib.SQLITE_OPEN_CREATE); err != nil {
			return err
		}
	}
	if c.baseline != nil {
		return nil
	}
	if err := c.setJournal(); err != nil {
		return err
	}
	baseline, err := c.h.pragmas()
	c.baseline = baseline
	return err
}

func (c *conn) leaveStandIn(extra int32) error {
	c.h.close()
	c.standIn = false
	if err := c.open(extra); err != nil {
		c.standIn = true
		if again := c.open(0); again != nil {
			return c.lose(err)
		}
		if extra != 0 && is(err, "SQLITE_CANTOPEN") {
			// SQLite tries again for reading only, and reports why that failed: it does not exist.
			folder := filepath.Dir(c.path)
			return &drivers.ConnectError{Target: "sqlite:" + c.path, Msg: "the file cannot be created in " + folder, Err: err,
				Hint: "the folder must be writable for the user you run as, and its file system not mounted for reading only"}
		}
		return connectError("sqlite:"+c.path, err)
	}
	return nil
}

// setJournal sets the journal mode of the URL. SQLite answers with the mode that it is in then, and no error.
func (c *conn) setJournal() error {
	if c.set.journal == "" || c.path == inMemory || c.set.flags&lib.SQLITE_OPEN_READONLY != 0 {
		return nil
	}
	is := ""
	err := c.h.run("PRAGMA journal_mode = "+c.set.journal, func(stmt uintptr) { is = c.h.text(stmt, 0) })
	c.ctl.touched = false
	if err == nil && is != c.set.journal {
		err = plainError(fmt.Sprintf("journal_mode=%s of the database URL is not possible here; it is %s", c.set.journal, is), -1)
	}
	return err
}

// during makes ctx the one that ends what runs until the function it returns is called.
func (c *conn) during(ctx context.Context) (end func()) {
	c.ctl.ctx = ctx
	return func() {
		c.ctl.ctx, c.ctl.limit, c.ctl.wait = context.Background(), 0, c.set.wait
	}
}

func (c *conn) Query(ctx context.Context, sql string) ([][]string, error) {
	defer c.during(ctx)()
	if err := c.forReading(); err != nil {
		return nil, err
	}
	if c.standIn && c.h.writes(sql) {
		if err := c.forWriting(); err != nil {
			return nil, err
		}
	}
	var rows [][]string
	err := c.h.run(sql, func(stmt uintptr) {
		row := make([]string, c.h.columns(stmt))
		for i := range row {
			row[i] = c.h.text(stmt, int32(i))
		}
		rows = append(rows, row)
	})
	if err != nil {
		return nil, err
	}
	return rows, nil
}

func (c *conn) Facts() drivers.Facts {
	return drivers.Facts{TransactionalDDL: true, AtomicDDL: true, Product: "SQLite", Version: version(), Database: c.path, Schema: "main"}
}

func (c *conn) Close(context.Context) error {
	var errs []error
	for key := range c.locks {
		errs = append(errs, c.unlock(key))
	}
	c.shut()
	return errors.Join(errs...)
}

func (c *conn) shut() {
	if c.h != nil {
		c.h.close()
		c.h = nil
	}
}

// lose ends a session that cannot be brought back into a known state.
func (c *conn) lose(err error) error {
	c.shut()
	return fmt.Errorf("%w: %w", drivers.ErrLost, err)
}
