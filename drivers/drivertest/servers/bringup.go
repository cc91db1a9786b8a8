//go:build unix

package servers

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A bringUp is what one kind of server needs to come up, and how it is ended. The functions get the server with its folder set, server
// and ready with its port as well.
type bringUp struct {
	user       string
	scheme     string
	path       string                            // of the URL
	files      func(s *Server) map[string]string // to be written into the folder first
	init       func(s *Server) []string          // makes the data folder
	server     func(s *Server) []string          // runs in the foreground
	ready      func(s *Server) bool              // the server that listens is this one, and it answers
	signal     syscall.Signal                    // ends it at once
	signalName string                            // for kill
}

func (b bringUp) url(s *Server) string {
	u := url.URL{Scheme: b.scheme, User: url.UserPassword(s.User, s.Password), Host: net.JoinHostPort(s.Host, strconv.Itoa(s.Port)), Path: b.path}
	return u.String()
}

func bringUpFor(in Installation) bringUp {
	if in.Kind == Postgres {
		return postgresUp(in)
	}
	return mysqlUp(in)
}

func (s *Server) path(name string) string { return filepath.Join(s.Dir, name) }

func postgresUp(in Installation) bringUp {
	return bringUp{
		user: "postgres", scheme: "postgres", path: "/postgres",
		files: func(s *Server) map[string]string { return map[string]string{"password": s.Password + "\n"} },
		init: func(s *Server) []string {
			// The locale C is the only one that is everywhere; the encoding is set apart from it.
			return append(in.init, "--no-sync", "--encoding=UTF8", "--locale=C", "--username="+s.User,
				"--auth=scram-sha-256", "--pwfile="+s.path("password"), "--pgdata="+s.path("data"))
		},
		server: func(s *Server) []string {
			return append(in.server, "-D", s.path("data"), "-c", "listen_addresses="+s.Host, "-c", fmt.Sprintf("port=%d", s.Port),
				"-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=200")
		},
		ready: postgresReady,
		// An immediate shutdown, without a checkpoint. SIGKILL would leave shared memory and the server's children behind.
		signal: syscall.SIGQUIT, signalName: "QUIT",
	}
}

// postgresReady reads the state that the server writes into the eighth line of its pid file (pidfile.h: LOCK_FILE_LINE_PM_STATUS), and then
// asks for TLS, which any PostgreSQL answers with one byte.
func postgresReady(s *Server) bool {
	text, _ := os.ReadFile(s.path("data/postmaster.pid"))
	lines := strings.Split(string(text), "\n")
	if len(lines) < 8 || strings.TrimSpace(lines[7]) != "ready" {
		return false
	}
	return s.dial(func(conn net.Conn) bool {
		request := binary.BigEndian.AppendUint32([]byte{0, 0, 0, 8}, 1234<<16|5679) // SSLRequest
		answer := make([]byte, 1)
		if _, err := conn.Write(request); err != nil {
			return false
		}
		_, err := io.ReadFull(conn, answer)
		return err == nil && (answer[0] == 'N' || answer[0] == 'S')
	})
}

func mysqlUp(in Installation) bringUp {
	return bringUp{
		user: "root", scheme: "mysql", path: "/",
		files: func(s *Server) map[string]string { return map[string]string{"init.sql": mysqlInit(s)} },
		init: func(s *Server) []string {
			if in.Kind == MariaDB {
				return append(in.init, "--datadir="+s.path("data"), "--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve")
			}
			return append(in.init, "--initialize-insecure", "--datadir="+s.path("data"))
		},
		server: func(s *Server) []string {
			// The init file runs before the first connection is accepted, so there is no moment without a password.
			args := append(in.server, "--datadir="+s.path("data"), "--socket="+s.path("socket"), "--pid-file="+s.path("pid"),
				"--bind-address="+s.Host, fmt.Sprintf("--port=%d", s.Port), "--init-file="+s.path("init.sql"), "--skip-name-resolve",
				"--skip-log-bin", "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=64M")
			if in.Kind == MySQL {
				// A second port that is the same for all, and a folder of Debian's that need not be there.
				args = append(args, "--mysqlx=0", "--secure-file-priv=NULL")
			}
			return args
		},
		ready: mysqlReady,
		// One process whose data nobody wants: no need to wait until it has written everything.
		signal: syscall.SIGKILL, signalName: "KILL",
	}
}

// mysqlInit makes the administrator for TCP: without name resolution 127.0.0.1 is not localhost. MariaDB has made one already, without a password.
func mysqlInit(s *Server) string {
	return fmt.Sprintf("DROP USER IF EXISTS %[1]s@'%[2]s';\n"+
		"CREATE USER %[1]s@'%[2]s' IDENTIFIED BY '%[3]s';\n"+
		"GRANT ALL PRIVILEGES ON *.* TO %[1]s@'%[2]s' WITH GRANT OPTION;\n"+
		"ALTER USER %[1]s@localhost IDENTIFIED BY '%[3]s';\n", s.User, s.Host, s.Password)
}

// mysqlReady looks for the server's own word in its log, and then for its greeting.
func mysqlReady(s *Server) bool {
	if !strings.Contains(string(s.log()), "ready for connections") {
		return false
	}
	return s.dial(func(conn net.Conn) bool {
		// A packet's header is three bytes of length and a number, 0 for the first; a greeting starts with the protocol's version, 10. A
		// server that refuses starts with 255.
		head := make([]byte, 5)
		_, err := io.ReadFull(conn, head)
		return err == nil && head[3] == 0 && head[4] == 10
	})
}

func (s *Server) dial(talk func(net.Conn) bool) bool {
	conn, err := net.DialTimeout("tcp", net.JoinHostPort(s.Host, strconv.Itoa(s.Port)), time.Second)
	if err != nil {
		return false
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(time.Second))
	return talk(conn)
}
