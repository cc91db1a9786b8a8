//go:build unix

package servers

import (
	"bufio"
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// startOrSkip starts a server of the test's own.
func startOrSkip(t *testing.T, kind string, args ...string) *Server {
	t.Helper()
	s, err := Start(context.Background(), kind, args...)
	var missing *MissingError
	if errors.As(err, &missing) && !strings.Contains(os.Getenv(RequireVariable), kind) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Errorf("Stop = %v", err)
		}
	})
	return s
}

func TestStart(t *testing.T) {
	for _, kind := range Kinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			s := startOrSkip(t, kind)
			t.Logf("%s %s started in %v", s.Kind, s.Version, time.Since(began).Round(time.Millisecond))
			if s.Kind != kind || s.Host != "127.0.0.1" || s.Port == 0 || s.Pid == 0 || s.Version == "" {
				t.Errorf("Start(%q) = %+v", kind, s)
			}
			if got, err := ask(t, s, s.Password, "SELECT 6*7"); got != "42" {
				t.Errorf("SELECT 6*7 gives %q (%v), want 42", got, err)
			}
			for _, wrong := range []string{"wrong", ""} {
				if got, err := ask(t, s, wrong, "SELECT 6*7"); err == nil || got != "" {
					t.Errorf("with the password %q the server lets in: %q", wrong, got)
				}
			}
			if _, err := ask(t, s, s.Password, "CREATE DATABASE ours"); err != nil {
				t.Errorf("the administrator cannot create a database: %v", err)
			}

			if err := s.Stop(); err != nil {
				t.Errorf("Stop = %v", err)
			}
			wantGone(t, s.Pid, s.Dir)
			if err := s.Stop(); err != nil {
				t.Errorf("second Stop = %v", err)
			}
		})
	}
}

// ask lets the client program that comes along send one query.
func ask(t *testing.T, s *Server, password, query string) (string, error) {
	t.Helper()
	var cmd *exec.Cmd
	if s.Kind == Postgres {
		in, err := Find(Postgres)
		if err != nil {
			t.Fatal(err)
		}
		cmd = exec.Command(filepath.Join(filepath.Dir(in.Program), "psql"), "--no-psqlrc", "--no-password", "-qAt", "-c", query, "-d",
			"host="+s.Host+" port="+strconv.Itoa(s.Port)+" user="+s.User+" password='"+password+"' dbname=postgres")
	} else {
		client := thisHost().program("mariadb")
		if client == "" {
			client = thisHost().program("mysql")
		}
		if client == "" {
			t.Skip("no mariadb or mysql client is installed")
		}
		cmd = exec.Command(client, "--no-defaults", "-N", "-h", s.Host, "-P", strconv.Itoa(s.Port), "-u", s.User, "--password="+password, "-e", query)
	}
	out, err := cmd.Output()
	return strings.TrimSpace(string(out)), err
}

func wantGone(t *testing.T, pid int, dir string) {
	t.Helper()
	if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("process %d is there still: %v", pid, err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("folder %s is there still: %v", dir, err)
	}
}

func TestStartPassesArguments(t *testing.T) {
	s := startOrSkip(t, Postgres, "-c", "max_connections=17")
	if got, err := ask(t, s, s.Password, "SHOW max_connections"); got != "17" {
		t.Errorf("max_connections = %q (%v), want 17", got, err)
	}
}

func TestStartThatFails(t *testing.T) {
	s, err := Start(context.Background(), Postgres, "-c", "no_such_setting=1")
	var missing *MissingError
	if errors.As(err, &missing) {
		t.Skip(err)
	}
	if err == nil {
		s.Stop()
		t.Fatal("Start with a setting that does not exist succeeds")
	}
	if !strings.Contains(err.Error(), "no_such_setting") {
		t.Errorf("the error does not say why: %v", err)
	}
}

// Whoever finds a port free may find it taken a moment later; then Start tries others. Here all are the same.
func TestStartOnATakenPort(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	for _, kind := range []string{Postgres, MariaDB} { // MySQL words it as MariaDB does, after seconds
		t.Run(kind, func(t *testing.T) {
			if _, err := Find(kind); err != nil {
				t.Skip(err)
			}
			args := []string{"--port=" + port}
			if kind == Postgres {
				args = []string{"-c", "port=" + port}
			}
			s, err := Start(context.Background(), kind, args...)
			if err == nil {
				s.Stop()
			}
			if !errors.Is(err, errPortTaken) {
				t.Errorf("Start = %v, want errPortTaken", err)
			}
		})
	}
}

func TestStartCancelled(t *testing.T) {
	if _, err := Find(Postgres); err != nil {
		t.Skip(err)
	}
	t.Setenv("TMPDIR", openTempDir(t))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Start(ctx, Postgres); !errors.Is(err, context.Canceled) {
		t.Errorf("Start = %v, want context.Canceled", err)
	}
	if left, _ := os.ReadDir(os.TempDir()); len(left) != 0 {
		t.Errorf("the folder %s is left", left[0].Name())
	}
}

// openTempDir is a folder that a server's user can enter, unlike t.TempDir.
func openTempDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "revise-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// childVariable makes TestMain the process that dies.
const childVariable = "REVISE_TEST_SERVERS_CHILD"

func TestMain(m *testing.M) {
	if kind := os.Getenv(childVariable); kind != "" {
		s, err := Start(context.Background(), kind)
		if err != nil {
			os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
		os.Stdout.WriteString(strconv.Itoa(s.Pid) + " " + s.Dir + "\n")
		select {}
	}
	os.Exit(m.Run())
}

// A process that is killed cannot clean up behind itself.
func TestServerGoesWithItsProcess(t *testing.T) {
	for _, kind := range Kinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			if _, err := Find(kind); err != nil {
				t.Skip(err)
			}
			child := exec.Command(os.Args[0])
			child.Env = append(os.Environ(), childVariable+"="+kind)
			child.Stderr = os.Stderr
			out, err := child.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := child.Start(); err != nil {
				t.Fatal(err)
			}
			line, err := bufio.NewReader(out).ReadString('\n')
			child.Process.Kill()
			child.Wait()
			words := strings.Fields(line)
			if err != nil || len(words) != 2 {
				t.Fatalf("the child says %q, %v", line, err)
			}
			pid, _ := strconv.Atoi(words[0])
			deadline := time.Now().Add(20 * time.Second)
			for syscall.Kill(pid, 0) == nil || exists(words[1]) {
				if time.Now().After(deadline) {
					break
				}
				time.Sleep(20 * time.Millisecond) // nothing tells when another process's grandchild is gone
			}
			wantGone(t, pid, words[1])
		})
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
