// Revise runs SQL revisions up and down. See README.md.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"revise/cli"
	"revise/drivers/all"
)

func main() { os.Exit(run()) }

// release is the version that a build writes into the program: go build -ldflags "-X main.release=v1.2.3".
var release string

// gcPercent has the first collection at some ten megabytes.
const gcPercent = 250

// secondSignal is how long after the first signal another one is taken for the same: some senders (GNU timeout, a terminal's process
// group) send to the process and to its group.
const secondSignal = time.Second

// run ends the context with the first signal, so that what is under way is cancelled and cleaned up, and the program with the next one.
func run() int {
	if os.Getenv("GOGC") == "" { // a run is short and holds little: collecting at every few megabytes took it longer than reading the files
		debug.SetGCPercent(gcPercent)
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	// A reader that goes away (revise run up | head) must not end a run in the middle of a statement.
	signal.Ignore(syscall.SIGPIPE)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		cancel(cli.Interrupted{Signal: <-signals})
		at := time.Now()
		for next := range signals {
			switch {
			case time.Since(at) < secondSignal:
			case next == syscall.SIGTERM:
				os.Exit(143)
			default:
				os.Exit(130)
			}
		}
	}()
	return cli.Main(ctx, cli.World{
		Args: os.Args[1:], Env: os.Environ(), In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		Drivers: all.Drivers(), Version: version(),
	})
}

// version is what the build was told, or recorded by itself.
func version() string {
	if release != "" {
		return release
	}
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "(devel)" {
		return ""
	}
	return info.Main.Version
}
