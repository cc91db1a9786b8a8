package mysql

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"

	"github.com/go-sql-driver/mysql"

	"revise/drivers"
)

// Error numbers (https://dev.mysql.com/doc/mysql-errors/9.0/en/server-error-reference.html, https://mariadb.com/kb/en/mariadb-error-codes/).
const (
	errTooManyConnections = 1040
	errDBAccessDenied     = 1044
	errAccessDenied       = 1045
	errBadDB              = 1049
	errShutdown           = 1053
	errParse              = 1064
	errNoSuchThread       = 1094
	errHostBlocked        = 1129
	errHostNotAllowed     = 1130
	errNoSuchTable        = 1146
	errTooManyUserConns   = 1203
	errUserLimit          = 1226
	errManyRows           = 1242 // what a marker fails with while the stop lock is held
	errLockWait           = 1205
	errDeadlock           = 1213
	errInterrupted        = 1317
	errXA                 = 1399
	errNetFirst           = 1154 // ER_NET_READ_ERROR_FROM_PIPE and those behind it, up to
	errNetLast            = 1161 // ER_NET_WRITE_INTERRUPTED: the server says good-bye to half a connection
	errConnKilled         = 1927 // MariaDB
	errStatementTime      = 1969 // MariaDB, max_statement_time
	errQueryTime          = 3024 // MySQL, max_execution_time
	errSessionKilled      = 3169 // MySQL
	errIdle               = 4031 // MySQL, wait_timeout
)

// serverError gives what the server said, or nil where it is the connection that failed.
func serverError(err error) *mysql.MySQLError {
	var server *mysql.MySQLError
	errors.As(err, &server)
	return server
}

// fatal errors are the last thing a server says on a connection.
func fatal(e *mysql.MySQLError) bool {
	switch e.Number {
	case errShutdown, errConnKilled, errSessionKilled, errIdle:
		return true
	}
	return e.Number >= errNetFirst && e.Number <= errNetLast
}

// interrupted errors come from outside of the statement they hit, which may be one of ours.
func interrupted(e *mysql.MySQLError) bool {
	switch e.Number {
	case errInterrupted, errStatementTime, errQueryTime:
		return true
	}
	return false
}

func missing(e *mysql.MySQLError) bool { return e.Number == errNoSuchTable || e.Number == errBadDB }

// near is how a syntax error names its place, in either product.
var near = drivers.Form(`(?s)^(.* near ')(.*)(' at line )(\d+)$`)

// strayDelimiter finds, at the start of a statement, what people take for a delimiter and no statement begins with.
var strayDelimiter = drivers.Form(`^(?://|\$\$|\|\||~~|\|)`)

// lift turns what the server said about a statement into a *drivers.Error. sent is the statement and what stood behind it in its packet.
func lift(e *mysql.MySQLError, statement, sent string) *drivers.Error {
	out := &drivers.Error{Code: strconv.Itoa(int(e.Number)), Message: narrow(e.Message), Offset: -1, Err: e}
	out.Blocked = e.Number == errLockWait || e.Number == errDeadlock
	if out.Message == "" { // under character_set_results = utf16
		out.Message = "the server refused the statement"
	}
	if d := strayDelimiter().FindString(statement); d != "" && e.Number == errParse {
		out.Hint = d + " is a delimiter, not SQL: a line DELIMITER " + d + " is missing before it"
	}
	m := near().FindStringSubmatch(out.Message)
	if e.Number != errParse || m == nil {
		return out
	}
	line, _ := strconv.Atoi(m[4])
	quote := m[2]
	if out.Offset = place(quote, line, statement, sent); out.Offset >= 0 {
		quote = quote[:min(len(quote), len(statement)-out.Offset)]
	} else if end := strings.Index(quote, separator); end >= 0 {
		quote = quote[:end] // nobody wants to read our markers
	}
	out.Message = m[1] + quote + m[3] + m[4]
	// The library's error quotes the whole packet's text.
	out.Err = &mysql.MySQLError{Number: e.Number, SQLState: e.SQLState, Message: out.Message}
	return out
}

// place finds where in a statement the text stands that a syntax error quotes, or -1. Both servers count lines from the statement's own first
// one, but MariaDB not those inside strings, so the place may be on a later line. The quotation runs to the end of the packet or is cut at 80
// characters, which MariaDB marks by "..." (ErrConvString in sql/sql_error.h).
func place(quote string, line int, statement, sent string) int {
	if at := len(sent) - len(quote); at >= 0 && sent[at:] == quote {
		if at <= len(statement) {
			return at
		}
		return len(statement)
	}
	if len(quote) < 40 {
		return -1 // a whole quotation that is not the packet's end: the text of some other statement, prepared or dynamic
	}
	quote = strings.TrimSuffix(quote, "...")
	found, onLine, count, countOnLine := -1, -1, 0, 0
	for at := 0; at <= len(statement); at++ {
		next := strings.Index(sent[at:], quote)
		if next < 0 || at+next > len(statement) {
			break
		}
		at += next
		switch n := strings.Count(statement[:at], "\n") + 1; {
		case n == line:
			onLine = at
			countOnLine++
		case n > line:
			found = at
			count++
		}
	}
	switch {
	case countOnLine == 1:
		return onLine
	case countOnLine == 0 && count == 1:
		return found
	}
	return -1
}

// targetOf is an address for people, with the defaults filled in and without the password.
func targetOf(a drivers.Address) string {
	_, addr := network(a)
	user := ""
	if a.User != "" {
		user = a.User + "@"
	}
	name := ""
	if a.Name != "" {
		name = "/" + a.Name
	}
	return a.Scheme + "://" + user + addr + name
}

const waitHint = "--wait 60s tries again until the server is ready"

// connectError says in plain words why a session did not come about.
func connectError(ctx context.Context, target string, a drivers.Address, err error) error {
	ce := &drivers.ConnectError{Target: target, Err: err}
	unavailable := func(msg, hint string) {
		ce.Msg, ce.Hint, ce.Err = msg, hint, fmt.Errorf("%w: %w", drivers.ErrUnavailable, err)
	}
	var dns *net.DNSError
	var op *net.OpError
	var unknownCA x509.UnknownAuthorityError
	var wrongName x509.HostnameError
	var cert *tls.CertificateVerificationError
	server := serverError(err)
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		ce.Msg, ce.Err = "interrupted", fmt.Errorf("%w: %w", ctx.Err(), err)
	case server != nil:
		ce.Msg = fmt.Sprintf("%s (%d)", server.Message, server.Number)
		switch server.Number {
		case errAccessDenied:
			ce.Hint = "check user and password; in MySQL the account also depends on the host one comes from"
			if !a.HasPass {
				ce.Hint = "no password was given"
			}
		case errDBAccessDenied:
			ce.Hint = "grant the user privileges on the database, or check its name"
		case errBadDB:
			ce.Hint = "create the database first, or check its name"
		case errHostNotAllowed:
			ce.Hint = "the server has no account for this user from this host"
		case errHostBlocked:
			ce.Hint = "an administrator unblocks the host with FLUSH HOSTS"
		case errTooManyConnections, errTooManyUserConns, errUserLimit:
			unavailable(ce.Msg, "wait until connections are free; "+waitHint)
		case errShutdown:
			unavailable(ce.Msg, waitHint)
		}
	case errors.As(err, &dns):
		unavailable("the name "+dns.Name+" is not known", "check the host; --wait 60s tries again until the name is known")
	case errors.As(err, &unknownCA), errors.As(err, &wrongName), errors.As(err, &cert):
		ce.Msg, ce.Hint = innermost(err), "name the authority's certificate with ssl-ca=…, or use tls=skip-verify where the network is trusted"
	case errors.Is(err, mysql.ErrNoTLS):
		ce.Msg, ce.Hint = "the server does not offer TLS", "leave the parameter tls out, or set tls=preferred"
	case errors.Is(err, mysql.ErrCleartextPassword):
		ce.Msg = "the server wants the password in clear text, which is not sent"
	case errors.Is(err, mysql.ErrOldPassword), errors.Is(err, mysql.ErrUnknownPlugin):
		ce.Msg, ce.Hint = "the account's authentication plugin is not supported", "use mysql_native_password, caching_sha2_password or ed25519"
	case errors.Is(err, os.ErrNotExist) && strings.HasPrefix(a.Host, "/"):
		unavailable("no such socket", "is the server running there? "+waitHint)
	case errors.As(err, &op), errors.Is(err, context.DeadlineExceeded), errors.Is(err, mysql.ErrInvalidConn), errors.Is(err, io.EOF):
		msg := "no answer"
		if op != nil && !op.Timeout() {
			msg = innermost(op)
		}
		if strings.Contains(msg, "refused") {
			msg = "connection refused"
		}
		unavailable(msg, "is the server running there? --wait 60s tries again until it is")
	default:
		ce.Msg = innermost(err)
	}
	return ce
}

func innermost(err error) string {
	for errors.Unwrap(err) != nil {
		err = errors.Unwrap(err)
	}
	return err.Error()
}
