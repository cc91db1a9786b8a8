package mysql

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-sql-driver/mysql"

	"revise/drivers"
)

// A dialer opens connections to one server as one user: the session, and short ones beside it that cancel what it does.
type dialer struct {
	cfg *mysql.Config
}

func newDialer(a drivers.Address, p params, app string) (*dialer, error) {
	cfg := mysql.NewConfig()
	cfg.User, cfg.Passwd, cfg.DBName = a.User, a.Password, a.Name
	cfg.Net, cfg.Addr = network(a)
	cfg.MultiStatements = true
	cfg.Logger = &mysql.NopLogger{} // the library's own writes to stderr
	// Not what we send at most (that is asked of the server, see open), but enough to keep the library from asking as well.
	cfg.MaxAllowedPacket = 1 << 30
	if app != "" {
		cfg.ConnectionAttributes = "program_name:" + strings.NewReplacer(",", " ", ":", " ").Replace(app)
	}
	var err error
	host, _, _ := net.SplitHostPort(cfg.Addr)
	if cfg.TLS, err = p.tlsConfig(host); err != nil {
		return nil, err
	}
	if cfg.TLS == nil {
		cfg.TLSConfig = p.tls
	} else {
		cfg.AllowFallbackToPlaintext = p.tls == "preferred"
	}
	return &dialer{cfg: cfg}, nil
}

// network says where an address leads to.
func network(a drivers.Address) (network, addr string) {
	if strings.HasPrefix(a.Host, "/") {
		return "unix", a.Host
	}
	host, port := a.Host, a.Port
	if host == "" {
		host = "127.0.0.1"
	}
	if port == 0 {
		port = 3306
	}
	return "tcp", net.JoinHostPort(host, strconv.Itoa(port))
}

// connect opens a connection.
func (d *dialer) connect(ctx context.Context) (*link, error) {
	l := &link{}
	cfg := d.cfg.Clone()
	cfg.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
		// A peer that is gone is noticed within half a minute, also under a statement that runs for hours.
		nd := net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 10 * time.Second, Interval: 5 * time.Second, Count: 4}}
		raw, err := nd.DialContext(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		l.wire = &wire{Conn: raw}
		return l.wire, nil
	}
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, err
	}
	if l.conn, err = connector.Connect(ctx); err != nil {
		return nil, err
	}
	return l, nil
}

// A wire is a network connection that knows whether somebody waits to read from it.
type wire struct {
	net.Conn
	reads atomic.Int64 // odd while a Read waits
}

func (w *wire) Read(p []byte) (int, error) {
	w.reads.Add(1)
	defer w.reads.Add(1)
	return w.Conn.Read(p)
}

// A link is a connection to a server.
type link struct {
	conn driver.Conn
	wire *wire
}

// cut closes the network connection, from any goroutine: whoever reads from it gets an error.
func (l *link) cut() { l.wire.Close() }

// close ends the session with a goodbye.
func (l *link) close() { l.conn.Close() }

// A set is one result set while it is being read.
type set struct {
	columns []string
	rows    driver.Rows
	row     []driver.Value
}

// next reads a row as text, NULL as "". It returns nil behind the last.
func (s *set) next() ([]string, error) {
	clear(s.row)
	if err := s.rows.Next(s.row); err == io.EOF {
		return nil, nil
	} else if err != nil && !isNumError(err) {
		return nil, err
	}
	texts := make([]string, len(s.row))
	for i, v := range s.row {
		texts[i] = text(v)
	}
	return texts, nil
}

// skip reads the rows that are left. A row with no room for values is not parsed at all.
func (s *set) skip() error {
	for {
		if err := s.rows.Next(nil); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// isNumError knows the library's complaint about a number it cannot read; it comes under character_set_results=utf16 and breaks nothing.
func isNumError(err error) bool {
	var num *strconv.NumError
	return errors.As(err, &num)
}

func text(v driver.Value) string {
	switch v := v.(type) {
	case nil:
		return ""
	case []byte:
		return string(v)
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case uint64:
		return strconv.FormatUint(v, 10)
	case float32:
		return strconv.FormatFloat(float64(v), 'g', -1, 32)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return fmt.Sprint(v)
}

// walk sends a packet and hands each of its result sets to on, which reads as much of it as it likes. Answers without columns are not
// handed on. It returns when the server is through with the packet or says an error, which is a *mysql.MySQLError; any other error
// means that the connection is of no use any more. The library never sees a context that can end, for it would close the connection then.
func (l *link) walk(ctx context.Context, packet string, on func(*set) error) error {
	rows, err := l.conn.(driver.QueryerContext).QueryContext(ctx, packet, nil)
	if err != nil {
		return err
	}
	defer rows.Close()
	for {
		if columns := rows.Columns(); len(columns) > 0 {
			s := &set{columns: columns, rows: rows, row: make([]driver.Value, len(columns))}
			if err := on(s); err != nil {
				return err
			}
			// To the end by Next: NextResultSet would skip the rows as well, but loses its place when an error comes among them.
			if err := s.skip(); err != nil {
				return err
			}
		}
		switch err := rows.(driver.RowsNextResultSet).NextResultSet(); {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
	}
}

// answers sends statements and returns the rows of all that give any, also of those before one that fails.
func (l *link) answers(ctx context.Context, sql string) (all [][][]string, err error) {
	err = l.walk(ctx, sql, func(s *set) error {
		var rows [][]string
		for {
			row, err := s.next()
			if err != nil {
				return err
			}
			if row == nil {
				all = append(all, rows)
				return nil
			}
			rows = append(rows, row)
		}
	})
	return all, err
}

// rows sends one statement and returns the rows of its first result set.
func (l *link) rows(ctx context.Context, sql string) ([][]string, error) {
	all, err := l.answers(ctx, sql)
	if len(all) == 0 {
		return nil, err
	}
	return all[0], err
}
