package postgres_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"revise/drivers"
	"revise/drivers/drivertest"
	"revise/drivers/drivertest/servers"
	"revise/drivers/postgres"
)

// A pooler of any kind is told from the server itself.
func TestPooled(t *testing.T) {
	program := servers.Tool(t, servers.Postgres, "pgbouncer")
	direct := drivertest.Database(t, postgres.Driver{}, servers.URL(t, servers.Postgres))
	if c, _ := open(t, direct); c.Facts().Pooled {
		t.Error("the server itself is taken for a pooler")
	}
	for _, mode := range []string{"transaction", "statement", "session"} {
		t.Run(mode, func(t *testing.T) {
			dir := t.TempDir()
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			port := l.Addr().(*net.TCPAddr).Port
			l.Close()
			users := filepath.Join(dir, "users")
			config := filepath.Join(dir, "pgbouncer.ini")
			text := fmt.Sprintf("[databases]\n* = host=%s port=%d\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = %d\nauth_type = plain\nauth_file = %s\n"+
				"pool_mode = %s\ndefault_pool_size = 5\nunix_socket_dir =\n", direct.Host, direct.Port, port, users, mode)
			for path, text := range map[string]string{users: fmt.Sprintf("%q %q\n", direct.User, direct.Password), config: text} {
				if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			var cmd *exec.Cmd
			if os.Geteuid() == 0 { // it does not run as root
				for d := dir; d != os.TempDir() && d != "/"; d = filepath.Dir(d) {
					os.Chmod(d, 0o755)
				}
				cmd = exec.Command(program, "-q", "-u", "nobody", config)
			} else {
				cmd = exec.Command(program, "-q", config)
			}
			cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			defer cmd.Wait()
			defer cmd.Process.Kill()
			through := direct.Override(drivers.Address{Host: "127.0.0.1", Port: port})
			through.Params = map[string]string{"sslmode": "disable"}
			var c drivers.Conn
			for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
				if c, err = (postgres.Driver{}).Open(context.Background(), through, drivers.Options{}); err == nil || time.Now().After(deadline) {
					break
				}
			}
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close(context.Background())
			if !c.Facts().Pooled {
				t.Error("the pooler is not seen")
			}
		})
	}
}
