package faults_test

import (
	"encoding/binary"
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// A wire stands between a runner and its server and knows where the messages of the protocol begin, so that it can break off at a message, or
// inside of one.
type wire struct {
	listener net.Listener
	target   string
	mysql    bool

	mu    sync.Mutex
	plan  fault
	seen  int // messages in the fault's direction, on all connections
	hit   bool
	conns []net.Conn
	wg    sync.WaitGroup
}

// A fault is what a wire does at message number at, from 1; 0: nothing.
type fault struct {
	at       int
	toClient bool
	inside   bool // half of the message still passes
	how      how
}

type how int

const (
	cutBoth   how = iota // both ends see a reset
	halfClose            // the receiver sees an end, the sender nothing
	stall                // nothing passes for a while on any connection, then all are cut
)

func (h how) String() string { return []string{"a cut", "a half close", "a stall"}[h] }

func newWire(t *testing.T, target string, mysql bool) *wire {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{listener: l, target: target, mysql: mysql}
	w.wg.Go(w.accept)
	t.Cleanup(func() {
		l.Close()
		w.cut()
		w.wg.Wait()
	})
	return w
}

// arm has the wire wait for a fault, and returns whether the last one has come.
func (w *wire) arm(f fault) (hit bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	hit = w.hit
	w.plan, w.seen, w.hit = f, 0, false
	return hit
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.conns {
		c.(*net.TCPConn).SetLinger(0)
		c.Close()
	}
	w.conns = nil
}

func (w *wire) accept() {
	for {
		client, err := w.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", w.target)
		if err != nil {
			client.Close()
			continue
		}
		w.mu.Lock()
		w.conns = append(w.conns, client, server)
		w.mu.Unlock()
		w.wg.Go(func() { w.pass(client, server, false) })
		w.wg.Go(func() { w.pass(server, client, true) })
	}
}

// pass hands on messages one by one.
func (w *wire) pass(from, to net.Conn, toClient bool) {
	defer to.(*net.TCPConn).CloseWrite()
	for first := true; ; first = false {
		message, err := w.message(from, first && !toClient)
		if err != nil {
			return
		}
		f, strikes := w.count(toClient)
		if !strikes {
			if _, err := to.Write(message); err != nil {
				return
			}
			continue
		}
		if f.inside {
			to.Write(message[:len(message)/2])
		}
		switch f.how {
		case halfClose:
			to.(*net.TCPConn).CloseWrite()
			io.Copy(io.Discard, from) // the sender goes on for nobody
			return
		case stall:
			time.Sleep(500 * time.Millisecond)
		}
		w.cut()
		return
	}
}

func (w *wire) count(toClient bool) (fault, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if toClient != w.plan.toClient {
		return w.plan, false
	}
	w.seen++
	if w.plan.at == 0 || w.hit || w.seen != w.plan.at {
		return w.plan, false
	}
	w.hit = true
	return w.plan, true
}

// message reads one: of PostgreSQL a type and a length that counts itself, the first of a client without the type; of MySQL a length of three bytes and a
// number.
func (w *wire) message(from io.Reader, startup bool) ([]byte, error) {
	head := 5
	if w.mysql || startup {
		head = 4
	}
	buf := make([]byte, head, 512)
	if _, err := io.ReadFull(from, buf); err != nil {
		return nil, err
	}
	rest := 0
	switch {
	case w.mysql:
		rest = int(buf[0]) | int(buf[1])<<8 | int(buf[2])<<16
	case startup:
		rest = int(binary.BigEndian.Uint32(buf)) - 4
	default:
		rest = int(binary.BigEndian.Uint32(buf[1:])) - 4
	}
	if rest < 0 || rest > 1<<26 {
		return nil, io.ErrUnexpectedEOF
	}
	buf = append(buf, make([]byte, rest)...)
	_, err := io.ReadFull(from, buf[head:])
	return buf, err
}
