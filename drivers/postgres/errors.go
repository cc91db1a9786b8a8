package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgconn"

	"revise/drivers"
)

const (
	queryCanceled  = "57014"
	undefinedTable = "42P01"

	lockNotAvailable = "55P03"
	deadlockDetected = "40P01"
)

// lift turns what the server said about a statement into a *drivers.Error. text is that of the statement, "" for one of the driver's own.
func lift(err *pgconn.PgError, text string) *drivers.Error {
	return &drivers.Error{
		Code:    err.Code,
		Message: err.Message,
		Detail:  err.Detail,
		Hint:    err.Hint,
		Context: err.Where,
		Offset:  byteOffset(text, int(err.Position)),
		Blocked: err.Code == lockNotAvailable || err.Code == deadlockDetected,
		Err:     err,
	}
}

// lineForm finds a line of data in the context of an error: COPY t, line 2, column n: "x". The words come in the server's language; where it
// is not written in this order (Japanese, Korean), no line is found.
var lineForm = drivers.Form(`(?m)^COPY .*?, \S+ (\d+)(?:[,: ]|$)`)

// copyLine is the line of its data that a COPY failed at, 0 if the context names none. The last one counts: triggers stand before.
func copyLine(context string) int {
	all := lineForm().FindAllStringSubmatch(context, -1)
	if len(all) == 0 {
		return 0
	}
	n, _ := strconv.Atoi(all[len(all)-1][1])
	return n
}

// isCanceled tells that the server ended a statement because it was asked to, by a CopyFail for instance.
func isCanceled(err error) bool {
	var server *pgconn.PgError
	return errors.As(err, &server) && server.Code == queryCanceled
}

// byteOffset turns the server's position, which counts characters from 1, into bytes from 0. -1 if there is none.
func byteOffset(text string, position int) int {
	if position <= 0 {
		return -1
	}
	off := 0
	for i := 1; i < position; i++ {
		if off >= len(text) {
			return -1
		}
		_, n := utf8.DecodeRuneInString(text[off:])
		off += n
	}
	return off
}

// errClosed is what a session says that was closed or lost.
var errClosed = fmt.Errorf("the session is closed: %w", drivers.ErrLost)

// statementError turns an error of the library about a statement of a batch into ours. known says that the server's own word leaves no doubt
// about the outcome; a broken connection always does: the server goes on with what it has received.
func (c *conn) statementError(ctx context.Context, err error, text string, known bool) error {
	var server *pgconn.PgError
	known = known && errors.As(err, &server)
	err = c.ownError(ctx, err, text)
	if c.pg.IsClosed() && !known {
		err = fmt.Errorf("%w: %w", drivers.ErrUnknown, err)
	}
	return err
}

// ownError is statementError for what the driver runs between batches, where nothing is in doubt.
func (c *conn) ownError(ctx context.Context, err error, text string) error {
	var server *pgconn.PgError
	isServer := errors.As(err, &server)
	if isServer {
		err = lift(server, text)
	}
	if ctx.Err() != nil && (c.pg.IsClosed() || isServer && server.Code == queryCanceled) {
		err = fmt.Errorf("%w: %w", ctx.Err(), err)
	}
	if c.pg.IsClosed() {
		err = fmt.Errorf("%w: %w", drivers.ErrLost, err)
	}
	return err
}
