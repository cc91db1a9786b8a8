//go:build unix

package cli

import (
	"context"
	"errors"
	"os/exec"
	"syscall"
)

// ownGroup gives a command a process group of its own, to which it hands on the signal that ends the context. The function it returns is for when the
// command has ended: what is left of the group of an interrupted one is ended too.
func ownGroup(ctx context.Context, cmd *exec.Cmd) (finish func()) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error {
		signal := syscall.SIGTERM
		var interrupted Interrupted
		if errors.As(context.Cause(ctx), &interrupted) {
			if s, ok := interrupted.Signal.(syscall.Signal); ok {
				signal = s
			}
		}
		return syscall.Kill(-cmd.Process.Pid, signal)
	}
	return func() {
		if ctx.Err() != nil && cmd.Process != nil {
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		}
	}
}
