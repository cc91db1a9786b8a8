package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// cancelGrace is how long a cancelled statement may take to end before the connection is given up.
const cancelGrace = 10 * time.Second

// watch cancels what the session runs when ctx ends, again and again until stop is called: a request that arrives between two
// statements cancels nothing. The library's own way is not used, for it closes the connection or asks only once. stop reports whether a
// request was sent; then settle must follow.
func (c *conn) watch(ctx context.Context) (stop func() (asked bool)) {
	if ctx.Done() == nil {
		return func() bool { return false }
	}
	over, left := make(chan struct{}), make(chan struct{})
	asked := false
	go func() {
		defer close(left)
		select {
		case <-over:
			return
		case <-ctx.Done():
		}
		asked = true
		c.cancelUntil(over)
	}()
	return func() bool {
		close(over)
		<-left
		return asked
	}
}

func (c *conn) cancelUntil(over <-chan struct{}) {
	giveUp := time.Now().Add(cancelGrace)
	for wait := 10 * time.Millisecond; time.Now().Before(giveUp); wait = min(2*wait, 250*time.Millisecond) {
		within, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		_ = c.pg.CancelRequest(within) // if it fails the next one may not, and in the end the connection goes
		cancel()
		select {
		case <-over:
			return
		case <-time.After(wait):
		}
	}
	c.pg.Conn().Close() // the reader wakes up with an error
}

// settle makes sure that no cancel request is still on its way to hit a later statement: the server answers a request when it has sent
// a signal, which arrives a moment later. The session must not be in a failed transaction, where every statement ends at once.
func (c *conn) settle() error {
	return c.insist("SELECT pg_catalog.pg_sleep(0.05)")
}

// insist runs SQL of the driver's own that no late cancel request may spoil.
func (c *conn) insist(sql string) error {
	within, cancel := context.WithTimeout(context.Background(), cancelGrace)
	defer cancel()
	for {
		_, err := c.pg.Exec(within, sql).ReadAll()
		var server *pgconn.PgError
		if err == nil || c.pg.IsClosed() || !errors.As(err, &server) || server.Code != queryCanceled {
			return err
		}
	}
}
