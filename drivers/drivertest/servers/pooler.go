//go:build unix

package servers

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"syscall"
	"time"
)

// A Pooler is a running PgBouncer.
type Pooler struct {
	Port int // of 127.0.0.1

	in Server // of which it uses the folder, the user and the guard
}

// StartPooler starts a PgBouncer in front of a PostgreSQL server, for one of its users, in the mode "transaction", "statement" or "session". It
// answers when StartPooler returns. If there is no PgBouncer, the error is a *MissingError.
func StartPooler(mode, host string, port int, user, password string) (_ *Pooler, err error) {
	program := thisHost().tool(Postgres, pooler)
	if program == "" {
		return nil, missingPooler()
	}
	p := &Pooler{}
	if p.in.as, err = account(); err != nil { // it does not run as root
		return nil, err
	}
	if p.in.Dir, err = os.MkdirTemp("", "revise-pooler-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("start pgbouncer: %w", err), p.Stop())
		}
	}()
	if p.in.guard, err = newGuard(p.in.Dir, "KILL"); err != nil {
		return nil, err
	}
	if p.Port, err = freePort(); err != nil {
		return nil, err
	}
	if err := p.configure(mode, host, port, user, password); err != nil {
		return nil, err
	}
	if p.in.proc, err = p.in.run([]string{program, "-q", p.in.path("config")}); err != nil {
		return nil, err
	}
	return p, p.wait()
}

func (p *Pooler) configure(mode, host string, port int, user, password string) error {
	users := p.in.path("users")
	files := map[string]string{
		users: fmt.Sprintf("%q %q\n", user, password),
		p.in.path("config"): fmt.Sprintf("[databases]\n* = host=%s port=%d\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = %d\nauth_type = plain\nauth_file = %s\n"+
			"pool_mode = %s\ndefault_pool_size = 5\nmax_client_conn = 300\nunix_socket_dir =\n", host, port, p.Port, users, mode),
	}
	for path, text := range files {
		if err := errors.Join(os.WriteFile(path, []byte(text), 0o600), p.in.chown(path)); err != nil {
			return err
		}
	}
	return p.in.chown(p.in.Dir)
}

func (p *Pooler) wait() error {
	for deadline := time.Now().Add(startLimit); ; time.Sleep(20 * time.Millisecond) {
		conn, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(p.Port)))
		if err == nil {
			return conn.Close()
		}
		select {
		case <-p.in.proc.done:
			return fmt.Errorf("it ended (%v): %s", p.in.proc.err, p.in.logTail())
		default:
		}
		if time.Now().After(deadline) {
			return err
		}
	}
}

// Stop ends the pooler and removes its folder.
func (p *Pooler) Stop() error {
	var errs []error
	if p.in.proc != nil {
		errs = append(errs, p.in.proc.end(syscall.SIGKILL))
	}
	errs = append(errs, os.RemoveAll(p.in.Dir))
	if p.in.guard != nil {
		errs = append(errs, p.in.guard.close())
	}
	return errors.Join(errs...)
}
