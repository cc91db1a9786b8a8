package faults_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"revise/drivers"
	"revise/drivers/drivertest/servers"
)

// TestPooler runs through PgBouncer in transaction mode, where the lock is a lease: 32 at once, and runs that stand still for longer than it holds.
func TestPooler(t *testing.T) {
	servers.Tool(t, servers.Postgres, "pgbouncer")
	w := newWorld(t, servers.Postgres, build(t))
	var parts []part
	for _, p := range w.parts {
		if !p.off { // what has no transaction is refused there
			parts = append(parts, p)
		}
	}
	w.parts = parts
	w.write(parts)
	p, err := servers.StartPooler("transaction", w.server.Host, w.server.Port, w.server.User, w.server.Password)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Stop() })
	w.route = func(addr drivers.Address, _ int) string {
		return fmt.Sprintf("postgres://%s:%s@127.0.0.1:%d/%s?sslmode=disable", addr.User, w.server.Password, p.Port, addr.Name)
	}
	w.leased(3)
}

// TestGalera spreads the runs over a cluster of three nodes, each of which knows only its own locks of sessions.
func TestGalera(t *testing.T) {
	galera := servers.FindGalera(t)
	in, err := servers.Find(servers.MariaDB)
	if err != nil {
		t.Fatal(err)
	}
	installer := servers.Tool(t, servers.MariaDB, "mariadb-install-db")
	w := newWorld(t, servers.MariaDB, build(t))
	w.server.Stop()
	dir := t.TempDir()
	for d := dir; d != os.TempDir() && d != "/"; d = filepath.Dir(d) {
		os.Chmod(d, 0o755)
	}
	var ports, groups []int
	var members []string
	for range 3 {
		ports, groups = append(ports, freePort(t)), append(groups, freePort(t))
		members = append(members, fmt.Sprintf("127.0.0.1:%d", groups[len(groups)-1]))
	}
	asNobody := func(cmd *exec.Cmd) *exec.Cmd {
		if os.Geteuid() == 0 {
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		}
		return cmd
	}
	for i, port := range ports {
		data := filepath.Join(dir, fmt.Sprint("n", i))
		if out, err := exec.Command(installer, "--no-defaults", "--datadir="+data, "--auth-root-authentication-method=normal", "--skip-test-db").CombinedOutput(); err != nil {
			t.Fatalf("mariadb-install-db: %v\n%s", err, out)
		}
		if os.Geteuid() == 0 {
			if out, err := exec.Command("chown", "-R", "65534:65534", data).CombinedOutput(); err != nil {
				t.Fatalf("chown: %v\n%s", err, out)
			}
		}
		args := []string{"--no-defaults", "--datadir=" + data, fmt.Sprint("--port=", port), "--bind-address=127.0.0.1", "--socket=" + filepath.Join(data, "s"), "--skip-log-bin",
			"--binlog-format=ROW", "--innodb-autoinc-lock-mode=2", "--innodb-flush-log-at-trx-commit=2", "--innodb-buffer-pool-size=32M", "--wsrep-on=ON", "--wsrep-provider=" + galera.Provider,
			"--wsrep-cluster-name=revise", "--wsrep-cluster-address=gcomm://" + strings.Join(members, ","), fmt.Sprint("--wsrep-node-name=n", i), "--wsrep-node-address=" + members[i],
			"--wsrep-sst-method=rsync", fmt.Sprint("--wsrep-sst-receive-address=127.0.0.1:", freePort(t)),
			fmt.Sprintf("--wsrep-provider-options=gmcast.listen_addr=tcp://%s;ist.recv_addr=127.0.0.1:%d;base_port=%d;gcache.size=32M", members[i], freePort(t), groups[i])}
		if i == 0 {
			args = append(args, "--wsrep-new-cluster")
		}
		log, err := os.Create(filepath.Join(dir, fmt.Sprint("log", i)))
		if err != nil {
			t.Fatal(err)
		}
		cmd := asNobody(exec.Command(in.Program, args...))
		cmd.Stdout, cmd.Stderr = log, log
		cmd.Env = []string{"PATH=" + galera.Scripts + ":" + os.Getenv("PATH") + ":/usr/sbin:/usr/bin", "HOME=" + data}
		background(t, cmd)
		waitFor(t, port)
		addr := drivers.Address{Scheme: "mysql", Host: "127.0.0.1", Port: port, User: "root"}
		for deadline := time.Now().Add(60 * time.Second); ; time.Sleep(200 * time.Millisecond) {
			w.addr = addr
			rows, err := w.query("SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'wsrep_local_state_comment'")
			if err == nil && len(rows) == 1 && rows[0][0] == "Synced" {
				break
			}
			if time.Now().After(deadline) {
				text, _ := os.ReadFile(log.Name())
				t.Fatalf("node %d does not join: %v, %q\n%s", i, err, rows, text[max(0, len(text)-3000):])
			}
		}
		if i == 0 {
			if err := execOn(w.driver, addr, "CREATE USER r@'%' IDENTIFIED BY 'r'", "GRANT ALL ON *.* TO r@'%' WITH GRANT OPTION"); err != nil {
				t.Fatal(err)
			}
		}
	}
	w.server.URL, w.server.Password = fmt.Sprintf("mysql://r:r@127.0.0.1:%d/mysql", ports[0]), "r"
	w.route = func(addr drivers.Address, n int) string {
		return fmt.Sprintf("mysql://r:r@127.0.0.1:%d/%s", ports[n%3], addr.Name)
	}
	w.leased(3)
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// background runs a program until the test ends.
func background(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
}

func waitFor(t *testing.T, port int) {
	t.Helper()
	for deadline := time.Now().Add(60 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			c.Close()
			return
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

// everywhere waits until every node has the database, which one of them has been told to make.
func (w *world) everywhere() {
	w.t.Helper()
	for n := range 3 {
		addr, err := w.driver.Parse(w.route(w.addr, n))
		if err != nil {
			w.t.Fatal(err)
		}
		for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
			conn, err := w.driver.Open(w.t.Context(), addr, drivers.Options{})
			if err == nil {
				conn.Close(w.t.Context())
				break
			}
			if time.Now().After(deadline) {
				w.t.Fatalf("node %d does not get the database: %v", n, err)
			}
		}
	}
}

// leased is what has to hold where the lock is a lease.
func (w *world) leased(rounds int) {
	t := w.t
	want := w.undisturbed(false)
	w.fresh()
	w.everywhere()
	var runs []*proc
	for n := range 32 {
		w.url = w.route(w.addr, n)
		runs = append(runs, w.start(false, "run", "up", "head", "--lock-wait", "60s"))
	}
	for i, p := range runs {
		if code, out := p.wait(); code != 0 {
			t.Errorf("run %d: exit %d\n%s", i, code, out)
		}
	}
	if got, err := w.picture(); err != nil || got != want {
		t.Errorf("%v, got\n%s\nwant\n%s", err, got, want)
	}
	// A run stands still for longer than its lease holds, and goes on when another has taken it, or has waited for its transaction.
	stopped := 0
	for range rounds {
		w.fresh()
		w.url = w.route(w.addr, 0)
		first := w.start(true, "run", "up", "head", "--lease-time", "1s")
		seen, n := 0, 1+w.random.IntN(12)
		for line := range first.line {
			if strings.Contains(line, `"statement_done"`) {
				if seen++; seen == n {
					break
				}
			}
		}
		first.cmd.Process.Signal(syscall.SIGSTOP)
		w.url = w.route(w.addr, 1)
		second := w.start(false, "run", "up", "head", "--lease-time", "1s", "--lock-wait", "50s")
		time.Sleep(2500 * time.Millisecond)
		first.cmd.Process.Signal(syscall.SIGCONT)
		for range first.line {
		}
		code, out := first.wait()
		switch {
		case code == 1 && strings.Contains(out, "the lease of this run was lost"):
			stopped++
		case code != 0:
			t.Errorf("the run that stood still at statement %d: exit %d\n%s", n, code, out)
		}
		if code, out := second.wait(); code != 0 && code != 5 {
			t.Errorf("the run that took over: exit %d\n%s", code, out)
		}
		if _, story, err := w.settle([]string{"run", "up", "head"}); err != nil {
			t.Errorf("%v\n%s", err, story)
		}
		if got, err := w.picture(); err != nil || got != want {
			t.Errorf("stood still at statement %d: %v, got\n%s\nwant\n%s\n%s", n, err, got, want, out)
		}
	}
	t.Logf("of %d runs that stood still %d had lost their lease", rounds, stopped)
	// A lease that nobody renews is broken, one that holds is not.
	w.url = w.route(w.addr, 0)
	if code, out := w.start(false, "run", "lock", "break").wait(); code != 0 || !strings.Contains(out, "nothing to break") {
		t.Errorf("lock break: exit %d\n%s", code, out)
	}
	later := "UPDATE schema_revisions_lock SET token = 'x', until_ms = " + w.driver.Syntax().NowMillis + " + 1500"
	if err := execOn(w.driver, w.addr, later); err != nil {
		t.Fatal(err)
	}
	if code, out := w.start(false, "run", "lock", "break").wait(); code != 1 || !strings.Contains(out, "the lock is held by") {
		t.Errorf("lock break: exit %d\n%s", code, out)
	}
	time.Sleep(2 * time.Second)
	if code, out := w.start(false, "run", "lock", "break").wait(); code != 0 || !strings.Contains(out, "was taken away") {
		t.Errorf("lock break: exit %d\n%s", code, out)
	}
}
