package drivers

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
)

// A Scratch is a database for trials that a driver has made.
type Scratch struct {
	// Addr is where it is. Where Session is set, nothing but that session sees it.
	Addr Address
	// Session is a session on it that Drop closes, where the database is in memory and ends with it; nil elsewhere.
	Session Conn
	// Removed are the names of databases of dead programs that were removed on the way.
	Removed []string
	// Drop removes it, with whatever is in it, and ends sessions that are still on it. It may be called more than once.
	Drop func(ctx context.Context) error
}

// ScratchPrefix begins the names of databases for trials.
const ScratchPrefix = "revise_scratch_"

// ScratchName is the name of a new one.
func ScratchName() string {
	var random [8]byte
	rand.Read(random[:])
	return ScratchPrefix + hex.EncodeToString(random[:])
}

// DropScratches drops databases for trials that dead programs have left, and says which it did. One that the server does not let go is somebody else's, or is
// being dropped by another program just now.
func DropScratches(names []string, drop func(name string) error) (dropped []string, err error) {
	for _, name := range names {
		err := drop(name)
		var server *Error
		switch {
		case err == nil:
			dropped = append(dropped, name)
		case !errors.As(err, &server):
			return dropped, err
		}
	}
	return dropped, nil
}

// An Effect is what a statement did to the tables of a database.
type Effect struct {
	// Locks are what it held at its end, one for each table, view or index, the strongest, of those that it did not make itself. Sorted by table.
	Locks []Lock
	// Rewrites are the tables whose rows were all written anew, of those that were there before it, and Scans those that were read as a whole to check them.
	Rewrites, Scans []string
	// How is the server's own word for how it changes the table: "INSTANT", "INPLACE", "COPY". "" where there is no such thing.
	How string
}

// A Lock is one that a statement took.
type Lock struct {
	Table  string
	Mode   string // the server's word: "ACCESS EXCLUSIVE"
	Blocks string // what others cannot do meanwhile: "reads and writes", "writes", "schema changes"; "" if nothing that matters
}
