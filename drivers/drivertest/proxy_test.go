package drivertest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"testing"
	"time"
)

// echo starts a server that answers every line with itself.
func echo(t *testing.T) string {
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
			go func() { io.Copy(c, c); c.Close() }()
		}
	}()
	return l.Addr().String()
}

func dial(t *testing.T, addr string) (net.Conn, *bufio.Reader) {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c, bufio.NewReader(c)
}

func TestProxyCounts(t *testing.T) {
	p := NewProxy(t, echo(t))
	for i := range 2 {
		c, in := dial(t, p.Addr())
		for n := range 10 {
			fmt.Fprintf(c, "line %d\n", n)
			if line, err := in.ReadString('\n'); err != nil || line != fmt.Sprintf("line %d\n", n) {
				t.Fatalf("got %q, %v", line, err)
			}
		}
		if got, want := p.RoundTrips(), 10*(i+1); got != want {
			t.Errorf("%d round trips, want %d", got, want)
		}
	}
}

func TestProxyDelays(t *testing.T) {
	p := NewProxy(t, echo(t))
	c, in := dial(t, p.Addr())
	p.Delay(30*time.Millisecond, 50*time.Millisecond)
	start := time.Now()
	for n := range 20 { // all at once: the delays do not add up
		fmt.Fprintf(c, "line %d\n", n)
	}
	for n := range 20 {
		if line, err := in.ReadString('\n'); err != nil || line != fmt.Sprintf("line %d\n", n) {
			t.Fatalf("got %q, %v", line, err)
		}
	}
	if took := time.Since(start); took < 80*time.Millisecond || took > 800*time.Millisecond {
		t.Errorf("took %v, want a little more than 80ms", took)
	}
}

func TestProxyCutsAndRefuses(t *testing.T) {
	p := NewProxy(t, echo(t))
	c, in := dial(t, p.Addr())
	fmt.Fprintln(c, "there")
	if _, err := in.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	p.Cut()
	if _, err := in.ReadString('\n'); err == nil {
		t.Error("a cut connection gives a line")
	}
	c, in = dial(t, p.Addr())
	fmt.Fprintln(c, "again")
	if _, err := in.ReadString('\n'); err != nil {
		t.Errorf("a new connection: %v", err)
	}
	p.Refuse()
	if c, err := net.Dial("tcp", p.Addr()); err == nil {
		c.Close()
		t.Error("a connection was let through")
	}
	fmt.Fprintln(c, "still there")
	if _, err := in.ReadString('\n'); err != nil {
		t.Errorf("the connection that was there: %v", err)
	}
	p.Close()
	p.Close()
	if _, err := in.ReadString('\n'); err == nil {
		t.Error("a closed proxy gives a line")
	}
}

// TestProxyPassesTheEnd sees that a server's last words arrive although it closes at once.
func TestProxyPassesTheEnd(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		c, err := l.Accept()
		if err == nil {
			bufio.NewReader(c).ReadString('\n')
			fmt.Fprint(c, "good bye")
			c.Close()
		}
	}()
	p := NewProxy(t, l.Addr().String())
	p.Delay(0, 20*time.Millisecond)
	c, in := dial(t, p.Addr())
	fmt.Fprintln(c, "hello")
	if text, err := io.ReadAll(in); err != nil || string(text) != "good bye" {
		t.Errorf("got %q, %v", text, err)
	}
}
