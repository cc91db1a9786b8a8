//go:build unix

package servers

import (
	"fmt"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// ownGroup makes a child the head of a process group of its own: Ctrl-C on the terminal does not reach it, and a signal to the group
// reaches its children as well. With credentials it runs as that user.
func ownGroup(as *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Credential: as}
}

// account says as whom servers run: as oneself, or as nobody where that is root, which PostgreSQL refuses to run as and the others advise against.
func account() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		return nil, fmt.Errorf("a server must not run as root: %w", err)
	}
	uid, errUID := strconv.ParseUint(nobody.Uid, 10, 32)
	gid, errGID := strconv.ParseUint(nobody.Gid, 10, 32)
	if errUID != nil || errGID != nil {
		return nil, fmt.Errorf("user nobody has the ids %s:%s", nobody.Uid, nobody.Gid)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

func signalGroup(pid int, sig syscall.Signal) error { return syscall.Kill(-pid, sig) }
