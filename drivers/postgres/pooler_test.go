package postgres_test

import (
	"context"
	"testing"
	"time"

	"revise/drivers"
	"revise/drivers/drivertest"
	"revise/drivers/drivertest/servers"
	"revise/drivers/postgres"
)

// A pooler of any kind is told from the server itself.
func TestPooled(t *testing.T) {
	servers.Tool(t, servers.Postgres, "pgbouncer")
	direct := drivertest.Database(t, postgres.Driver{}, servers.URL(t, servers.Postgres))
	if c, _ := open(t, direct); c.Facts().Pooled {
		t.Error("the server itself is taken for a pooler")
	}
	for _, mode := range []string{"transaction", "statement", "session"} {
		t.Run(mode, func(t *testing.T) {
			p, err := servers.StartPooler(mode, direct.Host, direct.Port, direct.User, direct.Password)
			if err != nil {
				t.Fatal(err)
			}
			defer p.Stop()
			through := direct.Override(drivers.Address{Host: "127.0.0.1", Port: p.Port})
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
