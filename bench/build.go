//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"revise/drivers/drivertest/servers"
)

// A peer is a program of others that Go builds, in a version that is named here.
type peer struct {
	name, pkg, version, tags string
	contender                func(program string) contender
}

func peers() []peer {
	return []peer{
		{"goose", "github.com/pressly/goose/v3/cmd/goose", "v3.30.0", "", goose},
		{"golang-migrate", "github.com/golang-migrate/migrate/v4/cmd/migrate", "v4.20.1", "pgx5,mysql,sqlite", golangMigrate},
		{"tern", "github.com/jackc/tern/v2", "v2.3.4", "", tern},
		{"sql-migrate", "github.com/rubenv/sql-migrate/sql-migrate", "v1.8.1", "", sqlMigrate},
		{"dbmate", "github.com/amacneil/dbmate/v2", "v2.28.0", "", dbmate},
	}
}

// buildLimit is how long building one program may take, with fetching what it needs.
const buildLimit = 15 * time.Minute

// releaseFlags are those of a release.
func releaseFlags() []string { return []string{"-trimpath", "-ldflags=-s -w"} }

// goBuild builds one of our own packages into a file.
func goBuild(ctx context.Context, dir, pkg, to string) error {
	ctx, cancel := context.WithTimeout(ctx, buildLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", append(append([]string{"build"}, releaseFlags()...), "-o", to, pkg)...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w: %s", pkg, err, out)
	}
	return nil
}

// install builds a peer into the cache, unless it is there, and returns its program.
func (p peer) install(ctx context.Context, cache string) (string, error) {
	dir := filepath.Join(cache, fmt.Sprintf("%s-%s-%s-%s", p.name, p.version, runtime.Version(), runtime.GOARCH))
	if found := onlyFile(dir); found != "" {
		return found, nil
	}
	ctx, cancel := context.WithTimeout(ctx, buildLimit)
	defer cancel()
	args := append(append([]string{"install"}, releaseFlags()...), "-tags="+p.tags, p.pkg+"@"+p.version)
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir, cmd.Env = os.TempDir(), append(os.Environ(), "GOBIN="+dir)
	out, err := cmd.CombinedOutput()
	if found := onlyFile(dir); err == nil && found != "" {
		return found, nil
	}
	return "", errors.New(reason(string(out), err))
}

// reason is why a build failed: the line that says what a proxy answered, if there is one, else the last.
func reason(out string, err error) string {
	for line := range strings.Lines(out) {
		if strings.Contains(line, "Forbidden") {
			return "the module proxy refuses it (403)"
		}
	}
	if err == nil {
		return "go install left no program"
	}
	return fmt.Sprintf("go install: %v: %s", err, lastLine(out))
}

// onlyFile returns the one file of a folder, "" if there is none.
func onlyFile(dir string) string {
	entries, _ := os.ReadDir(dir)
	if len(entries) != 1 {
		return ""
	}
	return filepath.Join(dir, entries[0].Name())
}

// debianPackages are Alembic and sqitch, and what lets them reach the databases.
func debianPackages() []string {
	return []string{"alembic", "python3-psycopg2", "python3-pymysql", "sqitch", "libdbd-pg-perl", "libdbd-mysql-perl", "libdbd-sqlite3-perl"}
}

// fromDebian returns a program on PATH, which it installs if it is not there.
func fromDebian(ctx context.Context, name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	ctx, cancel := context.WithTimeout(ctx, buildLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "apt-get", append([]string{"install", "-y", "-qq", "--no-install-recommends"}, debianPackages()...)...)
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("apt-get install: %w: %s", err, lastLine(string(out)))
	}
	return exec.LookPath(name)
}

// client finds the bare client of a kind of database.
func client(kind string) (program []string, err error) {
	var missing absent
	done := make(chan struct{})
	go func() { // Skipf ends the goroutine
		defer close(done)
		if kind == sqliteKind {
			program = []string{servers.Shell(&missing)}
		} else {
			program = servers.Client(&missing, kind)
		}
	}()
	<-done
	return program, missing.err
}

// absent is told by package servers that a program is not there.
type absent struct{ err error }

func (a *absent) Helper() {}

func (a *absent) Skipf(format string, args ...any) {
	a.err = fmt.Errorf(format, args...)
	runtime.Goexit()
}

func (a *absent) Fatalf(format string, args ...any) { a.Skipf(format, args...) }
