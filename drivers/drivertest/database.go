package drivertest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"strings"
	"testing"

	"revise/drivers"
)

// Database makes an empty database on the server of a URL, and drops it when the test ends. options stand behind its name in CREATE DATABASE.
func Database(t testing.TB, d drivers.Driver, url string, options ...string) drivers.Address {
	t.Helper()
	server, err := d.Parse(url)
	if err != nil {
		t.Fatal(err)
	}
	var random [6]byte
	rand.Read(random[:])
	addr := server
	addr.Name = "ct" + hex.EncodeToString(random[:])
	admin := func(sql string) {
		t.Helper()
		c, err := d.Open(context.Background(), server, drivers.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close(context.Background())
		if _, err := c.Query(context.Background(), sql); err != nil {
			t.Errorf("%s: %v", sql, err)
		}
	}
	drop := "DROP DATABASE " + addr.Name
	if d.Name() == "postgres" {
		drop += " WITH (FORCE)"
	}
	admin(strings.Join(append([]string{"CREATE DATABASE", addr.Name}, options...), " "))
	t.Cleanup(func() { admin(drop) })
	return addr
}
