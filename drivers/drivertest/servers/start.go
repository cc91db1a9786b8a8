//go:build unix

package servers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// startLimit is how long making a data folder and starting may take in all. It is seconds as a rule, but a test machine may be busy.
const startLimit = 2 * time.Minute

// A Server is a running throwaway server.
type Server struct {
	Kind     string
	URL      string // of its administrator, with the password
	Host     string // 127.0.0.1
	Port     int
	User     string // the administrator
	Password string
	Version  string // as the server writes it
	Dir      string // holds its data and its log, and goes with it
	Pid      int

	as    *syscall.Credential
	guard *guard
	proc  *process
	stop  func() error
	up    bringUp
	args  []string
}

// Start finds a kind of server and starts one that is empty. It answers when Start returns. Further arguments go to the server's command line
// ("-c", "max_connections=10" for PostgreSQL, "--max-connections=10" for the others). ctx limits the start, not the server's life.
func Start(ctx context.Context, kind string, args ...string) (*Server, error) {
	in, err := Find(kind)
	if err != nil {
		return nil, err
	}
	return in.Start(ctx, args...)
}

// Start is what the function Start does, for what Find found.
func (in Installation) Start(ctx context.Context, args ...string) (_ *Server, err error) {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	s := &Server{Kind: in.Kind, Host: "127.0.0.1", Password: "revise", Version: in.Version}
	s.stop = sync.OnceValue(s.shutdown)
	b := bringUpFor(in)
	s.User, s.up, s.args = b.user, b, args
	if s.as, err = account(); err != nil {
		return nil, err
	}
	if s.Dir, err = os.MkdirTemp("", "revise-"+in.Kind+"-"); err != nil {
		return nil, err
	}
	if s.guard, err = newGuard(s.Dir, b.signalName); err != nil {
		return nil, errors.Join(err, os.RemoveAll(s.Dir))
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("start %s %s: %w", in.Kind, in.Version, err), s.Stop())
		}
	}()
	if err := s.prepare(ctx, b); err != nil {
		return nil, err
	}
	// Between finding a free port and the server's taking it, another process may have taken it.
	for range 5 {
		if s.Port, err = freePort(); err != nil {
			return nil, err
		}
		err = s.launch(ctx, b, args)
		if !errors.Is(err, errPortTaken) {
			break
		}
	}
	s.URL = b.url(s)
	return s, err
}

// Kill ends all processes of the server as kill -9 does. Its data stay.
func (s *Server) Kill() error {
	children := childrenOf(s.Pid) // PostgreSQL's are in process groups of their own
	err := s.proc.end(syscall.SIGKILL)
	for _, pid := range children {
		if killed := syscall.Kill(pid, syscall.SIGKILL); killed != nil && !errors.Is(killed, syscall.ESRCH) {
			err = errors.Join(err, killed)
		}
	}
	return err
}

// childrenOf lists the children of a process where the system has a /proc; elsewhere none.
func childrenOf(pid int) []int {
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	var pids []int
	for _, list := range lists {
		text, _ := os.ReadFile(list)
		for word := range strings.FieldsSeq(string(text)) {
			if n, err := strconv.Atoi(word); err == nil {
				pids = append(pids, n)
			}
		}
	}
	return pids
}

// Restart starts a server that was killed, on its port and its data, and returns when it answers.
func (s *Server) Restart(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	for {
		err := s.launch(ctx, s.up, s.args)
		if err == nil || ctx.Err() != nil {
			return err
		}
		time.Sleep(50 * time.Millisecond) // what the old one has left may still be on its way out
	}
}

// Stop ends the server at once, as a power cut does, and removes its folder. It may be called more than once.
func (s *Server) Stop() error { return s.stop() }

func (s *Server) shutdown() error {
	var errs []error
	if s.proc != nil {
		errs = append(errs, s.proc.end(bringUpFor(Installation{Kind: s.Kind}).signal))
	}
	errs = append(errs, os.RemoveAll(s.Dir), s.guard.close())
	return errors.Join(errs...)
}

// prepare makes the data folder.
func (s *Server) prepare(ctx context.Context, b bringUp) error {
	for name, text := range b.files(s) {
		path := filepath.Join(s.Dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return err
		}
		if err := s.chown(path); err != nil {
			return err
		}
	}
	if err := s.chown(s.Dir); err != nil {
		return err
	}
	p, err := s.run(b.init(s))
	if err != nil {
		return err
	}
	select {
	case <-p.done:
	case <-ctx.Done():
		return errors.Join(ctx.Err(), p.end(syscall.SIGKILL))
	}
	if p.err != nil {
		return fmt.Errorf("make a data folder: %w: %s", p.err, s.logTail())
	}
	return nil
}

// launch starts the server on s.Port and waits until it answers.
func (s *Server) launch(ctx context.Context, b bringUp, args []string) (err error) {
	if s.proc, err = s.run(append(b.server(s), args...)); err != nil {
		return err
	}
	s.Pid = s.proc.cmd.Process.Pid
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if b.ready(s) {
				return nil
			}
		case <-s.proc.done:
			if bytes.Contains(s.log(), []byte("ddress already in use")) {
				return errPortTaken
			}
			return fmt.Errorf("the server ended (%v): %s", s.proc.err, s.logTail())
		case <-ctx.Done():
			return fmt.Errorf("wait for the server to answer: %w: %s", ctx.Err(), s.logTail())
		}
	}
}

var errPortTaken = errors.New("the port was taken meanwhile")

// run starts a command in the server's folder, as the server's user, with its output in the log.
func (s *Server) run(command []string) (*process, error) {
	log, err := os.Create(s.logFile())
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir = s.Dir
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = ownGroup(s.as)
	// Nothing of the caller's environment: PGDATA, PGPORT, MYSQL_TCP_PORT and the like change what servers do.
	cmd.Env = []string{"PATH=" + os.Getenv("PATH") + ":/usr/sbin:/usr/bin:/sbin:/bin", "HOME=" + s.Dir, "TMPDIR=" + s.Dir, "LC_ALL=C", "TZ=UTC"}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd: cmd, done: make(chan struct{})}
	watched := s.guard.watch(cmd.Process.Pid)
	go func() {
		p.err = cmd.Wait()
		s.guard.forget(cmd.Process.Pid)
		close(p.done)
	}()
	if watched != nil {
		return nil, errors.Join(watched, p.end(syscall.SIGKILL))
	}
	return p, nil
}

func (s *Server) chown(path string) error {
	if s.as == nil {
		return nil
	}
	return os.Chown(path, int(s.as.Uid), int(s.as.Gid))
}

func (s *Server) logFile() string { return filepath.Join(s.Dir, "log") }

func (s *Server) log() []byte {
	text, _ := os.ReadFile(s.logFile())
	return text
}

func (s *Server) logTail() string { return lastLines(string(s.log()), 6) }

// A process is a child that is waited for from its start on.
type process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended
	err  error         // how; to be read after done
}

// end signals the process's group, waits for its end, and kills it if that takes long.
func (p *process) end(sig syscall.Signal) error {
	select {
	case <-p.done: // its id may be another's by now
		return nil
	default:
	}
	if err := signalGroup(p.cmd.Process.Pid, sig); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("end process %d: %w", p.cmd.Process.Pid, err)
	}
	select {
	case <-p.done:
		return nil
	case <-time.After(10 * time.Second):
	}
	err := signalGroup(p.cmd.Process.Pid, syscall.SIGKILL)
	<-p.done
	return err
}

// freePort asks the kernel for a port of the loopback interface that nobody listens on.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
