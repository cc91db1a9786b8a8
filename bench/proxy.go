package main

import (
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// A proxy stands between clients and a server. It holds back what passes for a time in each direction, and counts round trips.
//
// What is counted is the longest chain of cause and effect: a piece from the client counts one more than the last piece of the server that had reached
// the client by then, and a piece from the server as much as the last of the client's that had reached the server. So a client that waits for
// each answer is counted once for each, one that sends everything at once is counted once, and answers that come while it still sends do not
// count before they have arrived.
type proxy struct {
	listener net.Listener
	target   string
	delay    time.Duration
	trips    atomic.Int64

	mu     sync.Mutex
	conns  map[net.Conn]bool
	closed bool
	wg     sync.WaitGroup
}

func newProxy(target string, delay time.Duration) (*proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &proxy{listener: l, target: target, delay: delay, conns: map[net.Conn]bool{}}
	p.wg.Go(p.accept)
	return p, nil
}

func (p *proxy) port() int { return p.listener.Addr().(*net.TCPAddr).Port }

// take returns the round trips since it was last called: those of all connections together.
func (p *proxy) take() int { return int(p.trips.Swap(0)) }

func (p *proxy) close() {
	p.mu.Lock()
	p.closed = true
	for c := range p.conns {
		c.Close()
	}
	p.mu.Unlock()
	p.listener.Close()
	p.wg.Wait()
}

func (p *proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.wg.Go(func() { p.serve(client) })
	}
}

func (p *proxy) serve(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	defer server.Close()
	if !p.keep(client, server) {
		return
	}
	defer p.forget(client, server)
	var atServer, atClient, counted atomic.Int64 // what the last piece that arrived there counts; the highest so far
	var both sync.WaitGroup
	both.Go(func() {
		p.pass(client, server, func() int64 {
			n := atClient.Load() + 1
			if n > counted.Load() { // only this goroutine writes it
				counted.Store(n)
				p.trips.Add(1)
			}
			return n
		}, &atServer)
	})
	both.Go(func() { p.pass(server, client, atServer.Load, &atClient) })
	both.Wait()
}

func (p *proxy) keep(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		p.conns[c] = true
	}
	return !p.closed
}

func (p *proxy) forget(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		delete(p.conns, c)
	}
}

// A piece is what was read at once.
type piece struct {
	data  []byte
	due   time.Time
	count int64
}

// pass hands on what comes from one side until it ends, then lets the other side know that nothing more comes.
func (p *proxy) pass(from, to net.Conn, count func() int64, arrived *atomic.Int64) {
	queue := make(chan piece, 1024)
	var writer sync.WaitGroup
	writer.Go(func() {
		for c := range queue {
			time.Sleep(time.Until(c.due))
			arrived.Store(c.count) // before the writing: the other side may answer at once
			if _, err := to.Write(c.data); err != nil {
				from.Close() // ends the reading, and so the queue
			}
		}
		to.(*net.TCPConn).CloseWrite()
	})
	defer writer.Wait()
	defer close(queue)
	buf := make([]byte, 256<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 {
			queue <- piece{append([]byte(nil), buf[:n]...), time.Now().Add(p.delay), count()}
		}
		if err != nil {
			return
		}
	}
}
