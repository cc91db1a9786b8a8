// Package sqlite is the driver for SQLite, which is a library and no server: the database is a file, and everything happens in this process.
package sqlite

import (
	"context"
	"strings"

	"github.com/gofrs/flock"

	"revise/drivers"
	"revise/parser"
)

// Driver opens sessions on SQLite databases.
type Driver struct{}

func (Driver) Name() string                              { return "sqlite" }
func (Driver) Schemes() []string                         { return []string{"sqlite", "sqlite3"} }
func (Driver) Dialect() *parser.Dialect                  { return Dialect() }
func (Driver) Parse(url string) (drivers.Address, error) { return parse(url) }
func (Driver) Ident(parts ...string) string              { return ident(parts...) }

// Literal doubles single quotes; SQLite knows no other escape.
func (Driver) Literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// Syntax reads the clock of the machine. SQLite looks at it once per statement (https://sqlite.org/lang_datefunc.html).
func (Driver) Syntax() drivers.Syntax {
	return drivers.Syntax{
		User:    "''",
		ClockID: "printf('%016x', CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000000) || '$'",
		// julianday gives days as a floating point number, whose last bit is worth 40 microseconds: exact once rounded. unixepoch with fractions is
		// known to a shell of 2023 and later only.
		NowMillis: "CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER)",
		NowText:   "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
		Text:      "text",

		Begin:  "BEGIN IMMEDIATE",
		Commit: "COMMIT",
		Joins:  []string{"INSERT", "REPLACE", "UPDATE", "DELETE", "WITH", "SELECT", "VALUES", "CREATE", "ALTER", "DROP", "ANALYZE", "REINDEX"},

		TransactionalDDL: true,
	}
}

// Open opens the database file. A file that does not exist is made by the first Exec, and never its folder. The path :memory: is a
// database that ends with the session.
func (Driver) Open(ctx context.Context, addr drivers.Address, opt drivers.Options) (drivers.Conn, error) {
	set, err := readSettings(addr.Params)
	if err != nil {
		return nil, &drivers.ConnectError{Target: addr.String(), Msg: err.Error(), Err: err}
	}
	c := &conn{
		set:   set,
		app:   opt.App,
		ctl:   &control{ctx: ctx, wait: set.wait},
		locks: map[string]*flock.Flock{},
	}
	defer c.during(ctx)()
	if err := c.enter(addr); err != nil {
		return nil, err
	}
	return c, nil
}

func ident(parts ...string) string {
	quoted := make([]string, len(parts))
	for i, p := range parts {
		quoted[i] = `"` + strings.ReplaceAll(p, `"`, `""`) + `"`
	}
	return strings.Join(quoted, ".")
}
