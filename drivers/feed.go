package drivers

// A Feed hands out the statements of a Batch one by one, however many there are, and holds no more of them than it has to. It is
// how a driver reads a batch.
type Feed struct {
	batch *Batch
	list  []Statement // those from number first on, as far as they were asked for
	first int
	ended bool // More has no more
	tail  int  // the number of the first of Tail, once ended
	err   error
}

// Feed starts at the first statement. A batch can be read once.
func (b *Batch) Feed() *Feed {
	return &Feed{batch: b, list: b.Statements[:len(b.Statements):len(b.Statements)]}
}

// At returns statement n, nil behind the last; clean says that the session is to be made clean before it: it is the first of the batch's Tail, or
// says so itself. n is not before what was forgotten. An error is that of More, and stays.
func (f *Feed) At(n int) (s *Statement, clean bool, err error) {
	for n-f.first >= len(f.list) && !f.ended && f.err == nil {
		f.load()
	}
	switch {
	case n-f.first < len(f.list):
		s = &f.list[n-f.first]
		return s, s.Clean || f.ended && n == f.tail, nil
	case f.err != nil:
		return nil, false, f.err
	}
	return nil, false, nil
}

// Tail reports whether statement n, to which At was asked, is one of the batch's Tail.
func (f *Feed) Tail(n int) bool { return f.ended && n >= f.tail }

// load takes what comes next.
func (f *Feed) load() {
	var more []Statement
	if f.batch.More != nil {
		if more, f.err = f.batch.More(); f.err != nil {
			return
		}
	}
	if len(more) == 0 {
		f.ended = true
		f.tail = f.first + len(f.list)
		more = f.batch.Tail
	}
	if len(f.list) == 0 {
		f.list = more[:len(more):len(more)] // not ours to append to
		return
	}
	f.list = append(f.list, more...)
}

// Forget lets go of the statements before n. Pointers to them stay good.
func (f *Feed) Forget(n int) {
	if n = min(n-f.first, len(f.list)); n > 0 {
		f.list = f.list[n:]
		f.first += n
	}
}
