package sqlite

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"strings"
	"syscall"
	"time"

	"github.com/gofrs/flock"

	"revise/drivers"
)

// A session lock is a locked file next to the database, not the database itself, which has to stay open to other programs and to
// SQLite's own locks. The operating system lets go of it when the process dies, in whatever way.

// lockPath is the file behind a lock. Several ledgers in one database have different keys, and so different files.
func (c *conn) lockPath(key string) string {
	sum := sha256.Sum256([]byte(key))
	return fmt.Sprintf("%s-revise-lock-%x", c.path, sum[:4])
}

// TryLock has nothing to ask ahead: no question of SQLite travels.
func (c *conn) TryLock(ctx context.Context, key, _ string) error {
	switch _, held := c.locks[key]; {
	case c.h == nil:
		return errClosed
	case held:
		return fmt.Errorf("this session holds the lock %s already", key)
	case ctx.Err() != nil:
		return fmt.Errorf("cancelled: %w", ctx.Err())
	case c.path == inMemory:
		c.locks[key] = nil // nobody else can reach it
		return nil
	}
	path := c.lockPath(key)
	for range 100 {
		// Others may run as other users: whoever may write the folder may lock.
		file := flock.New(path, flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o666))
		switch got, err := file.TryLock(); {
		case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
			return &drivers.ConnectError{
				Target: "sqlite:" + c.path, Msg: fmt.Sprintf("its folder cannot be written: %v", err), Err: err,
				Hint: fmt.Sprintf("SQLite works with files beside the database, and so does the lock: the folder must be writable for uid %d", os.Getuid()),
			}
		case err != nil:
			return fmt.Errorf("lock %s by a file next to the database: %w", key, err)
		case !got:
			return locked(key, path)
		case same(file, path):
			// For others to read only: that it cannot be written takes nothing from the lock.
			_ = os.WriteFile(path, []byte(c.holderText()), 0o666)
			c.locks[key] = file
			return nil
		}
		// The holder before removed the file after we had opened it. A lock on a file without a name keeps nobody out.
		if err := file.Unlock(); err != nil {
			return fmt.Errorf("lock %s by a file next to the database: %w", key, err)
		}
	}
	return &drivers.LockedError{Key: key}
}

// Holder reads what the holder has written into the lock's file, if that is locked.
func (c *conn) Holder(_ context.Context, key string) (*drivers.LockedError, error) {
	if _, ours := c.locks[key]; c.path == inMemory && !ours {
		return nil, nil
	}
	path := c.lockPath(key)
	if _, err := os.Stat(path); err != nil {
		return nil, nil
	}
	file := flock.New(path, flock.SetFlag(os.O_RDWR))
	got, err := file.TryRLock()
	switch {
	case err != nil && errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("look at the lock %s: %w", key, err)
	case got:
		return nil, file.Unlock()
	}
	return locked(key, path), nil
}

// locked says who holds the lock, and how to end that process, where it is on this machine.
func locked(key, path string) *drivers.LockedError {
	e := &drivers.LockedError{Key: key, Holder: holder(path)}
	var pid int
	if _, err := fmt.Sscanf(e.Holder, "pid %d,", &pid); err == nil {
		if host, err := os.Hostname(); err == nil && strings.Contains(e.Holder, ", on "+host+",") {
			e.End = fmt.Sprintf("kill %d", pid)
		}
	}
	return e
}

func (c *conn) Unlock(_ context.Context, key string) error {
	if _, held := c.locks[key]; !held {
		return fmt.Errorf("this session does not hold the lock %s", key)
	}
	return c.unlock(key)
}

// unlock removes the file while it is still locked, so that whoever opened it before sees by its missing name that it is over. Windows
// does not remove an open file; there it stays, unlocked.
func (c *conn) unlock(key string) error {
	file := c.locks[key]
	delete(c.locks, key)
	if file == nil {
		return nil
	}
	if same(file, file.Path()) {
		_ = os.Remove(file.Path())
	}
	if err := file.Unlock(); err != nil {
		return fmt.Errorf("unlock %s: %w", key, err)
	}
	return nil
}

// same tells whether path still names the file that is locked.
func same(file *flock.Flock, path string) bool {
	mine, err := file.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(path)
	return err == nil && os.SameFile(mine, named)
}

func (c *conn) holderText() string {
	words := []string{fmt.Sprintf("pid %d", os.Getpid())}
	if u, err := user.Current(); err == nil {
		words = append(words, "user "+u.Username)
	}
	if host, err := os.Hostname(); err == nil {
		words = append(words, "on "+host)
	}
	if c.app != "" {
		words = append(words, c.app)
	}
	return strings.Join(append(words, "since "+time.Now().UTC().Format(time.RFC3339)), ", ") + "\n"
}

// holder reads what the holder of a lock wrote about itself, or nothing if it has not done so yet or is gone by now.
func holder(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return line
}
