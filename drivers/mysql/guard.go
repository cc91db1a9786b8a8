package mysql

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// A guard watches over one packet while the session waits for its answers. When the context ends, or a statement has run for too
// long, it stops the packet over a second connection, in two steps:
//
// First it takes the stop lock, a user-level lock on whose name every marker of ours looks: the next marker fails, and the server
// drops what is left of the packet. Only then, if the statement goes on, it is killed by KILL QUERY.
//
// Not the kill at once, because a kill that comes when a statement is past its last look at the flag, in a commit for instance, makes
// both servers leave the loop over the packet's statements without a word (dispatch_command in sql/sql_parse.cc: "while (!thd->killed && …)"): the
// answer before has announced more results, none come, and the session waits for ever. With short statements that is one kill out of
// ten. Where it happens nevertheless, by us or by somebody else's KILL QUERY, the guard sees that both sides wait and cuts the connection.
type guard struct {
	c       *conn
	ctx     context.Context
	over    chan struct{} // closed when the packet is through
	expired chan struct{}
	left    chan struct{} // closed when the watching goroutine is gone
	killed  atomic.Bool   // a KILL QUERY is on its way

	mu      sync.Mutex
	timer   *time.Timer
	outcome outcome
}

// An outcome is what a guard did.
type outcome int

const (
	untouched outcome = iota
	stopped           // the packet was told to stop; how far it got, its answers tell
	abandoned         // the connection was cut: nobody knows how far it got
	helpless          // the same, because no second connection could be had
)

const (
	// abandonTime is how long it may take to have a statement killed, settleTime how long a killed one may take to roll back, before the
	// session is given up.
	abandonTime = 5 * time.Second
	settleTime  = 60 * time.Second
	graceTime   = 100 * time.Millisecond // from the stop lock to the kill
	pollTime    = 250 * time.Millisecond
	idleTime    = 15 * time.Second
	patience    = 500 * time.Millisecond // from the stop lock to the kill, of a session whose connection is gone
)

// guard starts watching. release must be called when the packet is through.
func (c *conn) guard(ctx context.Context) *guard {
	g := &guard{c: c, ctx: ctx, over: make(chan struct{}), expired: make(chan struct{}, 1), left: make(chan struct{})}
	go g.watch()
	return g
}

// arm limits the running time of the statement that starts now; zero takes the limit off.
func (g *guard) arm(limit time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.timer != nil {
		g.timer.Stop()
		g.timer = nil
	}
	if limit > 0 {
		g.timer = time.AfterFunc(limit, func() {
			select {
			case g.expired <- struct{}{}:
			default:
			}
		})
	}
}

// release ends the watch and returns what happened. The stop lock is free again then.
func (g *guard) release() outcome {
	g.arm(0)
	close(g.over)
	<-g.left
	return g.outcome
}

func (g *guard) watch() {
	defer close(g.left)
	idle := time.NewTicker(g.c.idle)
	defer idle.Stop()
	seen := int64(0)
	for {
		select {
		case <-g.over:
			return
		case <-g.ctx.Done():
			g.stop()
			return
		case <-g.expired:
			g.stop()
			return
		case <-idle.C:
			now := g.c.link.wire.reads.Load()
			if now%2 == 1 && now == seen {
				g.lookIfIdle()
			}
			seen = now
		}
	}
}

// stop makes the packet end, or cuts the connection.
func (g *guard) stop() {
	within, cancel := context.WithTimeout(context.Background(), abandonTime)
	defer cancel()
	side, err := g.c.dial.connect(within)
	if err != nil {
		g.abandon()
		if g.outcome == abandoned {
			g.outcome = helpless
		}
		return
	}
	defer side.close()
	g.outcome = stopped
	lock := Driver{}.Literal(g.c.token)
	defer func() {
		// Waited for, because the next packet's markers must find the lock free.
		within, cancel := context.WithTimeout(context.Background(), abandonTime)
		defer cancel()
		side.rows(within, "DO RELEASE_LOCK("+lock+")")
	}()
	if _, err := side.rows(within, "SELECT GET_LOCK("+lock+", 0)"); err != nil {
		g.abandon()
		return
	}
	for asked, before := time.Now(), int64(-1); ; { // as long as statements come through, the next marker is near
		now := g.c.link.wire.reads.Load()
		if now == before || time.Since(asked) > abandonTime {
			break
		}
		if before = now; g.ended(graceTime) {
			return
		}
	}
	g.killed.Store(true)
	if _, err := side.rows(within, "KILL QUERY "+g.c.id); err != nil {
		g.abandon()
		return
	}
	// From here on the server is at it: rolling back may take its time.
	within, cancel = context.WithTimeout(context.Background(), settleTime)
	defer cancel()
	for range int(settleTime / pollTime) {
		if g.ended(pollTime) {
			return
		}
		if stuck, err := g.stuck(within, side); stuck || err != nil {
			break
		}
	}
	g.abandon()
}

// lookIfIdle cuts the connection if the server waits for us as we wait for it.
func (g *guard) lookIfIdle() {
	within, cancel := context.WithTimeout(context.Background(), abandonTime)
	defer cancel()
	side, err := g.c.dial.connect(within)
	if err != nil {
		return
	}
	defer side.close()
	if stuck, err := g.stuck(within, side); stuck && err == nil {
		g.abandon()
	}
}

// stuck reports whether the server says twice that the session is idle while the session reads, all the time, and gets nothing.
func (g *guard) stuck(ctx context.Context, side *link) (bool, error) {
	wire := g.c.link.wire
	before := wire.reads.Load()
	for i := range 2 {
		if i > 0 && g.ended(pollTime) {
			return false, nil
		}
		p, err := processOf(ctx, side, g.c.id)
		if errors.Is(err, errNoProcess) {
			return true, nil
		}
		if err != nil {
			return false, err
		}
		if p.command != "Sleep" || before%2 == 0 || wire.reads.Load() != before {
			return false, nil
		}
	}
	return true, nil
}

func (g *guard) ended(within time.Duration) bool {
	t := time.NewTimer(within)
	defer t.Stop()
	select {
	case <-g.over:
		return true
	case <-t.C:
		return false
	}
}

func (g *guard) abandon() {
	select {
	case <-g.over:
	default:
		g.outcome = abandoned
		g.c.link.cut()
	}
}

// finishOff ends a session whose connection is gone: the server does not notice that until it writes, and would go on with the packet behind the
// statement it is at. It does what can be done within abandonTime. The session is known by a lock of its own and not by its number, which
// may be somebody else's after a restart of the server.
//
// The packet is stopped by the stop lock, as in guard.stop, and the server then finds the connection gone. Only a statement that takes its time is killed: MariaDB
// 10.11 keeps a table whose opening was killed while it read the table's triggers, and refuses every change of it until FLUSH TABLES ("Unknown trigger has an error in its body", 1064).
func (c *conn) finishOff() {
	within, cancel := context.WithTimeout(context.Background(), abandonTime)
	defer cancel()
	side, err := c.dial.connect(within)
	if err != nil {
		return
	}
	defer side.close()
	if _, err := side.rows(within, "SELECT GET_LOCK("+Driver{}.Literal(c.token)+", 0)"); err != nil { // given back with the session that asks
		return
	}
	started, killed := time.Now(), false
	for {
		rows, err := side.rows(within, "SELECT IS_USED_LOCK("+Driver{}.Literal(c.aliveLock())+")")
		switch {
		case err != nil, len(rows) != 1, rows[0][0] != c.id:
			return
		case killed || time.Since(started) < patience:
			time.Sleep(pollTime / 10)
			continue
		}
		if _, err := side.rows(within, "KILL "+c.id); err != nil {
			return
		}
		killed = true
	}
}

// aliveLock is a user-level lock that the session has as long as it lives.
func (c *conn) aliveLock() string { return c.token + ".alive" }

// A process is a line of the server's list of sessions.
type process struct {
	id, user, host, command string
}

var errNoProcess = errors.New("no such session")

// processOf asks for a session. Without the privilege PROCESS only those of the same user are seen.
func processOf(ctx context.Context, l *link, id string) (process, error) {
	rows, err := l.rows(ctx, "SHOW PROCESSLIST")
	if err != nil {
		return process{}, err
	}
	for _, r := range rows {
		if len(r) > 4 && r[0] == id {
			return process{id: r[0], user: r[1], host: r[2], command: r[4]}, nil
		}
	}
	return process{}, fmt.Errorf("%w: %s", errNoProcess, id)
}
