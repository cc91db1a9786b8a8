//go:build unix

package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"revise/drivers/drivertest/servers"
)

// withoutServers names a server of each kind that is not there, so that none is started.
func withoutServers(t *testing.T) {
	t.Helper()
	for _, k := range servers.Kinds() {
		t.Setenv(servers.Variable(k), "somewhere:"+k)
	}
	t.Setenv(servers.RequireVariable, "")
}

func TestRunExitCode(t *testing.T) {
	withoutServers(t)
	for _, test := range []struct {
		args []string
		want int
		says string
	}{
		{[]string{"true"}, 0, ""},
		{[]string{"sh", "-c", "exit 7"}, 7, ""},
		{[]string{"sh", "-c", "kill -s KILL $$"}, 128 + 9, ""},
		{[]string{"no-such-command-anywhere"}, 127, "no-such-command-anywhere"},
		{[]string{"/"}, 1, "/"},
		{nil, 2, "usage"},
		{[]string{"-only=oracle", "true"}, 2, "oracle"},
		{[]string{"-frob", "true"}, 2, "usage"},
		{[]string{"-help"}, 0, "usage"},
	} {
		var stderr bytes.Buffer
		got := run(append([]string{"-install=false"}, test.args...), &stderr)
		if got != test.want || !strings.Contains(stderr.String(), test.says) || test.says == "" && stderr.Len() > 0 {
			t.Errorf("run(%q) = %d, saying %q; want %d and %q", test.args, got, &stderr, test.want, test.says)
		}
	}
}

func TestRunEnvironment(t *testing.T) {
	withoutServers(t)
	out := filepath.Join(t.TempDir(), "out")
	script := `echo "$REVISE_TEST_MARIADB $REVISE_TEST_REQUIRE" >"$0"`
	for _, test := range []struct{ only, required, want string }{
		{"postgres,mariadb,mysql", "", "somewhere:mariadb postgres,mariadb,mysql\n"},
		{"mysql", "", "somewhere:mariadb mysql\n"},
		{"mysql", "postgres", "somewhere:mariadb postgres\n"},
	} {
		t.Setenv(servers.RequireVariable, test.required)
		if code := run([]string{"-install=false", "-only=" + test.only, "sh", "-c", script, out}, io.Discard); code != 0 {
			t.Fatalf("exit code %d", code)
		}
		if got, _ := os.ReadFile(out); string(got) != test.want {
			t.Errorf("with -only=%s the command sees %q, want %q", test.only, got, test.want)
		}
	}
}

// mainVariable makes this test program the command itself.
const mainVariable = "REVISE_TEST_WITHSERVERS_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(mainVariable) != "" {
		main()
	}
	os.Exit(m.Run())
}

// One server is enough to see that it is up while the command runs and gone afterwards, also when a signal ended both.
func TestRunServer(t *testing.T) {
	if _, err := servers.Find(servers.Postgres); err != nil {
		t.Skip(err)
	}
	for _, test := range []struct {
		name   string
		script string
		signal os.Signal
		want   int
	}{
		{"ends by itself", `echo "$REVISE_TEST_POSTGRES"; exit 3`, nil, 3},
		{"ended by a signal", `trap 'exit 5' TERM; echo "$REVISE_TEST_POSTGRES"; while :; do sleep 0.05; done`, syscall.SIGTERM, 5},
		{"dies of a signal", `echo "$REVISE_TEST_POSTGRES"; exec sleep 60`, syscall.SIGINT, 128 + 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			tmp, err := os.MkdirTemp("", "withservers-")
			if err != nil {
				t.Fatal(err)
			}
			defer os.RemoveAll(tmp)
			if err := os.Chmod(tmp, 0o755); err != nil { // a server may run as nobody
				t.Fatal(err)
			}
			cmd := exec.Command(os.Args[0], "-install=false", "-only=postgres", "sh", "-c", test.script)
			cmd.Env = append(os.Environ(), mainVariable+"=1", "TMPDIR="+tmp, servers.Variable(servers.Postgres)+"=")
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			limit := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
			defer limit.Stop()
			url := make([]byte, 1024)
			n, _ := out.Read(url)
			if test.signal != nil {
				cmd.Process.Signal(test.signal)
			}
			io.Copy(io.Discard, out)
			err = cmd.Wait()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != test.want {
				t.Errorf("the command ended with %v, want exit code %d; it says %q", err, test.want, &stderr)
			}
			if !strings.HasPrefix(string(url[:n]), "postgres://") {
				t.Errorf("the URL is %q", url[:n])
			}
			if line := stderr.String(); strings.Count(line, "\n") != 1 || !strings.Contains(line, "postgres ") || !strings.Contains(line, "port ") {
				t.Errorf("on stderr stands %q, want one line with kind, version and port", line)
			}
			if left, _ := os.ReadDir(tmp); len(left) != 0 {
				t.Errorf("%s is left of the server", left[0].Name())
			}
		})
	}
}

func TestExitCodeOfSignal(t *testing.T) {
	if got := exitCode(interrupted{syscall.SIGTERM}); got != 143 {
		t.Errorf("exitCode = %s, want 143", strconv.Itoa(got))
	}
}
