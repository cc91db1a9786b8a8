package parser

import "io"

// NewReaderSize is NewReader with a window of another size, so that its ends come at every place.
func NewReaderSize(start Position, src io.Reader, d *Dialect, window int) *Splitter {
	return newReader(start, src, d, window)
}
