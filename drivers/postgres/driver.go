// Package postgres is the driver for PostgreSQL, on pgconn. A run of atomic batches travels as one pipeline: the server stops at
// the first error and skips what was sent behind it, so nothing has to wait for an answer in between.
package postgres

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"revise/drivers"
	"revise/parser"
)

// Driver opens sessions on PostgreSQL.
type Driver struct{}

func (Driver) Name() string                              { return "postgres" }
func (Driver) Schemes() []string                         { return []string{"postgres", "postgresql"} }
func (Driver) Dialect() *parser.Dialect                  { return Dialect() }
func (Driver) Parse(url string) (drivers.Address, error) { return drivers.ParseServer(url) }
func (Driver) Ident(parts ...string) string              { return ident(parts...) }
func (Driver) Literal(s string) string                   { return literal(s) }

// Syntax takes the clock that moves within a transaction and that no setting of a session changes.
func (Driver) Syntax() drivers.Syntax {
	return drivers.Syntax{
		User:        "session_user::text",
		ClockID:     "pg_catalog.lpad(pg_catalog.to_hex((extract(epoch from pg_catalog.clock_timestamp()) * 1000000)::bigint * 1000), 16, '0') || '$'",
		NowMillis:   "(extract(epoch from pg_catalog.clock_timestamp()) * 1000)::bigint",
		BegunMillis: "(extract(epoch from pg_catalog.transaction_timestamp()) * 1000)::bigint",
		Place:       "$",
		Schema:      "public",
		Returning:   true,
		NowText:     `pg_catalog.to_char(pg_catalog.clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
		Text:        "text",
		LockTimeout: 5 * time.Second,
		Overflow:    "1 / (char_length(token) * 0)",
		Begin:       "BEGIN",
		Commit:      "COMMIT",
		Joins:       joins(),

		TransactionalDDL: true,
	}
}

// joins leaves out what may refuse a transaction in some version (ALTER TYPE … ADD VALUE before 12) or by an extension (a materialized view of
// TimescaleDB, a function that a SELECT calls): a section without a transaction is where people put such statements.
func joins() []string {
	list := []string{"INSERT", "UPDATE", "DELETE", "MERGE", "WITH", "COPY", "TRUNCATE", "COMMENT", "GRANT", "REVOKE", "CREATE UNIQUE", "CREATE OR"}
	for _, kind := range []string{
		"AGGREGATE", "CAST", "COLLATION", "CONVERSION", "DOMAIN", "EVENT", "FOREIGN", "FUNCTION", "INDEX", "OPERATOR", "POLICY", "PROCEDURE", "ROLE", "ROUTINE",
		"RULE", "SCHEMA", "SEQUENCE", "SERVER", "STATISTICS", "TABLE", "TEXT", "TRIGGER", "USER", "VIEW",
	} {
		list = append(list, "CREATE "+kind, "ALTER "+kind, "DROP "+kind)
	}
	return append(list, "CREATE TYPE", "DROP TYPE", "ALTER DEFAULT")
}

func ident(parts ...string) string {
	quoted := make([]string, len(parts))
	for i, p := range parts {
		quoted[i] = `"` + strings.ReplaceAll(p, `"`, `""`) + `"`
	}
	return strings.Join(quoted, ".")
}

// literal uses the E” form where there is a backslash, for a plain literal changes its meaning with standard_conforming_strings.
func literal(s string) string {
	quoted := "'" + strings.ReplaceAll(s, "'", "''") + "'"
	if strings.Contains(s, `\`) {
		return "E" + strings.ReplaceAll(quoted, `\`, `\\`)
	}
	return quoted
}

// Open starts a session. What the address leaves out comes from where psql takes it: the PG… variables, a service file, a password file.
func (Driver) Open(ctx context.Context, addr drivers.Address, opt drivers.Options) (drivers.Conn, error) {
	cfg, err := pgconn.ParseConfig(connString(addr, opt.App))
	if err != nil {
		return nil, configError(addr, err)
	}
	c := &conn{opt: opt, locks: map[string]bool{}, prepared: map[string]string{}}
	if cfg.RuntimeParams["client_encoding"] == "" {
		cfg.RuntimeParams["client_encoding"] = "UTF8" // else it is the database's, and revisions are UTF-8
	}
	cfg.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) { c.notice(n) }
	target := drivers.Address{Scheme: "postgres", User: cfg.User, Host: cfg.Host, Port: int(cfg.Port), Name: cfg.Database}.String()
	c.cfg = cfg
	if c.pg, err = pgconn.ConnectConfig(ctx, cfg); err != nil {
		return nil, connectError(ctx, target, err)
	}
	if err := c.begin(ctx); err != nil {
		c.Close(ctx)
		return nil, connectError(ctx, target, err)
	}
	c.facts.Target = target
	return c, nil
}

// connString writes libpq's keyword form. A parameter that pgconn does not know becomes a setting of the session.
func connString(a drivers.Address, app string) string {
	words := map[string]string{}
	if app != "" {
		words["application_name"] = app
	}
	for k, v := range a.Params {
		words[k] = v
	}
	put := func(k, v string) {
		if v != "" {
			words[k] = v
		}
	}
	put("host", a.Host)
	put("user", a.User)
	put("dbname", a.Name)
	if a.HasPass {
		words["password"] = a.Password
	}
	if a.Port != 0 {
		words["port"] = strconv.Itoa(a.Port)
	}
	keys := make([]string, 0, len(words))
	for k := range words {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	escape := strings.NewReplacer(`\`, `\\`, `'`, `\'`)
	var b strings.Builder
	for _, k := range keys {
		fmt.Fprintf(&b, "%s='%s' ", k, escape.Replace(words[k]))
	}
	return b.String()
}

// configError tells of an address that cannot be used. The library's text is left out but for its reason, for it quotes the address.
func configError(a drivers.Address, err error) error {
	reason := err
	for errors.Unwrap(reason) != nil {
		reason = errors.Unwrap(reason)
	}
	msg := reason.Error()
	if a.Password != "" && strings.Contains(msg, a.Password) || strings.Contains(msg, "password=") {
		msg = "the parameters cannot be read"
	}
	return &drivers.ConnectError{Target: a.String(), Msg: msg, Hint: "check the parameters behind the ? of the database URL"}
}

// connectError says in plain words why a session did not come about.
func connectError(ctx context.Context, target string, err error) error {
	// The library's own error holds its configuration, and that the password.
	var lib *pgconn.ConnectError
	if errors.As(err, &lib) {
		err = lib.Unwrap()
	}
	ce := &drivers.ConnectError{Target: target, Err: err}
	unavailable := func() { ce.Err = errors.Join(drivers.ErrUnavailable, err) }
	var server *pgconn.PgError
	var dns *net.DNSError
	var authority x509.UnknownAuthorityError
	var op *net.OpError
	switch {
	case ctx.Err() != nil && errors.Is(err, ctx.Err()) && !errors.Is(err, context.DeadlineExceeded):
		ce.Msg = "interrupted"
		ce.Err = errors.Join(ctx.Err(), err)
	case errors.As(err, &server):
		ce.Msg = fmt.Sprintf("%s (%s)", server.Message, server.Code)
		switch server.Code {
		case "28P01":
			ce.Hint = "check user and password; a password with special characters is safest in REVISE_DATABASE_PASSWORD or a password file"
		case "28000":
			ce.Hint = "the server's pg_hba.conf does not let this user in from here, or wants TLS (sslmode=require)"
		case "3D000":
			ce.Hint = "create the database first, or check its name"
		case "42501":
			ce.Hint = "grant the user CONNECT on the database"
		case "57P03", "53300", "57P01", "57P02": // starting up or shutting down, too many clients, being shut down
			ce.Hint = "--wait 60s tries again until the server is ready"
			unavailable()
		}
	case errors.As(err, &dns):
		ce.Msg = fmt.Sprintf("the name %s is not known", dns.Name)
		ce.Hint = "check the host; --wait 60s tries again until the name is known"
		unavailable()
	case errors.As(err, &op), errors.Is(err, context.DeadlineExceeded), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		ce.Msg = "no answer"
		if op != nil && op.Err != nil {
			ce.Msg = op.Err.Error()
		}
		if strings.Contains(ce.Msg, "connection refused") {
			ce.Msg = "connection refused"
		}
		ce.Hint = "is the server running there? --wait 60s tries again until it is"
		unavailable()
	case errors.As(err, &authority):
		ce.Msg = authority.Error()
		ce.Hint = "name the authority's certificate: sslrootcert=/path/ca.crt in the URL, or SSL_CERT_FILE"
	case strings.Contains(err.Error(), "server refused TLS connection"):
		ce.Msg = "the server does not speak TLS, and the address demands it"
		ce.Hint = "switch TLS on in the server, or allow a connection without: sslmode=disable"
	default:
		reason := err
		for errors.Unwrap(reason) != nil {
			reason = errors.Unwrap(reason)
		}
		ce.Msg = reason.Error()
	}
	return ce
}
