//go:build unix

// Command withservers runs a command with database servers beside it:
//
//	go run ./drivers/drivertest/withservers go test -race ./...
//
// It installs what is missing (Debian's packages; -install=false leaves that out), starts a PostgreSQL, a MariaDB and a MySQL, tells the
// command where they are by REVISE_TEST_POSTGRES, REVISE_TEST_MARIADB and REVISE_TEST_MYSQL, and that a test must not be skipped for want of
// one by REVISE_TEST_REQUIRE. A server whose URL is in the environment already is used as it is. When the command ends, the servers
// are stopped, and its exit code is returned: 128 and the signal's number if it died of one. (go run itself makes 1 of any code but 0; where
// the code counts, build the command first.)
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"

	"revise/drivers/drivertest/servers"
)

func main() { os.Exit(run(os.Args[1:], os.Stderr)) }

// run is main but for the process's end. Its exit code is 2 for wrong usage and 1 where the command could not be run at all.
func run(args []string, stderr io.Writer) int {
	flags := flag.NewFlagSet("withservers", flag.ContinueOnError)
	flags.SetOutput(stderr)
	install := flags.Bool("install", true, "install what is missing")
	only := flags.String("only", strings.Join(servers.Kinds(), ","), "the `kinds` of server to start, separated by commas")
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: withservers [flags] command [argument...]")
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil {
		return 2
	}
	kinds, err := servers.ParseKinds(*only)
	if err != nil || flags.NArg() == 0 {
		if err != nil {
			fmt.Fprintf(stderr, "withservers: -only: %v\n", err)
		}
		flags.Usage()
		return 2
	}

	missing := notInEnvironment(kinds)
	if *install {
		if err := installAll(missing, stderr); err != nil {
			fmt.Fprintf(stderr, "withservers: %v\n", err)
			return 1
		}
	}
	// From here on there is something to clean up.
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)

	started, err := startAll(missing, signals)
	defer stopAll(started, stderr)
	if err != nil {
		fmt.Fprintf(stderr, "withservers: %v\n", err)
		return exitCode(err)
	}
	env := os.Environ()
	for _, s := range started {
		fmt.Fprintf(stderr, "withservers: %s %s on port %d\n", s.Kind, s.Version, s.Port)
		env = append(env, servers.Variable(s.Kind)+"="+s.URL)
	}
	if os.Getenv(servers.RequireVariable) == "" {
		env = append(env, servers.RequireVariable+"="+strings.Join(kinds, ","))
	}
	err = runCommand(flags.Args(), env, signals)
	if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) {
		fmt.Fprintf(stderr, "withservers: %v\n", err)
	}
	return exitCode(err)
}

func notInEnvironment(kinds []string) []string {
	var missing []string
	for _, k := range kinds {
		if os.Getenv(servers.Variable(k)) == "" {
			missing = append(missing, k)
		}
	}
	return missing
}

func installAll(kinds []string, log io.Writer) error {
	for _, k := range kinds { // one after the other: apt-get works alone
		if err := servers.Install(k, log); err != nil {
			return err
		}
	}
	if err := servers.InstallShell(log); err != nil {
		return err
	}
	if err := servers.InstallAlembic(log); err != nil {
		return err
	}
	return servers.InstallCompiler(log)
}

// startAll starts one server of each kind at the same time. What it returns is running, also with an error.
func startAll(kinds []string, signals <-chan os.Signal) ([]*servers.Server, error) {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	all := make([]*servers.Server, len(kinds))
	errs := make([]error, len(kinds))
	var wg sync.WaitGroup
	for i, k := range kinds {
		wg.Go(func() {
			if all[i], errs[i] = servers.Start(ctx, k); errs[i] != nil {
				cancel(errs[i])
			}
		})
	}
	done := make(chan struct{})
	go func() {
		wg.Wait()
		close(done)
	}()
	select {
	case <-done:
	case sig := <-signals:
		cancel(interrupted{sig})
		<-done
	}
	var started []*servers.Server
	for _, s := range all {
		if s != nil {
			started = append(started, s)
		}
	}
	if err := context.Cause(ctx); err != nil {
		return started, err
	}
	return started, nil
}

func stopAll(started []*servers.Server, stderr io.Writer) {
	var wg sync.WaitGroup
	for _, s := range started {
		wg.Go(func() {
			if err := s.Stop(); err != nil {
				fmt.Fprintf(stderr, "withservers: stop %s: %v\n", s.Kind, err)
			}
		})
	}
	wg.Wait()
}

// interrupted is the error of what a signal ended.
type interrupted struct{ os.Signal }

func (i interrupted) Error() string { return "ended by a signal: " + i.String() }

// runCommand runs a command to its end. It hands the first signal on, and kills the command at the second.
func runCommand(command, env []string, signals <-chan os.Signal) error {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env = env
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	send := cmd.Process.Signal
	for {
		select {
		case err := <-done:
			return err
		case sig := <-signals:
			send(sig) // if it has ended meanwhile, done says so
			send = func(os.Signal) error { return cmd.Process.Kill() }
		}
	}
}

// exitCode is what a shell would make of the end of a command.
func exitCode(err error) int {
	var exit *exec.ExitError
	var signalled interrupted
	switch {
	case err == nil:
		return 0
	case errors.As(err, &signalled):
		if sig, ok := signalled.Signal.(syscall.Signal); ok {
			return 128 + int(sig)
		}
	case errors.As(err, &exit):
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			return 128 + int(status.Signal())
		}
		return exit.ExitCode()
	case errors.Is(err, exec.ErrNotFound):
		return 127
	}
	return 1
}
