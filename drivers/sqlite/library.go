package sqlite

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"time"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// This file is the only one that calls SQLite's C functions, in their translation to Go. It goes below database/sql because that has no
// room for the place of an error, the extended codes, or a statement's authorizer.

// A handle is one open database. It serves one goroutine at a time.
type handle struct {
	tls *libc.TLS
	db  uintptr
	ctl *control

	// Where SQLite writes what it returns by pointer: on the heap, where Go moves nothing, unlike on a stack.
	stmt, tail uintptr
}

// A control is what SQLite's callbacks look at. They run on the goroutine that runs the statement, so it needs no lock. It outlives
// the handle when a session is reopened.
type control struct {
	ctx      context.Context // of the call under way
	limit    time.Duration   // the statement timeout; zero is none
	deadline time.Time       // when the running statement has had its time; zero is never
	wait     time.Duration   // how long to wait for another process
	since    time.Time       // when the waiting under way began

	guarded bool // we are in a transaction of our own, which statements must not end
	foreign bool // whether foreign keys are enforced in it
	refused string
	touched bool // a statement may have changed the session

	watched    bool // of interest is what statements write to
	wrote      bool // one may have written to the database
	main, temp bool // the one that is compiled names tables of main, and of temp, to write to
}

// stopped returns why the running statement is to end, or nil.
func (k *control) stopped() error {
	if err := k.ctx.Err(); err != nil {
		return err
	}
	if !k.deadline.IsZero() && !time.Now().Before(k.deadline) {
		return errTimeout
	}
	return nil
}

// pageSize corrects SQLite's idea of the memory page on linux/arm64. It must run before the first use of the library and not twice at once.
var pageSize = sync.OnceFunc(lib.PatchIssue199)

// open opens a file, or a database in memory where path is ":memory:".
func open(path string, flags int32, ctl *control) (*handle, error) {
	pageSize()
	h := &handle{tls: libc.NewTLS(), ctl: ctl}
	name, err := libc.CString(path)
	if err != nil {
		h.close()
		return nil, err
	}
	defer libc.Xfree(h.tls, name)
	// OPEN_URI lets ATTACH take file:… as it does in the sqlite3 shell; path itself is absolute and so never a URI.
	rc := lib.Xsqlite3_open_v2(h.tls, name, uintptr(unsafe.Pointer(&h.db)), flags|lib.SQLITE_OPEN_URI|lib.SQLITE_OPEN_EXRESCODE|lib.SQLITE_OPEN_NOMUTEX, 0)
	if rc != lib.SQLITE_OK {
		err := h.failure(rc, -1)
		h.close()
		return nil, err
	}
	arg := uintptr(unsafe.Pointer(ctl))
	lib.Xsqlite3_progress_handler(h.tls, h.db, progressSteps, pointer(onProgress), arg)
	lib.Xsqlite3_set_authorizer(h.tls, h.db, pointer(onAuthorize), arg)
	h.waitAgain()
	return h, nil
}

// close may be called more than once. The last close of a database in WAL mode writes the log back and removes it.
func (h *handle) close() {
	if h.tls == nil {
		return
	}
	lib.Xsqlite3_close_v2(h.tls, h.db)
	h.tls.Close()
	h.tls, h.db = nil, 0
}

// waitAgain puts our way of waiting for other processes in place: PRAGMA busy_timeout replaces it.
func (h *handle) waitAgain() {
	lib.Xsqlite3_busy_handler(h.tls, h.db, pointer(onBusy), uintptr(unsafe.Pointer(h.ctl)))
}

func (h *handle) inTransaction() bool { return lib.Xsqlite3_get_autocommit(h.tls, h.db) == 0 }

func version() string {
	tls := libc.NewTLS()
	defer tls.Close()
	return libc.GoString(lib.Xsqlite3_libversion(tls))
}

// run runs all that text holds and reads all rows; row, if not nil, sees each. Errors are *drivers.Error.
func (h *handle) run(text string, row func(stmt uintptr)) error {
	if at := strings.IndexByte(text, 0); at >= 0 {
		return plainError("the statement holds a NUL character", at)
	}
	start, err := libc.CString(text)
	if err != nil {
		return plainError(err.Error(), -1)
	}
	defer libc.Xfree(h.tls, start)
	h.ctl.deadline = time.Time{}
	if h.ctl.limit > 0 {
		h.ctl.deadline = time.Now().Add(h.ctl.limit)
	}
	// A text may hold several statements: what stands between +begin and +end is one to us.
	for at := start; at < start+uintptr(len(text)); at = h.tail {
		if err := h.ctl.stopped(); err != nil {
			return h.halted(err)
		}
		if err := h.prepare(at, start); err != nil {
			return err
		}
		if h.stmt == 0 { // only blanks, comments or a lone semicolon
			continue
		}
		if k := h.ctl; k.watched && lib.Xsqlite3_stmt_readonly(h.tls, h.stmt) == 0 {
			k.wrote = k.wrote || k.main || !k.temp
		}
		if err := h.step(row); err != nil {
			return err
		}
	}
	return nil
}

// prepare compiles the first statement at at, in a text that starts at start.
func (h *handle) prepare(at, start uintptr) error {
	h.ctl.refused, h.ctl.main, h.ctl.temp = "", false, false
	h.stmt = 0
	rc := lib.Xsqlite3_prepare_v2(h.tls, h.db, at, -1, uintptr(unsafe.Pointer(&h.stmt)), uintptr(unsafe.Pointer(&h.tail)))
	if rc != lib.SQLITE_OK {
		offset := -1
		if n := lib.Xsqlite3_error_offset(h.tls, h.db); n >= 0 {
			offset = int(at-start) + int(n)
		}
		return h.failure(rc, offset)
	}
	// SQLite itself would take NULL for a parameter that nobody binds.
	if h.stmt != 0 && lib.Xsqlite3_bind_parameter_count(h.tls, h.stmt) > 0 {
		name := "?"
		if p := lib.Xsqlite3_bind_parameter_name(h.tls, h.stmt, 1); p != 0 {
			name = libc.GoString(p)
		}
		h.finalize()
		return plainError("the statement holds the parameter "+name+", for which there is no value", -1)
	}
	return nil
}

// step runs the compiled statement to its end and frees it.
func (h *handle) step(row func(stmt uintptr)) error {
	defer h.finalize()
	for {
		switch rc := lib.Xsqlite3_step(h.tls, h.stmt); rc {
		case lib.SQLITE_ROW:
			if row != nil {
				row(h.stmt)
			}
		case lib.SQLITE_DONE:
			return nil
		default:
			return h.failure(rc, -1)
		}
	}
}

func (h *handle) finalize() {
	lib.Xsqlite3_finalize(h.tls, h.stmt)
	h.stmt = 0
}

// writes tells whether text, a single statement, would change a database. A text that does not compile does not.
func (h *handle) writes(text string) bool {
	start, err := libc.CString(text)
	if err != nil {
		return false
	}
	defer libc.Xfree(h.tls, start)
	if h.prepare(start, start) != nil || h.stmt == 0 {
		return false
	}
	defer h.finalize()
	return lib.Xsqlite3_stmt_readonly(h.tls, h.stmt) == 0
}

// text returns column i of the current row as text, NULL as "".
func (h *handle) text(stmt uintptr, i int32) string {
	p := lib.Xsqlite3_column_text(h.tls, stmt, i)
	n := lib.Xsqlite3_column_bytes(h.tls, stmt, i)
	if p == 0 || n == 0 {
		return ""
	}
	return string(libc.GoBytes(p, int(n)))
}

func (h *handle) columns(stmt uintptr) int32 { return lib.Xsqlite3_column_count(h.tls, stmt) }

// truth tells whether the first column of the current row counts as true, and if not, what it is.
func (h *handle) truth(stmt uintptr) (ok bool, is string) {
	if h.columns(stmt) == 0 {
		return false, "no column"
	}
	// Both must be asked before the value is turned into text, which may change what they say.
	kind, number := lib.Xsqlite3_column_type(h.tls, stmt, 0), lib.Xsqlite3_column_double(h.tls, stmt, 0)
	text := h.text(stmt, 0)
	switch kind {
	case lib.SQLITE_NULL:
		return false, "NULL"
	case lib.SQLITE_INTEGER, lib.SQLITE_FLOAT:
		return number != 0, text
	default:
		if text == "" {
			return false, "an empty text"
		}
		return text != "0" && !strings.EqualFold(text, "false"), text
	}
}

// progressSteps is after how many steps of SQLite's machine it asks whether to go on: some 10 microseconds.
const progressSteps = 1000

// pointer makes a C function pointer of a function that is no closure.
func pointer[F any](f F) uintptr { return *(*uintptr)(unsafe.Pointer(&f)) }

// controlAt finds the control a callback was registered with. The handle keeps it alive, and Go does not move what is on the heap.
func controlAt(arg uintptr) *control { return *(**control)(unsafe.Pointer(&arg)) }

func onProgress(_ *libc.TLS, arg uintptr) int32 {
	if controlAt(arg).stopped() != nil {
		return 1
	}
	return 0
}

// onBusy waits a little for another process and tells whether to try again.
func onBusy(_ *libc.TLS, arg uintptr, tries int32) int32 {
	k := controlAt(arg)
	if tries == 0 {
		k.since = time.Now()
	}
	if k.stopped() != nil || time.Since(k.since) >= k.wait {
		return 0
	}
	pause := time.NewTimer(min(time.Duration(tries+1)*time.Millisecond, 25*time.Millisecond))
	defer pause.Stop()
	select {
	case <-k.ctx.Done():
		return 0
	case <-pause.C:
		return 1
	}
}

// onAuthorize is asked while a statement is compiled, whatever its spelling. It notes statements that may change the session, and refuses
// two kinds in a transaction of our own, before they do anything.
func onAuthorize(_ *libc.TLS, arg uintptr, action int32, first, second, schema, _ uintptr) int32 {
	k := controlAt(arg)
	if k.watched {
		k.look(action, schema)
	}
	switch action {
	case lib.SQLITE_CREATE_TEMP_TABLE, lib.SQLITE_CREATE_TEMP_VIEW, lib.SQLITE_CREATE_TEMP_TRIGGER, lib.SQLITE_ATTACH, lib.SQLITE_DETACH,
		lib.SQLITE_CREATE_VTABLE, lib.SQLITE_CREATE_TRIGGER: // of these two it does not say whether they are temporary
		k.touched = true
	case lib.SQLITE_CREATE_TABLE, lib.SQLITE_CREATE_VIEW: // CREATE TABLE temp.t comes as this one
		k.touched = k.touched || libc.GoString(schema) == "temp"
	case lib.SQLITE_PRAGMA:
		if second == 0 { // it only asks
			break
		}
		k.touched = true
		return k.pragma(strings.ToLower(libc.GoString(first)), libc.GoString(second))
	case lib.SQLITE_TRANSACTION:
		if k.guarded {
			k.refused = libc.GoString(first) + " is not possible here, the statements run in one transaction"
			return lib.SQLITE_DENY
		}
	}
	return lib.SQLITE_OK
}

// pragma looks at a PRAGMA that sets something.
func (k *control) pragma(name, value string) int32 {
	switch name {
	case "foreign_keys":
		// SQLite ignores it in a transaction (https://sqlite.org/pragma.html#pragma_foreign_keys), and then the DROP of a table that is
		// rebuilt deletes the rows that refer to it.
		if k.guarded && isOn(value) != k.foreign {
			k.refused = "PRAGMA foreign_keys does nothing inside a transaction"
			return lib.SQLITE_DENY
		}
	case "busy_timeout":
		if ms, err := strconv.Atoi(value); err == nil {
			k.wait = time.Duration(max(ms, 0)) * time.Millisecond
		}
	}
	return lib.SQLITE_OK
}

// isOn reads a boolean as PRAGMA does.
func isOn(s string) bool {
	switch strings.ToLower(s) {
	case "on", "yes", "true":
		return true
	}
	return strings.Trim(s, "0") != "" && s[0] >= '0' && s[0] <= '9'
}
