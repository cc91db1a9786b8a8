package servers

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// emptyHost is a machine on which nothing is installed.
func emptyHost(t *testing.T) host {
	t.Helper()
	dir := t.TempDir()
	return host{dirs: []string{dir}, debian: filepath.Join(dir, "postgresql"), etc: filepath.Join(dir, "etc"), cache: filepath.Join(dir, "cache"),
		galeraLib: filepath.Join(dir, "galera.so")}
}

// put writes a shell script that stands for a program.
func put(t *testing.T, path, script string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
}

func TestFindNothing(t *testing.T) {
	for _, h := range []host{{}, {dirs: []string{""}}, emptyHost(t)} {
		for _, kind := range Kinds() {
			_, err := h.find(kind)
			var missing *MissingError
			if !errors.As(err, &missing) || missing.Kind != kind || missing.What == "" || missing.ByHand == "" {
				t.Errorf("find(%q) with dirs %q = %v, want a MissingError", kind, h.dirs, err)
			}
		}
	}
}

func TestFindUnknownKind(t *testing.T) {
	if _, err := Find("oracle"); err == nil || !strings.Contains(err.Error(), "mariadb") {
		t.Errorf("Find(oracle) = %v, want an error that names the kinds", err)
	}
}

func TestFindPostgresTakesTheNewest(t *testing.T) {
	h := emptyHost(t)
	for _, v := range []string{"9.6", "15", "9.10", "7"} {
		put(t, filepath.Join(h.debian, v, "bin/initdb"), "")
		put(t, filepath.Join(h.debian, v, "bin/postgres"), "echo 'postgres (PostgreSQL) "+v+" (Debian "+v+"-1)'")
	}
	put(t, filepath.Join(h.debian, "16/bin/psql"), "") // the client alone
	in, err := h.find(Postgres)
	if err != nil || in.Version != "15" {
		t.Errorf("found version %q (%v), want 15", in.Version, err)
	}
}

func TestToolIsTheOneBesideTheServer(t *testing.T) {
	h := emptyHost(t)
	if got := h.tool(Postgres, "pg_dump"); got != "" {
		t.Errorf("on an empty machine tool = %q, want none", got)
	}
	onPath := filepath.Join(h.dirs[0], "pg_dump")
	put(t, onPath, "")
	if got := h.tool(Postgres, "pg_dump"); got != onPath {
		t.Errorf("without a server tool = %q, want %q", got, onPath)
	}
	for _, program := range []string{"initdb", "postgres", "pg_dump"} {
		put(t, filepath.Join(h.debian, "15/bin", program), "echo 'postgres (PostgreSQL) 15'")
	}
	if got, want := h.tool(Postgres, "pg_dump"), filepath.Join(h.debian, "15/bin/pg_dump"); got != want {
		t.Errorf("tool = %q, want %q", got, want)
	}
}

func TestFindPostgresOnPath(t *testing.T) {
	h := emptyHost(t)
	put(t, filepath.Join(h.dirs[0], "initdb"), "")
	put(t, filepath.Join(h.dirs[0], "postgres"), "echo 'postgres (PostgreSQL) 19beta1'")
	in, err := h.find(Postgres)
	if err != nil || in.Version != "19beta1" {
		t.Errorf("found version %q (%v), want 19beta1", in.Version, err)
	}
}

func TestFindMySQLIsNotMariaDB(t *testing.T) {
	h := emptyHost(t)
	put(t, filepath.Join(h.dirs[0], "mysqld"), "echo 'mysqld  Ver 10.11.19-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64 (Debian 12)'")
	var missing *MissingError
	if in, err := h.find(MySQL); !errors.As(err, &missing) {
		t.Errorf("found %+v (%v), want a MissingError", in, err)
	}
	put(t, filepath.Join(h.dirs[0], "mysqld"), "echo '/usr/sbin/mysqld  Ver 8.4.3 for Linux on x86_64 (MySQL Community Server - GPL)'")
	in, err := h.find(MySQL)
	if err != nil || in.Version != "8.4.3" {
		t.Errorf("found version %q (%v), want 8.4.3", in.Version, err)
	}
}

func TestFindCachedMySQL(t *testing.T) {
	h := emptyHost(t)
	partial := filepath.Join(h.cache, mysqlFolder+".partial")
	put(t, filepath.Join(partial, "usr/sbin/mysqld"), "")
	put(t, filepath.Join(partial, "lib64/ld-linux-x86-64.so.2"), `shift 2; echo "$1  Ver 9.7.4-2 for Linux on x86_64 ((Debian))"`)
	put(t, filepath.Join(partial, "usr/lib/x86_64-linux-gnu/libc.so.6"), "")
	var missing *MissingError
	if in, err := h.find(MySQL); !errors.As(err, &missing) {
		t.Errorf("a half-done system is taken for a done one: %+v (%v)", in, err)
	}
	if err := os.Rename(partial, filepath.Join(h.cache, mysqlFolder)); err != nil {
		t.Fatal(err)
	}
	in, err := h.find(MySQL)
	if err != nil || in.Version != "9.7.4-2" {
		t.Errorf("found version %q (%v), want 9.7.4-2", in.Version, err)
	}
}

// A program that is there and broken is not one to install anew.
func TestFindBroken(t *testing.T) {
	h := emptyHost(t)
	put(t, filepath.Join(h.dirs[0], "mariadb-install-db"), "")
	for _, script := range []string{"echo cannot load libfoo >&2; exit 127", "echo nothing of use"} {
		put(t, filepath.Join(h.dirs[0], "mariadbd"), script)
		_, err := h.find(MariaDB)
		var missing *MissingError
		if err == nil || errors.As(err, &missing) {
			t.Errorf("find with a mariadbd that does %q = %v, want an error that is no MissingError", script, err)
		}
	}
}

func TestParseKinds(t *testing.T) {
	for _, test := range []struct {
		list string
		want string
		ok   bool
	}{
		{"", "", true},
		{" , ", "", true},
		{"mysql", "mysql", true},
		{"mysql, postgres,mysql", "mysql postgres", true},
		{"postgresql", "", false},
	} {
		got, err := ParseKinds(test.list)
		if strings.Join(got, " ") != test.want || (err == nil) != test.ok {
			t.Errorf("ParseKinds(%q) = %q, %v; want %q", test.list, got, err, test.want)
		}
	}
}
