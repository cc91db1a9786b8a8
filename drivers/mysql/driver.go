// Package mysql is the driver for MySQL and MariaDB, on go-sql-driver's connection (not on database/sql, whose pool would give every
// statement a session of its own choosing). Statements travel in multi-statement packets of up to a megabyte with a marker query behind
// each, so that a whole chain costs a handful of round trips and it is known, while the server works, how far it got.
//
// What the database URL may say behind its ? is listed at Driver.Parse.
package mysql

import (
	"context"
	"encoding/hex"
	"strings"
	"time"
	"unicode/utf8"

	"revise/drivers"
	"revise/parser"
)

// Driver opens sessions on MySQL and MariaDB.
type Driver struct{}

// Name is "mysql", also for MariaDB: both read the same files.
func (Driver) Name() string { return "mysql" }

// Schemes are those of the database URL.
func (Driver) Schemes() []string { return []string{"mysql", "mariadb"} }

// Dialect says how SQL for this database is split.
func (Driver) Dialect() *parser.Dialect { return Dialect() }

// Parse reads mysql://user:password@host:port/name?key=value. The host defaults to 127.0.0.1, the port to 3306; a host that is a path, or
// the parameter socket, names a Unix socket. The database name may be left out. The other parameters:
//
//	tls        false (the default), true, skip-verify, preferred
//	ssl-ca     a PEM file with the authorities to trust; ssl-cert, ssl-key: a client's certificate and key. Any of them switches TLS on
//	timeout    how long to try to connect, for example 10s (the default is 15s)
//	charset    the character set of the files' bytes (utf8mb4), and its collation, as in SET NAMES
//	sql_mode, time_zone   the session's
func (Driver) Parse(url string) (drivers.Address, error) {
	addr, err := drivers.ParseServer(url)
	if err != nil {
		return drivers.Address{}, err
	}
	if _, err := readParams(addr.Params); err != nil {
		return drivers.Address{}, err
	}
	return addr, nil
}

// Ident quotes a name in backticks, which mean the same in every sql_mode (double quotes do not). A name that is not ASCII reads right
// only while character_set_client is UTF-8.
func (Driver) Ident(parts ...string) string {
	quoted := make([]string, len(parts))
	for i, p := range parts {
		quoted[i] = "`" + strings.ReplaceAll(p, "`", "``") + "`"
	}
	return strings.Join(quoted, ".")
}

// Literal writes text of harmless characters as a plain string and anything else as hexadecimal UTF-8, for a backslash means one thing or
// another by sql_mode (NO_BACKSLASH_ESCAPES) and a byte beyond ASCII by character_set_client. The server refuses a literal whose
// bytes are no UTF-8 (error 1300), and a conversion inside the server gives NULL (MySQL) or question marks (MariaDB): therefore bytes that are
// no UTF-8 are written as U+FFFD. Who must get them back encodes them before.
func (Driver) Literal(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return !harmless(r) }) {
		return "'" + s + "'"
	}
	return "_utf8mb4 X'" + hex.EncodeToString([]byte(strings.ToValidUTF8(s, string(utf8.RuneError)))) + "'"
}

// harmless characters stand for themselves in a quoted string in every sql_mode and in every character set that a client may use. ([\]^`{|}~@
// are letters in some national ones.)
func harmless(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r < utf8.RuneSelf && strings.ContainsRune(" \n\t!\"#$%&()*+,-./:;<=>?_", r)
}

// Syntax takes UTC_TIMESTAMP, which no time zone and no hour that autumn repeats can disturb. It stands still within a statement only. A session's
// SET timestamp stops it, until the session is clean again.
func (Driver) Syntax() drivers.Syntax {
	return drivers.Syntax{
		User:        "LEFT(USER(), CHAR_LENGTH(USER()) - LOCATE('@', REVERSE(USER())))",
		ClockID:     "CONCAT(LPAD(LOWER(HEX(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6)) * 1000)), 16, '0'), '$')",
		NowMillis:   "(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000)",
		NowText:     "CONCAT(LEFT(DATE_FORMAT(UTC_TIMESTAMP(3), '%Y-%m-%dT%H:%i:%s.%f'), 23), 'Z')",
		Text:        "LONGTEXT",
		LockTimeout: 5 * time.Second,
		Overflow:    "~0 + (CHAR_LENGTH(token) + 1)",
		Begin:       "START TRANSACTION READ WRITE",
		Commit:      "COMMIT AND NO CHAIN NO RELEASE",
		Joins:       []string{"INSERT", "REPLACE", "UPDATE", "DELETE", "WITH", "SELECT", "VALUES", "TABLE", "LOAD DATA", "LOAD XML"},
		// What a trigger or a function writes to counts, so all tables do. Temporary ones are gone with the session.
		JoinsHold: "SELECT COUNT(*) = 0 FROM information_schema.TABLES WHERE TABLE_TYPE = 'BASE TABLE' AND ENGINE NOT IN ('InnoDB', 'ROCKSDB')" +
			" AND TABLE_SCHEMA NOT IN ('mysql', 'sys', 'performance_schema', 'information_schema')",
		TableOptions: "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
	}
}

// Open starts a session.
func (Driver) Open(ctx context.Context, addr drivers.Address, opt drivers.Options) (drivers.Conn, error) {
	target := targetOf(addr)
	settings, err := readParams(addr.Params)
	if err != nil {
		return nil, &drivers.ConnectError{Target: target, Msg: err.Error(), Err: err}
	}
	d, err := newDialer(addr, settings, opt.App)
	if err != nil {
		return nil, &drivers.ConnectError{Target: target, Msg: err.Error(), Hint: "check the TLS parameters", Err: err}
	}
	c, err := open(ctx, d, settings, opt)
	if err != nil {
		return nil, connectError(ctx, target, addr, err)
	}
	return c, nil
}
