// Command profiled is revise with a CPU profile of itself, in a new file of the folder that REVISE_BENCH_PROFILE names. It is no part of the product.
package main

import (
	"context"
	"fmt"
	"os"
	"runtime/pprof"

	"revise/cli"
	"revise/drivers/all"
)

func main() { os.Exit(run()) }

func run() int {
	f, err := os.CreateTemp(os.Getenv("REVISE_BENCH_PROFILE"), "revise-*.pprof")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer f.Close()
	if err := pprof.StartCPUProfile(f); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer pprof.StopCPUProfile()
	return cli.Main(context.Background(), cli.World{
		Args: os.Args[1:], Env: os.Environ(), In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Drivers: all.Drivers(),
	})
}
