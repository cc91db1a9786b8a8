//go:build unix

// Command launch runs a program and writes what it took to descriptor 3, as JSON. It is there for the memory: the kernel reckons what a parent had in
// use when it started a child to the child's peak, and the suite has more in use than some programs that it measures. What this small program
// has in use remains the least that a peak can be.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// A Usage is what a child took.
type Usage struct {
	Wall, User, Sys time.Duration
	MaxRSS          int64 // bytes
	Exit            int   // 128 and the signal's number, if one ended it
}

func main() {
	// The death of the thread that starts the child is taken for the parent's.
	runtime.LockOSThread()
	cmd := exec.Command(os.Args[1], os.Args[2:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	dieWithParent(cmd)
	start := time.Now()
	err := cmd.Run()
	u := Usage{Wall: time.Since(start)}
	if cmd.ProcessState == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(127)
	}
	u.User, u.Sys = cmd.ProcessState.UserTime(), cmd.ProcessState.SystemTime()
	u.MaxRSS = maxRSS(cmd.ProcessState.SysUsage().(*syscall.Rusage))
	u.Exit = cmd.ProcessState.ExitCode()
	if status := cmd.ProcessState.Sys().(syscall.WaitStatus); status.Signaled() {
		u.Exit = 128 + int(status.Signal())
	}
	if err := json.NewEncoder(os.NewFile(3, "report")).Encode(u); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func maxRSS(r *syscall.Rusage) int64 {
	if runtime.GOOS == "darwin" {
		return int64(r.Maxrss)
	}
	return int64(r.Maxrss) << 10
}
