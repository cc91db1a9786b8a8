package cli

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"revise/config"
	"revise/drivers/all"
)

// What check --against reads of a commit is what a run reads of its files: folders in folders, links to folders and files, one over another and in circles,
// and what begins with a dot.
func TestCommitAsWorkingTree(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip(err)
	}
	linked := 0
	for seed := range uint64(40) {
		root := t.TempDir()
		rng := rand.New(rand.NewPCG(seed, 1))
		layOut(t, rng, root)
		repository(t, root)
		cfg := &config.Config{}
		for _, folder := range []string{"versions", "modules", "versions/deep", "way"}[:1+rng.IntN(4)] {
			cfg.Revisions = append(cfg.Revisions, config.Folder{Path: filepath.Join(root, folder)})
		}
		p := newProgram(context.Background(), World{Drivers: all.Drivers()})
		g := &git{p: p, dir: root}
		folders, top, err := g.folders(cfg)
		if err != nil {
			t.Fatal(err)
		}
		now, err := p.working(cfg, top)
		if err != nil {
			t.Fatal(err)
		}
		commit, err := g.revisionFiles("HEAD", folders)
		if err != nil {
			t.Fatal(err)
		}
		if !maps.Equal(now, commit) {
			t.Errorf("seed %d: the working tree has\n%v\nthe commit\n%v", seed, now, commit)
		}
		for name := range now {
			if matched, _ := filepath.Match("elsewhere/*", name); matched {
				linked++
			}
		}
	}
	if linked < 10 {
		t.Errorf("only %d files were found by links alone", linked)
	}
}

// layOut makes folders with files, and links among them at random.
func layOut(t *testing.T, rng *rand.Rand, root string) {
	t.Helper()
	dirs := []string{"versions", "versions/deep", "versions/.hidden", "modules", "modules/billing/versions", "elsewhere", "elsewhere/more"}
	for i, dir := range dirs {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o777); err != nil {
			t.Fatal(err)
		}
		for k := range 2 {
			file := filepath.Join(root, dir, fmt.Sprintf("r%d%d.sql", i, k))
			if err := os.WriteFile(file, []byte(r(fmt.Sprintf("r%d%d", i, k), "")), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	link := func(target, name string) {
		if err := os.Symlink(target, filepath.Join(root, name)); err != nil {
			t.Skip(err)
		}
	}
	link("modules/billing", "way")
	for i := range 8 {
		from, to := dirs[rng.IntN(len(dirs))], dirs[rng.IntN(len(dirs))]
		up, err := filepath.Rel(filepath.Join(root, from), filepath.Join(root, to))
		if err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("%s/link%d", from, i)
		file, err := filepath.Glob(filepath.Join(root, to, "r*0.sql"))
		if err != nil {
			t.Fatal(err)
		}
		switch rng.IntN(8) {
		case 0: // to a file, which is no revision by this name
			link(filepath.Join(up, filepath.Base(file[0])), name)
		case 1: // to a file, as another one
			link(filepath.Join(up, filepath.Base(file[0])), name+".sql")
		case 2: // over another link
			over, err := filepath.Rel(filepath.Join(root, from), root)
			if err != nil {
				t.Fatal(err)
			}
			link(over+"/way/../../"+to, name)
		default:
			link(up, name)
		}
	}
}

// repository commits all of a folder.
func repository(t *testing.T, root string) {
	t.Helper()
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	for _, args := range [][]string{{"init", "-q"}, {"add", "-A"}, {"-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "-m", "one"}} {
		if out, err := exec.Command("git", append([]string{"-C", root}, args...)...).CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
}
