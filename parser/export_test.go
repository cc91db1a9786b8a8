package parser

import "io"

// Windows of another size let their ends come at every place.

func NewReaderSize(start Position, src io.Reader, d *Dialect, window int) *Splitter {
	return newReader(start, src, d, window)
}

func ParseFileSize(name string, src Source, dialects []string, window int) (*Revision, error) {
	return parseFile(name, src, dialects, window)
}

func (s *Section) SplitterSize(d *Dialect, window int) *Splitter { return s.splitter(d, window) }
