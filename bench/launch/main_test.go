//go:build unix

package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"testing"
)

const mainVariable = "REVISE_TEST_LAUNCH_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(mainVariable) != "" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestUsage(t *testing.T) {
	for script, want := range map[string]int{"exit 0": 0, "exit 7": 7, "kill -s KILL $$": 137} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(os.Args[0], "/bin/sh", "-c", script)
		cmd.Env = append(os.Environ(), mainVariable+"=1")
		cmd.ExtraFiles = []*os.File{w}
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		w.Close()
		var u Usage
		if err := json.NewDecoder(r).Decode(&u); err != nil {
			t.Fatal(err)
		}
		if u.Exit != want || u.Wall <= 0 || u.MaxRSS < 100<<10 {
			t.Errorf("%s: %+v, want exit code %d, a time and a peak", script, u, want)
		}
		r.Close()
	}
}
