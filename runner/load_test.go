package runner_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

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
