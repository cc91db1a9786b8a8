package main

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	_ "github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"revise/drivers/drivertest/servers"
)

// A target is one database.
type target struct {
	Kind           string
	Host           string
	Port           int
	User, Password string
	Name           string // of the database; of the file, for SQLite
}

// url is the target in the form that psql, revise and most others read.
func (t target) url() string {
	u := url.URL{User: url.UserPassword(t.User, t.Password), Host: net.JoinHostPort(t.Host, strconv.Itoa(t.Port)), Path: "/" + t.Name}
	switch t.Kind {
	case servers.Postgres:
		u.Scheme, u.RawQuery = "postgres", "sslmode=disable"
	case sqliteKind:
		return "sqlite:" + t.Name
	default:
		u.Scheme = "mysql"
	}
	return u.String()
}

// dsn is the target in the form that Go's drivers read.
func (t target) dsn() string {
	switch t.Kind {
	case servers.Postgres:
		return t.url()
	case sqliteKind:
		return t.Name
	}
	return fmt.Sprintf("%s:%s@tcp(%s:%d)/%s?parseTime=true", t.User, t.Password, t.Host, t.Port, t.Name)
}

func (t target) open() (*sql.DB, error) {
	driver := map[string]string{servers.Postgres: "pgx", sqliteKind: "sqlite"}[t.Kind]
	if driver == "" {
		driver = "mysql"
	}
	return sql.Open(driver, t.dsn())
}

// contents counts what revisions have made in the database.
func (t target) contents(ctx context.Context) (c contents, err error) {
	db, err := t.open()
	if err != nil {
		return c, err
	}
	defer db.Close()
	tables, err := t.tables(ctx, db)
	if err != nil {
		return c, err
	}
	c.Tables = len(tables)
	columns := "SELECT count(*) FROM information_schema.columns WHERE table_schema = " + t.schema() + " AND table_name LIKE '" + prefix + "%'"
	if t.Kind == sqliteKind {
		columns = "SELECT count(*) FROM sqlite_schema s, pragma_table_info(s.name) WHERE s.type = 'table' AND s.name LIKE '" + prefix + "%'"
	}
	if err := db.QueryRowContext(ctx, columns).Scan(&c.Columns); err != nil {
		return c, fmt.Errorf("count columns: %w", err)
	}
	for some := range slices.Chunk(tables, 100) {
		var n int
		query := "SELECT sum(n) FROM (SELECT count(*) AS n FROM " + strings.Join(some, " UNION ALL SELECT count(*) AS n FROM ") + ") AS counts"
		if err := db.QueryRowContext(ctx, query).Scan(&n); err != nil {
			return c, fmt.Errorf("count rows: %w", err)
		}
		c.Rows += n
	}
	return c, nil
}

func (t target) schema() string {
	if t.Kind == servers.Postgres {
		return "current_schema()"
	}
	return "database()"
}

func (t target) tables(ctx context.Context, db *sql.DB) (names []string, err error) {
	query := "SELECT table_name FROM information_schema.tables WHERE table_schema = " + t.schema() + " AND table_name LIKE '" + prefix + "%'"
	if t.Kind == sqliteKind {
		query = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE '" + prefix + "%'"
	}
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

// A source makes databases of one kind, on a server of its own or as files.
type source struct {
	kind    string
	version string
	server  *servers.Server // nil for SQLite
	dir     string          // of SQLite's files
	made    int
}

// newSource starts a server below the folder for temporary files.
func newSource(ctx context.Context, kind, dir string) (*source, error) {
	if kind == sqliteKind {
		return &source{kind: kind, dir: dir}, nil
	}
	s, err := servers.Start(ctx, kind)
	if err != nil {
		return nil, err
	}
	return &source{kind: kind, version: s.Version, server: s}, nil
}

func (s *source) close() error {
	if s.server == nil {
		return nil
	}
	return s.server.Stop()
}

// address is where the server listens.
func (s *source) address() string {
	return net.JoinHostPort(s.server.Host, strconv.Itoa(s.server.Port))
}

// fresh makes an empty database.
func (s *source) fresh(ctx context.Context) (target, error) {
	s.made++
	name := fmt.Sprintf("fresh_%d", s.made)
	if s.kind == sqliteKind {
		dir := filepath.Join(s.dir, name)
		return target{Kind: s.kind, Name: filepath.Join(dir, "app.db")}, os.Mkdir(dir, 0o755)
	}
	t := target{Kind: s.kind, Host: s.server.Host, Port: s.server.Port, User: s.server.User, Password: s.server.Password, Name: name}
	return t, s.admin(ctx, "CREATE DATABASE "+name)
}

// drop removes a database and what sqitch keeps beside it.
func (s *source) drop(t target) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute) // also after an interruption
	defer cancel()
	switch s.kind {
	case sqliteKind:
		return os.RemoveAll(filepath.Dir(t.Name))
	case servers.Postgres:
		return s.admin(ctx, "DROP DATABASE "+t.Name+" WITH (FORCE)")
	}
	return s.admin(ctx, "DROP DATABASE "+t.Name, "DROP DATABASE IF EXISTS "+registry(t))
}

// registry names the database in which sqitch keeps its records on MySQL and MariaDB.
func registry(t target) string { return t.Name + "_sqitch" }

func (s *source) admin(ctx context.Context, statements ...string) error {
	t := target{Kind: s.kind, Host: s.server.Host, Port: s.server.Port, User: s.server.User, Password: s.server.Password}
	if s.kind == servers.Postgres {
		t.Name = "postgres"
	}
	db, err := t.open()
	if err != nil {
		return err
	}
	defer db.Close()
	for _, statement := range statements {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}
