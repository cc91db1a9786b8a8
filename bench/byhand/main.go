// Command byhand runs statements over a database's protocol as fast as it lets a client written in Go, and does nothing besides: no ledger, no lock, nothing that
// would be known after a failure. What it takes is what is left to win.
//
//	byhand KIND URL FILE     runs the statements of a file, each of which ends in a NUL
//	byhand KIND URL FOLDER   reads every file of a folder and asks one question
//
// To PostgreSQL goes one pipeline with one Sync, to MySQL and MariaDB packets of many statements. SQLite is the library that revise uses.
package main

import (
	"bufio"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
	_ "modernc.org/sqlite"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "byhand KIND URL FILE|FOLDER")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// A sender is a session that takes statements.
type sender interface {
	send(statement string) error
	end() error // of all that was sent
}

func run(kind, url, path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.IsDir() {
		if err := readAll(path); err != nil {
			return err
		}
	}
	open := map[string]func(string) (sender, error){"postgres": openPostgres, "sqlite": openSQLite}[kind]
	if open == nil {
		open = openMySQL
	}
	s, err := open(url)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return errors.Join(s.send("SELECT 1"), s.end())
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	r := bufio.NewReaderSize(f, 1<<20)
	for {
		statement, err := r.ReadString(0)
		if err == io.EOF {
			return s.end()
		}
		if err == nil {
			err = s.send(strings.TrimSuffix(statement, "\x00"))
		}
		if err != nil {
			return err
		}
	}
}

// readAll reads every file of a folder.
func readAll(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	buf := make([]byte, 64<<10)
	for _, e := range entries {
		f, err := os.Open(filepath.Join(dir, e.Name()))
		if err != nil {
			return err
		}
		for err == nil {
			_, err = f.Read(buf)
		}
		f.Close()
		if err != io.EOF {
			return err
		}
	}
	return nil
}

// A postgres is one pipeline. Answers to a chunk are read behind the next one.
type postgres struct {
	conn        *pgconn.PgConn
	pipe        *pgconn.Pipeline
	bytes       int
	before, now int // statements without an answer: of the chunk before, of this one
}

const chunk = 1 << 20

func openPostgres(url string) (sender, error) {
	conn, err := pgconn.Connect(context.Background(), url)
	if err != nil {
		return nil, err
	}
	return &postgres{conn: conn, pipe: conn.StartPipeline(context.Background())}, nil
}

func (p *postgres) send(statement string) error {
	p.pipe.SendQueryParams(statement, nil, nil, nil, nil)
	p.now++
	if p.bytes += len(statement); p.bytes < chunk {
		return nil
	}
	p.bytes = 0
	p.pipe.SendFlushRequest()
	if err := p.pipe.Flush(); err != nil {
		return err
	}
	n := p.before
	p.before, p.now = p.now, 0
	return p.answers(n)
}

func (p *postgres) answers(n int) error {
	for range n {
		results, err := p.pipe.GetResults()
		if err != nil {
			return err
		}
		if _, err := results.(*pgconn.ResultReader).Close(); err != nil {
			return err
		}
	}
	return nil
}

func (p *postgres) end() error {
	if err := p.pipe.Sync(); err != nil {
		return err
	}
	return errors.Join(p.answers(p.before+p.now), p.pipe.Close(), p.conn.Close(context.Background()))
}

// A mySQL collects packets.
type mySQL struct {
	conn   driver.Conn
	packet strings.Builder
}

func openMySQL(url string) (sender, error) {
	cfg, err := mysql.ParseDSN(url)
	if err != nil {
		return nil, err
	}
	cfg.MultiStatements, cfg.MaxAllowedPacket = true, 64<<20
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, err
	}
	conn, err := connector.Connect(context.Background())
	return &mySQL{conn: conn}, err
}

func (m *mySQL) send(statement string) error {
	if m.packet.Len() > 0 {
		m.packet.WriteString(";\n")
	}
	m.packet.WriteString(statement)
	if m.packet.Len() < chunk {
		return nil
	}
	return m.flush()
}

func (m *mySQL) flush() error {
	if m.packet.Len() == 0 {
		return nil
	}
	_, err := m.conn.(driver.ExecerContext).ExecContext(context.Background(), m.packet.String(), nil)
	m.packet.Reset()
	return err
}

func (m *mySQL) end() error { return errors.Join(m.flush(), m.conn.Close()) }

// A lite is SQLite, statement by statement.
type lite struct {
	db   *sql.DB
	conn *sql.Conn
}

func openSQLite(path string) (sender, error) {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(context.Background())
	return &lite{db, conn}, err
}

func (l *lite) send(statement string) error {
	_, err := l.conn.ExecContext(context.Background(), statement)
	return err
}

func (l *lite) end() error { return errors.Join(l.conn.Close(), l.db.Close()) }
