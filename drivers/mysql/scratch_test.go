package mysql_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"revise/drivers"
	"revise/drivers/drivertest"
	"revise/drivers/drivertest/servers"
	"revise/drivers/mysql"
)

// holderVariable has a test be a program that makes a database for trials beside the one of this URL, tells its name and lives until it is killed.
const holderVariable = "REVISE_TEST_SCRATCH_BESIDE"

func TestScratchHolder(t *testing.T) {
	url := os.Getenv(holderVariable)
	if url == "" {
		t.Skip("it is a program that other tests start")
	}
	addr, err := mysql.Driver{}.Parse(url)
	if err != nil {
		t.Fatal(err)
	}
	s, err := mysql.Driver{}.Scratch(context.Background(), addr, drivers.Options{})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("scratch", s.Addr.Name)
	io.Copy(io.Discard, os.Stdin)
}

// holder starts such a program.
func holder(t *testing.T, url string) (cmd *exec.Cmd, out io.Reader) {
	t.Helper()
	cmd = exec.Command(os.Args[0], "-test.run=^TestScratchHolder$")
	cmd.Env = append(os.Environ(), holderVariable+"="+url)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if out, err = cmd.StdoutPipe(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stdin.Close(); cmd.Process.Kill(); cmd.Wait() })
	return cmd, out
}

// hold starts such a program, and gives the name of its database.
func hold(t *testing.T, url string) (name string, cmd *exec.Cmd) {
	t.Helper()
	cmd, out := holder(t, url)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if name, ok := strings.CutPrefix(lines.Text(), "scratch "); ok {
			return name, cmd
		}
	}
	t.Fatal("it told no name")
	return "", nil
}

// ask runs a query on a server.
func ask(t *testing.T, addr drivers.Address, sql string) [][]string {
	t.Helper()
	c, err := mysql.Driver{}.Open(context.Background(), addr, drivers.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(context.Background())
	rows, err := c.Query(context.Background(), sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return rows
}

func scratches(t *testing.T, addr drivers.Address) (list []string) {
	for _, r := range ask(t, addr, "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE 'revise#_scratch#_%' ESCAPE '#'") {
		list = append(list, r[0])
	}
	return list
}

// free is the number of those whose lock nobody holds.
func free(t *testing.T, addr drivers.Address) string {
	return ask(t, addr, "SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name LIKE 'revise#_scratch#_%' ESCAPE '#' AND IS_USED_LOCK(schema_name) IS NULL")[0][0]
}

func eachServer(t *testing.T, test func(t *testing.T, url string)) {
	for _, kind := range []string{servers.MariaDB, servers.MySQL} {
		t.Run(kind, func(t *testing.T) { test(t, servers.URL(t, kind)) })
	}
}

func urlOf(t *testing.T, server string, addr drivers.Address) string {
	return strings.TrimSuffix(server, "/") + "/" + addr.Name
}

func TestScratch(t *testing.T) {
	eachServer(t, func(t *testing.T, url string) {
		ctx := context.Background()
		addr := drivertest.Database(t, mysql.Driver{}, url, "CHARACTER SET latin1 COLLATE latin1_german2_ci")
		s, err := mysql.Driver{}.Scratch(ctx, addr, drivers.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := ask(t, s.Addr, "SELECT @@collation_database")[0][0]; got != "latin1_german2_ci" {
			t.Errorf("its collation is %s", got)
		}
		two, err := mysql.Driver{}.Scratch(ctx, addr, drivers.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{s.Addr.Name, two.Addr.Name} {
			if !slices.Contains(scratches(t, addr), name) || slices.Contains(two.Removed, name) {
				t.Errorf("%s is gone while its program lives", name)
			}
		}
		// A session that has a table of it in an open transaction does not keep it.
		c, err := mysql.Driver{}.Open(ctx, s.Addr, drivers.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close(ctx)
		for _, sql := range []string{"CREATE TABLE t (n int)", "START TRANSACTION", "SELECT n FROM t"} {
			if _, err := c.Query(ctx, sql); err != nil {
				t.Fatal(err)
			}
		}
		over, cancel := context.WithCancel(ctx)
		cancel()
		for _, d := range []*drivers.Scratch{s, two, s} {
			if err := d.Drop(over); err != nil {
				t.Errorf("drop: %v", err)
			}
			if slices.Contains(scratches(t, addr), d.Addr.Name) {
				t.Errorf("%s is still there", d.Addr.Name)
			}
		}
	})
}

func TestScratchDropsAfterItsSessionIsLost(t *testing.T) {
	eachServer(t, func(t *testing.T, url string) {
		addr := drivertest.Database(t, mysql.Driver{}, url)
		s, err := mysql.Driver{}.Scratch(context.Background(), addr, drivers.Options{})
		if err != nil {
			t.Fatal(err)
		}
		id := ask(t, addr, "SELECT IS_USED_LOCK('"+s.Addr.Name+"')")[0][0]
		ask(t, addr, "KILL "+id)
		err = s.Drop(context.Background())
		if err != nil { // it did not know yet
			err = s.Drop(context.Background())
		}
		if err != nil || slices.Contains(scratches(t, addr), s.Addr.Name) {
			t.Errorf("got %v, and there are %v", err, scratches(t, addr))
		}
	})
}

func TestScratchOfDeadProgramsIsRemoved(t *testing.T) {
	eachServer(t, func(t *testing.T, url string) {
		addr := drivertest.Database(t, mysql.Driver{}, url)
		beside := urlOf(t, url, addr)
		alive, _ := hold(t, beside)
		rounds := 20
		if testing.Short() {
			rounds = 3
		}
		var dead []string
		for i := range rounds {
			if i%2 == 0 {
				name, cmd := hold(t, beside)
				cmd.Process.Kill()
				cmd.Wait()
				dead = append(dead, name)
				continue
			}
			cmd, _ := holder(t, beside) // which gets as far as it gets
			time.Sleep(time.Duration(8+2*i) * time.Millisecond)
			cmd.Process.Kill()
			cmd.Wait()
		}
		// The server notices soon, not at once, that a client is gone.
		var s *drivers.Scratch
		for deadline := time.Now().Add(10 * time.Second); ; {
			var err error
			if s, err = (mysql.Driver{}).Scratch(context.Background(), addr, drivers.Options{}); err != nil {
				t.Fatal(err)
			}
			left := slices.ContainsFunc(dead, func(name string) bool { return slices.Contains(scratches(t, addr), name) })
			if !left && free(t, addr) == "0" || time.Now().After(deadline) {
				break
			}
			if err := s.Drop(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		if n := free(t, addr); n != "0" {
			t.Errorf("%s databases are left whose lock nobody holds", n)
		}
		got := scratches(t, addr)
		for _, name := range dead {
			if slices.Contains(got, name) {
				t.Errorf("%s of a dead program is left", name)
			}
		}
		if !slices.Contains(got, alive) {
			t.Error("one of a program that lives was removed")
		}
		if err := s.Drop(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

func TestScratchSaysWhatItNeeds(t *testing.T) {
	eachServer(t, func(t *testing.T, url string) {
		addr := drivertest.Database(t, mysql.Driver{}, url)
		server := addr
		server.Name = ""
		user := "u" + addr.Name
		ask(t, server, "CREATE USER "+user+"@'%' IDENTIFIED BY 'x'")
		t.Cleanup(func() { ask(t, server, "DROP USER "+user+"@'%'") })
		ask(t, server, "GRANT ALL ON `"+addr.Name+"`.* TO "+user+"@'%'")
		as := addr
		as.User, as.Password = user, "x"
		_, err := mysql.Driver{}.Scratch(context.Background(), as, drivers.Options{})
		var refused *drivers.ConnectError
		if !errors.As(err, &refused) || !strings.Contains(refused.Msg, user) || !strings.Contains(refused.Hint, `revise\_scratch\_%`) {
			t.Fatalf("got %v", err)
		}
		ask(t, server, "GRANT ALL ON `revise\\_scratch\\_%`.* TO "+user+"@'%'")
		s, err := mysql.Driver{}.Scratch(context.Background(), as, drivers.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Drop(context.Background()); err != nil {
			t.Error(err)
		}
	})
}
