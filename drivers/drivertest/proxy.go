package drivertest

import (
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"revise/drivers"
)

// A Proxy stands between a driver and its server, on the loopback interface. It counts round trips, slows traffic down, and cuts it.
type Proxy struct {
	listener net.Listener
	target   string
	trips    atomic.Int64
	// delays in nanoseconds of what goes to the server and to the client
	delays [2]atomic.Int64

	mu     sync.Mutex
	conns  map[net.Conn]bool
	closed bool
	wg     sync.WaitGroup
}

const (
	toServer = iota
	toClient
)

// NewProxy starts a proxy in front of a server's address. It stops when the test ends.
func NewProxy(t testing.TB, target string) *Proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("proxy: %v", err)
	}
	p := &Proxy{listener: l, target: target, conns: map[net.Conn]bool{}}
	p.wg.Go(p.accept)
	t.Cleanup(p.Close)
	return p
}

// ProxyTo starts a proxy in front of the server that an address names with its host and port, and returns the address of the way through it.
func ProxyTo(t testing.TB, addr drivers.Address) (*Proxy, drivers.Address) {
	t.Helper()
	p := NewProxy(t, net.JoinHostPort(addr.Host, strconv.Itoa(addr.Port)))
	at := p.listener.Addr().(*net.TCPAddr)
	return p, addr.Override(drivers.Address{Host: at.IP.String(), Port: at.Port})
}

// Addr is where the proxy listens.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// RoundTrips is how many times a client has begun to send since it last got something, on all connections. A client that sends and gets
// at the same time is counted too high, never too low.
func (p *Proxy) RoundTrips() int { return int(p.trips.Load()) }

// Delay holds back all that passes from now on, in each direction.
func (p *Proxy) Delay(onToServer, onToClient time.Duration) {
	p.delays[toServer].Store(int64(onToServer))
	p.delays[toClient].Store(int64(onToClient))
}

// Cut ends all connections. New ones are let through.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		c.(*net.TCPConn).SetLinger(0) // at once, and nothing of what is under way arrives
		c.Close()
	}
}

// Refuse lets no new connection through. Those that are there stay.
func (p *Proxy) Refuse() { p.listener.Close() }

// Close ends all connections and refuses new ones.
func (p *Proxy) Close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.listener.Close()
	p.Cut()
	p.wg.Wait()
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.target)
		if err != nil {
			client.Close()
			continue
		}
		if !p.keep(client, server) {
			return
		}
		var clientsTurn atomic.Bool
		clientsTurn.Store(true)
		var both sync.WaitGroup
		both.Go(func() {
			p.pass(client, server, toServer, func() {
				if clientsTurn.CompareAndSwap(true, false) {
					p.trips.Add(1)
				}
			})
		})
		both.Go(func() { p.pass(server, client, toClient, func() { clientsTurn.Store(true) }) })
		p.wg.Go(func() {
			both.Wait()
			p.forget(client, server)
		})
	}
}

// keep remembers connections for Cut. It closes them if the proxy is closed already.
func (p *Proxy) keep(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		if p.closed {
			c.Close()
		} else {
			p.conns[c] = true
		}
	}
	return !p.closed
}

func (p *Proxy) forget(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		c.Close()
		delete(p.conns, c)
	}
}

type chunk struct {
	data []byte
	due  time.Time
}

// pass hands on what comes from one side until it ends, then lets the other side know that nothing more comes. A delay holds chunks back
// without slowing the reading.
func (p *Proxy) pass(from, to net.Conn, direction int, seen func()) {
	queue := make(chan chunk, 1024)
	var writer sync.WaitGroup
	writer.Go(func() {
		for c := range queue {
			time.Sleep(time.Until(c.due))
			if _, err := to.Write(c.data); err != nil {
				from.Close() // ends the reading, and so the queue; what is in it is written to nobody
			}
		}
		to.(*net.TCPConn).CloseWrite()
	})
	buf := make([]byte, 256<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 {
			seen()
			queue <- chunk{append([]byte(nil), buf[:n]...), time.Now().Add(time.Duration(p.delays[direction].Load()))}
		}
		if err != nil {
			close(queue)
			writer.Wait()
			return
		}
	}
}
