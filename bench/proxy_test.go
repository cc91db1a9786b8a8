package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"testing"
	"time"
)

// serve starts a server that hands each connection to a function.
func serve(t *testing.T, f func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				f(c)
			}()
		}
	}()
	return l.Addr().String()
}

func echo(c net.Conn) { io.Copy(c, c) }

// through connects to a server through a proxy.
func through(t *testing.T, server string, delay time.Duration) (*proxy, net.Conn, *bufio.Reader) {
	t.Helper()
	p, err := newProxy(server, delay)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.close)
	c, in := dial(t, p)
	return p, c, in
}

func dial(t *testing.T, p *proxy) (net.Conn, *bufio.Reader) {
	t.Helper()
	c, err := net.Dial("tcp", p.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	return c, bufio.NewReader(c)
}

func say(t *testing.T, c net.Conn, line string) {
	t.Helper()
	if _, err := fmt.Fprintln(c, line); err != nil {
		t.Fatal(err)
	}
}

func hear(t *testing.T, in *bufio.Reader, want string) {
	t.Helper()
	if got, err := in.ReadString('\n'); err != nil || got != want+"\n" {
		t.Fatalf("heard %q, %v; want %q", got, err, want)
	}
}

func wantTrips(t *testing.T, p *proxy, want int) {
	t.Helper()
	if got := p.take(); got != want {
		t.Errorf("%d round trips, want %d", got, want)
	}
}

func TestProxyCountsWhoWaits(t *testing.T) {
	p, c, in := through(t, serve(t, echo), 0)
	for i := range 10 {
		say(t, c, fmt.Sprint(i))
		hear(t, in, fmt.Sprint(i))
	}
	wantTrips(t, p, 10)
	wantTrips(t, p, 0) // taken already
	say(t, c, "again")
	hear(t, in, "again")
	wantTrips(t, p, 1)
	other, otherIn := dial(t, p)
	say(t, other, "another connection")
	hear(t, otherIn, "another connection")
	wantTrips(t, p, 1)
}

// What is sent without waiting is one, in however many pieces it goes and comes.
func TestProxyCountsWhoDoesNotWaitOnce(t *testing.T) {
	p, c, in := through(t, serve(t, echo), 20*time.Millisecond)
	for i := range 50 {
		say(t, c, fmt.Sprint(i))
	}
	for i := range 50 {
		hear(t, in, fmt.Sprint(i))
	}
	wantTrips(t, p, 1)
}

// A piece that is sent while an answer is still on its way does not follow from it.
func TestProxyCountsWhatFollows(t *testing.T) {
	answered := make(chan bool)
	p, c, in := through(t, serve(t, func(c net.Conn) {
		lines := bufio.NewReader(c)
		for range 3 {
			line, _ := lines.ReadString('\n')
			io.WriteString(c, line)
			answered <- true
		}
	}), 50*time.Millisecond)
	say(t, c, "first")
	<-answered // and on its way for 50 ms
	say(t, c, "second")
	hear(t, in, "first")
	<-answered
	hear(t, in, "second")
	wantTrips(t, p, 1)
	say(t, c, "third")
	<-answered
	hear(t, in, "third")
	wantTrips(t, p, 1)
}

// A server that greets first, as MySQL does, makes no round trip of it.
func TestProxyGreeting(t *testing.T) {
	p, c, in := through(t, serve(t, func(c net.Conn) {
		fmt.Fprintln(c, "welcome")
		echo(c)
	}), 0)
	hear(t, in, "welcome")
	wantTrips(t, p, 0)
	say(t, c, "hello")
	hear(t, in, "hello")
	wantTrips(t, p, 1)
}

func TestProxyDelaysBothWays(t *testing.T) {
	_, c, in := through(t, serve(t, echo), 30*time.Millisecond)
	start := time.Now()
	say(t, c, "there and back")
	hear(t, in, "there and back")
	if took := time.Since(start); took < 60*time.Millisecond {
		t.Errorf("took %v, want 60ms at least", took)
	}
}

func TestProxyPassesTheEnd(t *testing.T) {
	p, c, in := through(t, serve(t, func(c net.Conn) {
		bufio.NewReader(c).ReadString('\n')
		fmt.Fprint(c, "good bye")
	}), time.Millisecond)
	say(t, c, "hello")
	if text, err := io.ReadAll(in); err != nil || string(text) != "good bye" {
		t.Errorf("heard %q, %v", text, err)
	}
	p.close()
	p.close()
	if _, err := net.Dial("tcp", p.listener.Addr().String()); err == nil {
		t.Error("a closed proxy lets connections in")
	}
}
