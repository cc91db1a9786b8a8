//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// A command is what a contender is run with.
type command struct {
	Args  []string
	Dir   string
	Env   []string // besides PATH, HOME, LC_ALL and TZ, which are all that a child sees
	Stdin string   // the path of a file; "": nothing
}

// A usage is what one run took, as command launch writes it.
type usage struct {
	Wall, User, Sys time.Duration
	MaxRSS          int64
	Exit            int
}

// A launcher runs children to their end, one after another or several at once.
type launcher struct {
	program string        // the path of command launch
	home    string        // an empty folder
	limit   time.Duration // of one child
}

// run runs a child with a limit of time. An error is of a child that could not be run or was stopped; an exit code other than 0 is none. said is the end of
// what it wrote.
func (l launcher) run(ctx context.Context, c command) (u usage, said string, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, l.limit, fmt.Errorf("stopped after %v", l.limit))
	defer cancel()
	report, write, err := os.Pipe()
	if err != nil {
		return u, "", err
	}
	defer report.Close()
	var out tail
	cmd := exec.CommandContext(ctx, l.program, c.Args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = c.Dir, &out, &out, []*os.File{write}
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + l.home, "LC_ALL=C.UTF-8", "TZ=UTC"}, c.Env...)
	if c.Stdin != "" {
		in, err := os.Open(filepath.Join(c.Dir, c.Stdin))
		if err != nil {
			write.Close()
			return u, "", err
		}
		defer in.Close()
		cmd.Stdin = in
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	err = cmd.Run()
	write.Close()
	if err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return u, out.String(), err
	}
	return u, out.String(), json.NewDecoder(report).Decode(&u)
}

// output is what a command prints, for versions. It is not measured.
func (l launcher) output(ctx context.Context, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, args[0], args[1:]...).CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

// A tail keeps the end of what is written to it.
type tail struct{ kept []byte }

const tailSize = 2000

func (t *tail) Write(p []byte) (int, error) {
	t.kept = append(t.kept, p...)
	if over := len(t.kept) - tailSize; over > 0 {
		t.kept = bytes.Clone(t.kept[over:])
	}
	return len(p), nil
}

func (t *tail) String() string { return strings.TrimSpace(string(t.kept)) }

// failure is the error of a run that has not done its work: nil, if it ended well.
func failure(u usage, said string, err error) error {
	if err == nil && u.Exit == 0 {
		return nil
	}
	if err == nil {
		err = fmt.Errorf("exit code %d", u.Exit)
	}
	return fmt.Errorf("%w: %s", err, lastLine(said))
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}
