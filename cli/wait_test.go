package cli_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"revise/cli"
	"revise/drivers"
	"revise/drivers/all"
	"revise/drivers/drivertest/servers"
)

// TestWait starts a run before its database: --wait tries again until it is there.
func TestWait(t *testing.T) {
	for _, kind := range []string{servers.Postgres, servers.MariaDB, servers.MySQL} {
		t.Run(kind, func(t *testing.T) {
			_, addr, err := all.Drivers().Locate(servers.URL(t, kind), drivers.Address{}, "")
			if err != nil {
				t.Fatal(err)
			}
			port := closedPort()
			late := time.AfterFunc(700*time.Millisecond, func() {
				forward(t, fmt.Sprintf("127.0.0.1:%d", port), net.JoinHostPort(addr.Host, fmt.Sprint(addr.Port)))
			})
			defer late.Stop()
			name := map[string]string{"postgres": "postgres"}[addr.Scheme]
			if name == "" {
				name = "mysql"
			}
			url := fmt.Sprintf("%s://%s:%s@127.0.0.1:%d/%s", addr.Scheme, addr.User, addr.Password, port, name)
			var out, errs bytes.Buffer
			code := cli.Main(t.Context(), cli.World{
				Args: []string{"run", "status", "--wait", "20s", "--revisions", "../versions", "--database-url", url},
				Out:  &out, Err: &errs, Drivers: all.Drivers(),
			})
			if code != 0 || !strings.Contains(errs.String(), "waiting for ") {
				t.Errorf("exit code %d\n%s%s", code, out.String(), errs.String())
			}
		})
	}
}

// forward listens at an address, from now to the end of the test, and passes on what comes.
func forward(t *testing.T, at, to string) {
	l, err := net.Listen("tcp", at)
	if err != nil {
		t.Errorf("listen: %v", err)
		return
	}
	context.AfterFunc(t.Context(), func() { l.Close() })
	for {
		from, err := l.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", to)
		if err != nil {
			from.Close()
			continue
		}
		go func() { io.Copy(server, from); server.Close() }()
		go func() { io.Copy(from, server); from.Close() }()
	}
}
