package runner_test

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"revise/drivers/all"
	"revise/runner"
)

// BenchmarkLoad reads, parses and links a folder of 10,000 files of about 2 KB: go test -run - -bench Load -benchtime 20x ./runner
func BenchmarkLoad(b *testing.B) {
	const files = 10_000
	dir := b.TempDir()
	body := strings.Repeat("INSERT INTO things (name, price) VALUES ('a thing with a name', 12.5);\n", 12)
	for i := range files {
		id, parent := fmt.Sprintf("r%05d", i), ""
		if i > 0 {
			parent = fmt.Sprintf("r%05d", i-1)
		}
		text := fmt.Sprintf("-- revision: %s\n-- revises: %s\n-- message: number %d\n-- created: 2026-01-02T03:04:05Z\n\n-- +upgrade\n%s\n-- +downgrade\n%s", id, parent, i, body, body)
		if err := os.WriteFile(filepath.Join(dir, id+"_number.sql"), []byte(text), 0o666); err != nil {
			b.Fatal(err)
		}
	}
	dialects := all.Drivers().Dialects()
	b.ReportAllocs()
	for b.Loop() {
		c, err := runner.Load(runner.Folder(dir), "versions", dialects)
		if err != nil || c.Len() != files {
			b.Fatal(err)
		}
	}
}

// brokenFS gives files that break off one byte before their end, as those of an archive may.
type brokenFS struct{ fstest.MapFS }

func (b brokenFS) Open(name string) (fs.File, error) {
	f, err := b.MapFS.Open(name)
	if file := b.MapFS[name]; file != nil && err == nil {
		return &brokenFile{f, len(file.Data) - 1}, nil
	}
	return f, err
}

// A brokenFile can only be read from its start.
type brokenFile struct {
	fs.File
	left int
}

func (f *brokenFile) Read(p []byte) (int, error) {
	if f.left == 0 {
		return 0, io.ErrUnexpectedEOF
	}
	n, err := f.File.Read(p[:min(len(p), f.left)])
	f.left -= n
	return n, err
}

// What breaks off is not taken for a shorter file.
func TestLoadOfBrokenFiles(t *testing.T) {
	const head = "-- revision: a1\n-- +upgrade\nSELECT 1;\n"
	for name, text := range map[string]string{"held": head, "large": head + strings.Repeat("SELECT 2;\n", 10_000)} {
		_, err := runner.Load(brokenFS{fstest.MapFS{name + ".sql": {Data: []byte(text)}}}, "", all.Drivers().Dialects())
		if err == nil || !strings.Contains(err.Error(), io.ErrUnexpectedEOF.Error()) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
