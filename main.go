// Revise runs SQL revisions up and down. See README.md.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"revise/cli"
	"revise/drivers/all"
)

func main() { os.Exit(run()) }

// run ends the context with the first signal, so that what is under way is cancelled and cleaned up, and the program with the second.
func run() int {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		first := <-signals
		cancel(cli.Interrupted{Signal: first})
		if second := <-signals; second == syscall.SIGTERM {
			os.Exit(143)
		}
		os.Exit(130)
	}()
	return cli.Main(ctx, cli.World{
		Args: os.Args[1:], Env: os.Environ(), In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		Drivers: all.Drivers(), Version: version(),
	})
}

// version is what the build recorded: the module's version, or the revision of the source.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "(devel)" {
		return ""
	}
	return info.Main.Version
}
