package sqlite

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	lib "modernc.org/sqlite/lib"

	"revise/drivers"
)

// defaultWait is how long a session waits for other processes unless its URL says otherwise.
const defaultWait = 10 * time.Second

// settings are what the parameters of a database URL say.
type settings struct {
	flags   int32  // how the file is opened; without OPEN_CREATE it must exist
	journal string // journal_mode; empty leaves the file's own
	wait    time.Duration
	pragmas []string // for every new connection, in SQL
}

// parameters are what a URL may hold, each with the values it takes, or with none listed if a check of its own reads it.
var parameters = map[string][]string{
	"busy_timeout": nil,
	"foreign_keys": {"on", "off"},
	"journal_mode": {"delete", "truncate", "persist", "memory", "wal", "off"},
	"mode":         {"ro", "rw", "rwc"},
	"synchronous":  {"off", "normal", "full", "extra"},
}

func readSettings(params map[string]string) (settings, error) {
	s := settings{flags: lib.SQLITE_OPEN_READWRITE | lib.SQLITE_OPEN_CREATE, wait: defaultWait}
	for _, key := range slices.Sorted(maps.Keys(params)) {
		allowed, known := parameters[key]
		if !known {
			return s, fmt.Errorf("unknown parameter %s in the database URL; known are %s",
				key, strings.Join(slices.Sorted(maps.Keys(parameters)), ", "))
		}
		value := strings.ToLower(params[key])
		if allowed != nil && !slices.Contains(allowed, value) {
			return s, fmt.Errorf("the parameter %s in the database URL must be one of %s", key, strings.Join(allowed, ", "))
		}
		switch key {
		case "busy_timeout":
			wait, err := readWait(value)
			if err != nil {
				return s, err
			}
			s.wait = wait
		case "journal_mode":
			s.journal = value
		case "mode":
			s.flags = map[string]int32{
				"ro":  lib.SQLITE_OPEN_READONLY,
				"rw":  lib.SQLITE_OPEN_READWRITE,
				"rwc": lib.SQLITE_OPEN_READWRITE | lib.SQLITE_OPEN_CREATE,
			}[value]
		default:
			s.pragmas = append(s.pragmas, "PRAGMA "+key+" = "+value)
		}
	}
	return s, nil
}

// readWait reads a Go duration, or a bare number as milliseconds, which is what PRAGMA busy_timeout takes.
func readWait(value string) (time.Duration, error) {
	wait, err := time.ParseDuration(value)
	if ms, errInt := strconv.ParseInt(value, 10, 32); errInt == nil {
		wait, err = time.Duration(ms)*time.Millisecond, nil
	}
	if err != nil || wait < 0 || wait.Milliseconds() > math.MaxInt32 {
		return 0, fmt.Errorf("the parameter busy_timeout in the database URL must be a duration like 10s, or milliseconds")
	}
	return wait, nil
}

// parse reads a database URL and checks its parameters.
func parse(url string) (drivers.Address, error) {
	addr, err := drivers.ParseFile(url)
	if err != nil {
		return drivers.Address{}, err
	}
	if _, err := readSettings(addr.Params); err != nil {
		return drivers.Address{}, err
	}
	return addr, nil
}
