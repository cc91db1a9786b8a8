//go:build unix

package servers

import (
	"fmt"
	"io"
	"os/exec"
	"sync"
)

// A guard is a small shell beside this process that cleans up when this process ends without having done so, by os.Exit, a panic, a time
// limit or kill -9. It reads from a pipe that only this process holds open: when the pipe closes, it ends the process group it was last told
// of and removes the folder. (The kernel's parent-death signal would be shorter, but it is forgotten by a server that changes its user,
// comes when only the starting thread ends, is Linux's alone, and leaves the folder behind: prctl(2), PR_SET_PDEATHSIG.)
type guard struct {
	cmd  *exec.Cmd
	mu   sync.Mutex // over what follows
	pipe io.WriteCloser
	pid  int // the last that was written
}

// guardScript gets the folder and the signal. The last line it reads is a process id, or empty for none. It waits for up to ten seconds.
const guardScript = `
trap '' HUP INT TERM
pid=
while read -r line; do pid=$line; done
if [ -n "$pid" ] && kill -s "$2" -- "-$pid"; then
	n=0
	while [ $n -lt 100 ] && kill -s 0 -- "-$pid"; do
		n=$((n + 1))
		sleep 0.1
	done
	kill -s KILL -- "-$pid"
fi
rm -rf -- "$1"
`

// newGuard starts a guard over a folder and the processes that watch names.
func newGuard(dir, signal string) (*guard, error) {
	g := &guard{cmd: exec.Command("/bin/sh", "-c", guardScript, "guard", dir, signal)}
	g.cmd.Dir = "/"
	g.cmd.SysProcAttr = ownGroup(nil)
	var err error
	if g.pipe, err = g.cmd.StdinPipe(); err != nil {
		return nil, fmt.Errorf("start a guard over %s: %w", dir, err)
	}
	if err := g.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start a guard over %s: %w", dir, err)
	}
	return g, nil
}

// watch makes the group of a process the one to end.
func (g *guard) watch(pid int) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.pid = pid
	if _, err := fmt.Fprintln(g.pipe, pid); err != nil {
		return fmt.Errorf("tell the guard of process %d: %w", pid, err)
	}
	return nil
}

// forget is for a process that has ended: its id may become another's.
func (g *guard) forget(pid int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.pid == pid {
		g.pid = 0
		fmt.Fprintln(g.pipe) // if the guard is gone, it forgot everything
	}
}

// close lets the guard do its work, and waits for its end.
func (g *guard) close() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.pipe.Close()
	if err := g.cmd.Wait(); err != nil {
		return fmt.Errorf("guard over a server: %w", err)
	}
	return nil
}
