package sqlite

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"

	"revise/drivers"
)

// errClosed is what a session says that was closed or lost.
var errClosed = fmt.Errorf("the session is closed: %w", drivers.ErrLost)

// errTimeout is why a statement ends that ran into the statement timeout.
var errTimeout = errors.New("statement timeout")

// plainError is an error of ours about a statement, of which SQLite knows nothing.
func plainError(message string, offset int) *drivers.Error {
	return &drivers.Error{Message: message, Offset: offset}
}

// failure makes an error of a result code that the last call on h returned. Offset counts bytes of the statement's text.
func (h *handle) failure(rc int32, offset int) error {
	// SQLite reports a wait that we cut short as BUSY.
	if code := rc & 0xff; code == lib.SQLITE_INTERRUPT || code == lib.SQLITE_BUSY {
		if why := h.ctl.stopped(); why != nil {
			return h.halted(why)
		}
	}
	e := &drivers.Error{Code: codeName(rc), Message: h.message(rc), Hint: hint(rc), Offset: offset}
	switch rc & 0xff {
	case lib.SQLITE_CANTOPEN, lib.SQLITE_IOERR:
		if h.db != 0 {
			if n := lib.Xsqlite3_system_errno(h.tls, h.db); n != 0 {
				e.Detail = syscall.Errno(n).Error()
			}
		}
	case lib.SQLITE_BUSY:
		e.Blocked = true
		e.Message = "another process holds the database: " + e.Message
		e.Hint = fmt.Sprintf("it did not let go within %v; end what holds it (fuser names it), or wait longer with lock_timeout in the revision "+
			"or busy_timeout in the database URL", h.ctl.wait)
	case lib.SQLITE_AUTH:
		if h.ctl.refused != "" {
			e.Code, e.Message, e.Hint = "", h.ctl.refused, "run it outside of a transaction: transaction=off"
		}
	case lib.SQLITE_ERROR:
		if strings.HasPrefix(e.Message, "no such table: ") {
			e.Err = drivers.ErrNoTable
		}
	}
	return e
}

// halted is the error of a statement that was cancelled or ran too long.
func (h *handle) halted(why error) error {
	e := &drivers.Error{Code: codeName(lib.SQLITE_INTERRUPT), Message: "cancelled", Offset: -1, Err: why}
	switch {
	case why == errTimeout:
		e.Message = fmt.Sprintf("the statement ran longer than the statement timeout of %v", h.ctl.limit)
		e.Hint = "raise statement_timeout, or make the statement do less at a time"
	case errors.Is(why, context.DeadlineExceeded):
		e.Message = "cancelled: the time for the run is over"
	}
	return e
}

func (h *handle) message(rc int32) string {
	if h.db != 0 && lib.Xsqlite3_extended_errcode(h.tls, h.db)&0xff == rc&0xff {
		return libc.GoString(lib.Xsqlite3_errmsg(h.tls, h.db))
	}
	return libc.GoString(lib.Xsqlite3_errstr(h.tls, rc))
}

// is tells whether err came with a primary result code or one that extends it, by name.
func is(err error, code string) bool {
	var e *drivers.Error
	return errors.As(err, &e) && strings.HasPrefix(e.Code, code)
}

// join adds what went wrong while cleaning up after err, if anything did.
func join(err, cleanup error) error {
	if cleanup == nil {
		return err
	}
	return errors.Join(err, cleanup)
}

// connectError is err as a failure to open the database that the user calls target.
func connectError(target string, err error) error {
	c := &drivers.ConnectError{Target: target, Msg: err.Error(), Err: err}
	var e *drivers.Error
	if !errors.As(err, &e) {
		return c
	}
	c.Msg, c.Hint = e.Message, e.Hint
	switch {
	case is(err, "SQLITE_NOTADB"):
		c.Msg, c.Hint = "the file is no SQLite database, or an encrypted one", ""
	case is(err, "SQLITE_CANTOPEN"):
		c.Msg = "the file cannot be opened"
		if e.Detail != "" {
			c.Msg += ": " + e.Detail
		}
	case is(err, "SQLITE_BUSY"):
		c.Err = fmt.Errorf("%w: %w", drivers.ErrUnavailable, err)
	}
	return c
}

// hint says what to do about a code, where there is something to say.
func hint(rc int32) string {
	switch rc {
	case lib.SQLITE_READONLY_DIRECTORY:
		return "SQLite writes a journal next to the database: the folder must be writable too"
	case lib.SQLITE_READONLY_DBMOVED:
		return "the database file was moved or removed while it was open"
	case lib.SQLITE_READONLY_ROLLBACK, lib.SQLITE_READONLY_RECOVERY:
		return "a process died while it wrote the database; open it once without mode=ro so that SQLite can repair it"
	case lib.SQLITE_CONSTRAINT_FOREIGNKEY:
		return "PRAGMA foreign_key_check names the rows that refer to nothing"
	}
	switch rc & 0xff {
	case lib.SQLITE_FULL:
		return "the disk is full, or max_page_count is reached; make room and run again"
	case lib.SQLITE_READONLY, lib.SQLITE_PERM:
		return "the database is open for reading only: see the permissions of its file and folder, and mode= in the database URL"
	case lib.SQLITE_CORRUPT:
		return "the database file is damaged; PRAGMA integrity_check says where, and a backup or the sqlite3 shell's .recover may help"
	case lib.SQLITE_NOTADB:
		return "the file is no SQLite database, or an encrypted one"
	case lib.SQLITE_IOERR:
		return "the operating system could not read or write the database or a file next to it; see the disk and its log"
	case lib.SQLITE_CANTOPEN:
		return "SQLite must be able to open the database and to create files next to it"
	case lib.SQLITE_NOMEM:
		return "there is too little memory for this statement"
	}
	return ""
}

// codeName is the name of a result code as https://sqlite.org/rescode.html lists them: the extended one, or else the primary one with the number.
func codeName(rc int32) string {
	if name, ok := extendedNames[rc]; ok {
		return name
	}
	name, ok := primaryNames[rc&0xff]
	switch {
	case !ok:
		return fmt.Sprintf("SQLITE_%d", rc)
	case rc > 0xff:
		return fmt.Sprintf("%s %d", name, rc)
	}
	return name
}
