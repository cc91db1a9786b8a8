//go:build !unix

package cli

import (
	"context"
	"os/exec"
)

// ownGroup does nothing where there are no process groups: the context ends the command itself.
func ownGroup(context.Context, *exec.Cmd) (finish func()) { return func() {} }
