package drivers

import (
	"context"
	"strings"
	"sync"
	"time"
	"unicode"
)

// A BlockerWatch finds out whom a session waits for, while it waits: behind the failure nobody can tell. It is for drivers, who give it a way to ask over a
// second connection.
type BlockerWatch struct {
	ask      func(ctx context.Context) ([]Blocker, error)
	progress func() int64 // another number each time that the session has got an answer
	half     time.Duration
	cancel   context.CancelFunc
	left     chan struct{}

	mu    sync.Mutex
	found []Blocker
	at    int64 // progress, when they were found
}

// ShortestLockTimeout is the shortest time that a statement of some batches may wait for locks; zero if none of them has a limit.
func ShortestLockTimeout(batches []Batch) time.Duration {
	limit := time.Duration(0)
	for _, b := range batches {
		if b.LockTimeout > 0 && (limit == 0 || b.LockTimeout < limit) {
			limit = b.LockTimeout
		}
	}
	return limit
}

// WatchBlockers begins to watch a session whose statements wait for locks for up to limit. Until one has waited for half of it, nothing is asked; what ask
// holds open then is closed by end. ask is called on a goroutine of its own, and no more when Stop has returned.
func WatchBlockers(limit time.Duration, progress func() int64, ask func(ctx context.Context) ([]Blocker, error), end func()) *BlockerWatch {
	ctx, cancel := context.WithCancel(context.Background())
	w := &BlockerWatch{ask: ask, progress: progress, half: max(limit/2, 50*time.Millisecond), cancel: cancel, left: make(chan struct{})}
	go func() {
		defer close(w.left)
		defer end()
		w.watch(ctx)
	}()
	return w
}

func (w *BlockerWatch) watch(ctx context.Context) {
	// A look in a third of the time still comes before the limit, wherever in between the waiting began.
	t := time.NewTicker(max(w.half/3, 20*time.Millisecond))
	defer t.Stop()
	seen, since := w.progress(), time.Now()
	for failures := 0; failures < 3; {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		now := w.progress()
		if now != seen {
			seen, since = now, time.Now()
			continue
		}
		if time.Since(since) < w.half {
			continue
		}
		within, cancel := context.WithTimeout(ctx, max(w.half, time.Second))
		found, err := w.ask(within)
		cancel()
		if err != nil {
			failures++
			continue
		}
		if len(found) > 0 {
			w.mu.Lock()
			w.found, w.at = found, seen
			w.mu.Unlock()
		}
	}
}

// Stop ends the watch, and returns the sessions that the one that is watched waited for last, if it has got no answer since.
func (w *BlockerWatch) Stop(answered int64) []Blocker {
	w.cancel()
	<-w.left
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.at != answered {
		return nil
	}
	return w.found
}

// maxBlockerQuery is how much of a blocker's query is kept, in characters.
const maxBlockerQuery = 200

// BlockerQuery is a query of somebody else as it may be shown: in one line, not too long, and without the password that it may set.
func BlockerQuery(text string) string {
	words := strings.Fields(text)
	if lower := strings.ToLower(text); strings.Contains(lower, "identified") || strings.Contains(lower, "password") {
		return strings.Join(append(words[:min(2, len(words))], "…"), " ")
	}
	line := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(strings.Join(words, " "), "?"))
	n := 0
	for i := range line {
		if n++; n > maxBlockerQuery {
			return line[:i] + "…"
		}
	}
	return line
}

// String names a blocker in one line.
func (b Blocker) String() string {
	var parts []string
	add := func(word, text string) {
		if text != "" {
			parts = append(parts, word+text)
		}
	}
	add("", b.Session)
	add("user ", b.User)
	add("from ", b.From)
	add("as ", b.App)
	state := b.State
	if b.Age > 0 {
		state = strings.TrimSpace(state + " for " + b.Age.Round(time.Second).String())
	}
	add("", state)
	line := strings.Join(parts, ", ")
	if b.Query != "" {
		line += ": " + b.Query
	}
	return line
}
