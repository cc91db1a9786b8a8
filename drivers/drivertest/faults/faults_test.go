// Package faults kills, cuts and stalls runs of the built program and sees that the next run brings the database to where an undisturbed one does. It
// is short as a test; the long run, which writes the table of docs/recovery.md:
//
//	go run ./drivers/drivertest/withservers go test ./drivers/drivertest/faults -run TestFaults/.*/random -v -timeout 0 -faults 1000
package faults_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"revise/drivers"
	"revise/drivers/all"
	"revise/drivers/drivertest/servers"
)

var (
	faults       = flag.Int("faults", 16, "how many faults on each database")
	everyMessage = flag.Bool("every-message", false, "cut the connection at every message as well")
	seed         = flag.Uint64("seed", 0, "of the random choices; 0: another each time")
)

// A world is one database with the program and its files.
type world struct {
	t      *testing.T
	kind   string
	binary string
	dir    string // with the revisions
	server *servers.Server
	wire   *wire
	driver drivers.Driver
	addr   drivers.Address                          // of the database of the present fault, without the wire
	url    string                                   // through the wire
	route  func(addr drivers.Address, n int) string // of run n to a database, if it is not through the wire
	random *rand.Rand
	number int
	parts  []part
}

// A tally is a line of the table.
type tally struct{ faults, alone, asked, wrong int }

func TestFaults(t *testing.T) {
	binary := build(t)
	if *seed == 0 {
		*seed = uint64(time.Now().UnixNano())
	}
	t.Logf("seed %d", *seed)
	var table []string
	for _, kind := range []string{servers.Postgres, servers.MySQL, servers.MariaDB, "sqlite"} {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t, kind, binary)
			run := func(name string, f func()) {
				t.Run(name, func(inner *testing.T) {
					w.t = inner
					f()
				})
				w.t = t
				w.write(w.parts)
			}
			run("random", func() {
				var sum tally
				for range *faults {
					w.one(&sum)
				}
				table = append(table, fmt.Sprintf("| %s | %d | %d | %d | %d |", kind, sum.faults, sum.alone, sum.asked, sum.wrong))
			})
			if w.server != nil && *everyMessage {
				run("every-message", w.everyMessage)
			}
			run("thirty-two", w.thirtyTwo)
			run("points", w.failurePoints)
			run("first-process", w.firstProcess)
			if kind == servers.Postgres {
				run("concurrent", w.concurrentBuild)
			}
			if kind == "sqlite" {
				run("full", w.fullDisk)
				run("read-only", w.readOnly)
			}
		})
	}
	t.Logf("\n| database | faults | converged by themselves | asked for resolve | wrong |\n| --- | --- | --- | --- | --- |\n%s", strings.Join(table, "\n"))
}

func build(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "revise")
	cmd := exec.Command("go", "build", "-o", path, ".")
	cmd.Dir = "../../.."
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return path
}

func newWorld(t *testing.T, kind, binary string) *world {
	w := &world{t: t, kind: kind, binary: binary, dir: t.TempDir(), random: rand.New(rand.NewPCG(*seed, 1)), parts: chainFor(kind)}
	name := kind
	if kind == servers.MariaDB {
		name = servers.MySQL
	}
	var err error
	if w.driver, err = all.Drivers().ByScheme(name); err != nil {
		t.Fatal(err)
	}
	w.write(w.parts)
	if kind == "sqlite" {
		return w
	}
	if _, err := servers.Find(kind); err != nil {
		if slices.Contains(strings.Split(os.Getenv("REVISE_TEST_REQUIRE"), ","), kind) {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	var durable []string // what is committed has to be there when the server is killed; only a power cut may cost something
	if kind != servers.Postgres {
		durable = []string{"--innodb-flush-log-at-trx-commit=2"}
	}
	if w.server, err = servers.Start(context.Background(), kind, durable...); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.server.Stop() })
	w.wire = newWire(t, net.JoinHostPort(w.server.Host, strconv.Itoa(w.server.Port)), name == servers.MySQL)
	return w
}

// write writes the chain's files.
func (w *world) write(parts []part) {
	w.t.Helper()
	folder := filepath.Join(w.dir, "versions")
	os.RemoveAll(folder)
	if err := os.MkdirAll(folder, 0o777); err != nil {
		w.t.Fatal(err)
	}
	parent := ""
	for _, p := range parts {
		if err := os.WriteFile(filepath.Join(folder, p.id+".sql"), []byte(p.file(parent)), 0o666); err != nil {
			w.t.Fatal(err)
		}
		parent = p.id
	}
}

// fresh makes an empty database, the last one goes.
func (w *world) fresh() {
	w.t.Helper()
	w.number++
	if w.kind == "sqlite" {
		path := filepath.Join(w.dir, fmt.Sprintf("f%d.db", w.number))
		w.url, w.addr = "sqlite:"+path, drivers.Address{Scheme: "sqlite", Name: path, File: true}
		old, _ := filepath.Glob(filepath.Join(w.dir, fmt.Sprintf("f%d.db*", w.number-1)))
		for _, f := range old {
			os.Remove(f)
		}
		return
	}
	admin, err := w.driver.Parse(w.server.URL)
	if err != nil {
		w.t.Fatal(err)
	}
	drop := fmt.Sprintf("DROP DATABASE IF EXISTS f%d", w.number-1)
	if w.kind == servers.Postgres {
		drop += " WITH (FORCE)"
	}
	if err := execOn(w.driver, admin, drop, fmt.Sprintf("CREATE DATABASE f%d", w.number)); err != nil {
		w.t.Fatal(err)
	}
	w.addr = admin
	w.addr.Name = fmt.Sprintf("f%d", w.number)
	if w.route != nil {
		w.url = w.route(w.addr, 0)
		return
	}
	at := w.wire.listener.Addr().(*net.TCPAddr)
	through := w.addr.Override(drivers.Address{Host: at.IP.String(), Port: at.Port})
	option := ""
	if w.kind == servers.Postgres {
		option = "?sslmode=disable"
	}
	w.url = fmt.Sprintf("%s://%s:%s@%s:%d/%s%s", w.driver.Schemes()[0], through.User, w.server.Password, through.Host, through.Port, through.Name, option)
}

func execOn(d drivers.Driver, addr drivers.Address, statements ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	c, err := d.Open(ctx, addr, drivers.Options{})
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	for _, s := range statements {
		if _, err := c.Exec(ctx, []drivers.Batch{{Statements: []drivers.Statement{{Text: s}}}}); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return nil
}

// query asks on a connection of its own, and waits for what may still be busy with it.
func (w *world) query(sql string) ([][]string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	c, err := w.driver.Open(ctx, w.addr, drivers.Options{})
	if err != nil {
		return nil, err
	}
	defer c.Close(ctx)
	return c.Query(ctx, sql)
}

// A proc is a run of the program.
type proc struct {
	cmd  *exec.Cmd
	out  bytes.Buffer
	line chan string // each event, if they were asked for
	done chan struct{}
	code int
	mu   sync.Mutex
}

// start runs the program in the background, for a minute at most.
func (w *world) start(events bool, args ...string) *proc {
	w.t.Helper()
	return w.launch(events, exec.Command(w.binary, args...))
}

func (w *world) launch(events bool, cmd *exec.Cmd) *proc {
	w.t.Helper()
	p := &proc{cmd: cmd, line: make(chan string, 4096), done: make(chan struct{})}
	p.cmd.Dir = w.dir
	p.cmd.Env = []string{"DATABASE_URL=" + w.url, "PATH=" + os.Getenv("PATH"), "HOME=" + w.dir, "NO_COLOR=1"}
	p.cmd.Stderr = p
	if events {
		p.cmd.Args = append(p.cmd.Args, "--json")
		stdout, err := p.cmd.StdoutPipe()
		if err != nil {
			w.t.Fatal(err)
		}
		go func() {
			defer close(p.line)
			for s := bufio.NewScanner(stdout); s.Scan(); {
				p.line <- s.Text()
			}
		}()
	} else {
		p.cmd.Stdout = p
	}
	if err := p.cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	go func() {
		timer := time.AfterFunc(time.Minute, func() { p.cmd.Process.Kill(); fmt.Fprint(p, "\nHUNG: killed after a minute\n") })
		err := p.cmd.Wait()
		timer.Stop()
		var exit *exec.ExitError
		switch {
		case errors.As(err, &exit):
			p.code = exit.ExitCode()
		case err != nil:
			p.code = -2
		}
		close(p.done)
	}()
	return p
}

func (p *proc) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.Write(b)
}

func (p *proc) wait() (int, string) {
	<-p.done
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.code, p.out.String()
}

// undisturbed is the picture of a database that nothing happened to: all up; or all up and down again to the first revision.
func (w *world) undisturbed(down bool) string {
	w.t.Helper()
	w.fresh()
	for _, args := range w.commands(down) {
		if code, out := w.start(false, args...).wait(); code != 0 {
			w.t.Fatalf("undisturbed: %v: exit %d\n%s", args, code, out)
		}
	}
	picture, err := w.picture()
	if err != nil {
		w.t.Fatal(err)
	}
	return picture
}

func (w *world) commands(down bool) [][]string {
	list := [][]string{{"run", "up", "head"}}
	if down {
		list = append(list, []string{"run", "down", "r1", "--yes"})
	}
	return list
}

// picture is all of the database that must not depend on what happened.
func (w *world) picture() (string, error) {
	var b strings.Builder
	// What is noted down of the schema behind a run is not there if that was hit just then, and nothing hangs on it.
	if _, err := w.query("DROP TABLE IF EXISTS schema_revisions_schema"); err != nil {
		return "", err
	}
	for _, q := range pictures(w.kind) {
		rows, err := w.query(q)
		// A session whose program was killed while it read the schema ends, and gives its lock back, when the server has answered.
		for range 50 {
			if !strings.Contains(q, "pg_locks") || err != nil || rows[0][0] == "0" {
				break
			}
			time.Sleep(100 * time.Millisecond)
			rows, err = w.query(q)
		}
		if err != nil && !errors.Is(err, drivers.ErrNoTable) {
			return "", fmt.Errorf("%s: %w", q, err)
		}
		fmt.Fprintf(&b, "%s\n%q\n", q, rows)
	}
	for _, table := range []string{"marks", "counter", "a", "aa", "b", "bb", "c"} {
		rows, err := w.query("SELECT * FROM " + table)
		if errors.Is(err, drivers.ErrNoTable) {
			continue
		}
		if err != nil {
			return "", err
		}
		lines := make([]string, len(rows))
		for i, r := range rows {
			lines[i] = strings.Join(r, "|")
		}
		slices.Sort(lines)
		fmt.Fprintf(&b, "%s: %s\n", table, strings.Join(lines, " "))
	}
	return b.String(), nil
}

// settle runs again until it is through. asked is how often a person was.
func (w *world) settle(command []string) (asked int, story string, err error) {
	var told strings.Builder
	for range 8 {
		code, out := w.start(false, append(command, "--lock-wait", "60s", "--wait", "30s")...).wait()
		fmt.Fprintf(&told, "%v: exit %d\n%s", command, code, out)
		switch code {
		case 0:
			return asked, told.String(), nil
		case 5:
			asked++
			done, err := w.look()
			if err != nil {
				return asked, told.String(), err
			}
			answer := "--not-done"
			if done {
				answer = "--done"
			}
			code, out := w.start(false, "run", "resolve", answer).wait()
			fmt.Fprintf(&told, "resolve %s: exit %d\n%s", answer, code, out)
			if code != 0 {
				return asked, told.String(), errors.New("resolve failed")
			}
		case 6, 4:
		default:
			return asked, told.String(), fmt.Errorf("exit %d", code)
		}
	}
	return asked, told.String(), errors.New("it does not settle")
}

// look answers for the person who is asked about a statement in doubt.
func (w *world) look() (bool, error) {
	rows, err := w.query("SELECT revision, statements_done, state FROM schema_revisions WHERE state <> 'applied'")
	if err != nil || len(rows) != 1 {
		return false, fmt.Errorf("who is half-way? %q, %v", rows, err)
	}
	done, _ := strconv.Atoi(rows[0][1])
	key := fmt.Sprintf("%s:%d", rows[0][0], done+1)
	query := took(w.kind)[key]
	if query == "" || rows[0][2] != "upgrading" {
		return false, fmt.Errorf("statement %s (%s) is in doubt, and should have settled itself", key, rows[0][2])
	}
	if rows, err = w.query(query); err != nil {
		return false, err
	}
	return rows[0][0] != "0", nil
}

var (
	nothingForm = regexp.MustCompile(`nothing of (r\d) was applied`)
	staysForm   = regexp.MustCompile(`statements? 1(?: to (\d+))? of \d+ of the (?:upgrade|downgrade) of (r\d) (?:is|are) done and stays?`)
)

// truth compares what a run said at its end with what is so.
func (w *world) truth(out string) error {
	row := func(id string) (state string, done int, err error) {
		rows, err := w.query("SELECT state, statements_done FROM schema_revisions WHERE revision = '" + id + "'")
		if errors.Is(err, drivers.ErrNoTable) || err == nil && len(rows) == 0 {
			return "", 0, nil
		}
		if err != nil {
			return "", 0, err
		}
		done, _ = strconv.Atoi(rows[0][1])
		return rows[0][0], done, nil
	}
	if m := nothingForm.FindStringSubmatch(out); m != nil {
		if state, done, err := row(m[1]); err != nil || state == "applied" || done > 0 {
			return fmt.Errorf("it said that nothing of %s was applied: %s, %d done, %v", m[1], state, done, err)
		}
	}
	if m := staysForm.FindStringSubmatch(out); m != nil {
		said := 1
		if m[1] != "" {
			said, _ = strconv.Atoi(m[1])
		}
		// While the connection is gone the server may have got further than anybody saw, never less.
		if _, done, err := row(m[2]); err != nil || done < said || done > said && !strings.Contains(out, "nobody saw") && !strings.Contains(out, "connection to the database broke") {
			return fmt.Errorf("it said that %d statements of %s are done: %d, %v", said, m[2], done, err)
		}
	}
	return nil
}

// one injects one fault.
func (w *world) one(sum *tally) {
	t := w.t
	down := w.random.IntN(4) == 0
	want := w.expected(down)
	w.fresh()
	commands := w.commands(down)
	if down { // the fault hits the way down
		if code, out := w.start(false, commands[0]...).wait(); code != 0 {
			t.Fatalf("up: exit %d\n%s", code, out)
		}
	}
	command := commands[len(commands)-1]
	name, outs, err := w.strike(command)
	sum.faults++
	fail := func(story string, err error) {
		sum.wrong++
		t.Errorf("database f%d, %s, %v: %v\nruns before:\n%s\n%s", w.number, name, command, err, strings.Join(outs, "\n--\n"), story)
	}
	if err == nil {
		for _, out := range outs {
			if err == nil {
				err = w.truth(out)
			}
		}
	}
	if err != nil {
		fail("", err)
		return
	}
	asked, story, err := w.settle(command)
	if err != nil {
		fail(story, err)
		return
	}
	got, err := w.picture()
	if err != nil {
		t.Fatal(err)
	}
	if got != want {
		fail(story, fmt.Errorf("got\n%s\nwant\n%s", got, want))
		return
	}
	if asked > 0 {
		sum.asked++
	} else {
		sum.alone++
	}
}

// expected remembers the pictures of undisturbed runs, and how long such a run takes.
func (w *world) expected(down bool) string {
	key := fmt.Sprint(w.kind, down)
	if known, ok := pictureCache.Load(key); ok {
		return known.(string)
	}
	picture := w.undisturbed(down)
	pictureCache.Store(key, picture)
	return picture
}

var pictureCache sync.Map

// strike runs a command and has something happen to it. It returns what happened, and what the runs have said.
func (w *world) strike(command []string) (name string, outs []string, err error) {
	kinds := []func([]string) (string, []string, error){w.killed, w.killedAtStatement, w.signalled, w.many}
	if w.server != nil {
		kinds = append(kinds, w.broken, w.broken, w.broken, w.serverKilled)
	}
	return kinds[w.random.IntN(len(kinds))](command)
}

// moment is a random time within a run, or a little behind it.
func (w *world) moment() time.Duration {
	most := 150 * time.Millisecond
	if w.kind == servers.MySQL {
		most = 400 * time.Millisecond
	}
	return time.Duration(w.random.Int64N(int64(most)))
}

func (w *world) killed(command []string) (string, []string, error) {
	after := w.moment()
	p := w.start(false, command...)
	time.Sleep(after)
	p.cmd.Process.Kill()
	_, out := p.wait()
	return fmt.Sprintf("kill -9 after %v", after), []string{out}, nil
}

func (w *world) killedAtStatement(command []string) (string, []string, error) {
	n := 1 + w.random.IntN(35)
	p := w.start(true, command...)
	seen := 0
	for line := range p.line {
		if strings.Contains(line, `"statement_done"`) {
			if seen++; seen == n {
				p.cmd.Process.Kill()
			}
		}
	}
	_, out := p.wait()
	return fmt.Sprintf("kill -9 at statement %d", n), []string{out}, nil
}

func (w *world) signalled(command []string) (string, []string, error) {
	after := w.moment()
	signal, code := syscall.SIGTERM, 143
	if w.random.IntN(2) == 0 {
		signal, code = syscall.SIGINT, 130
	}
	p := w.start(false, command...)
	time.Sleep(after)
	p.cmd.Process.Signal(signal)
	told := time.Now()
	got, out := p.wait()
	name := fmt.Sprintf("%v after %v", signal, after)
	switch {
	case got == -1: // before the program had begun to listen
	case got != code && got != 0:
		return name, []string{out}, fmt.Errorf("exit %d", got)
	case time.Since(told) > 15*time.Second:
		return name, []string{out}, fmt.Errorf("it took %v to end", time.Since(told))
	}
	return name, []string{out}, nil
}

// many starts several runs at once and kills some of them. The others must end well, or find that a statement is in doubt.
func (w *world) many(command []string) (string, []string, error) {
	n := []int{2, 4, 8}[w.random.IntN(3)]
	kills := w.random.IntN(n)
	var runs []*proc
	for range n {
		runs = append(runs, w.start(false, append(command, "--lock-wait", "60s")...))
	}
	for i := range kills {
		time.Sleep(w.moment() / 4)
		runs[i].cmd.Process.Kill()
	}
	name := fmt.Sprintf("%d runs at once, %d of them killed", n, kills)
	var outs []string
	var wrong error
	for i, p := range runs {
		code, out := p.wait()
		if i < kills {
			continue
		}
		outs = append(outs, out)
		if code != 0 && code != 5 && !(code == 1 && strings.Contains(out, "the database has changed since the plan was made")) {
			wrong = fmt.Errorf("run %d: exit %d\n%s", i, code, out)
		}
	}
	return name, outs, wrong
}

// broken breaks the connection at a message.
func (w *world) broken(command []string) (string, []string, error) {
	f := fault{at: 1 + w.random.IntN(60), toClient: w.random.IntN(2) == 0, inside: w.random.IntN(3) == 0, how: how(w.random.IntN(3))}
	if f.toClient {
		f.at = 1 + w.random.IntN(250)
	}
	w.wire.arm(f)
	p := w.start(false, command...)
	code, out := p.wait()
	w.wire.arm(fault{})
	name := fmt.Sprintf("connection broken by %+v", f)
	if code != 0 && code != 5 && code != 6 {
		return name, []string{out}, fmt.Errorf("exit %d", code)
	}
	return name, []string{out}, nil
}

func (w *world) serverKilled(command []string) (string, []string, error) {
	after := w.moment()
	p := w.start(false, command...)
	time.Sleep(after)
	if err := w.server.Kill(); err != nil {
		return "", nil, err
	}
	if err := w.server.Restart(context.Background()); err != nil {
		w.t.Fatal(err)
	}
	code, out := p.wait()
	name := fmt.Sprintf("kill -9 of the server after %v", after)
	if code != 0 && code != 5 && code != 6 {
		return name, []string{out}, fmt.Errorf("exit %d", code)
	}
	return name, []string{out}, nil
}
