//go:build !unix

package servers

import (
	"context"
	"errors"
)

// A Server is a running throwaway server. Here there are none: they need Unix users, signals and process groups. Tests use the
// servers that the environment names.
type Server struct{ URL string }

// Start is an error.
func Start(context.Context, string, ...string) (*Server, error) {
	return nil, errors.New("throwaway servers are started on Unix systems only; name one that runs in the environment")
}

// Stop does nothing.
func (s *Server) Stop() error { return nil }

// Kill does nothing here.
func (s *Server) Kill() error { return nil }

// Restart is not to be had here.
func (s *Server) Restart(context.Context) error { return errors.ErrUnsupported }

// A Pooler is a running PgBouncer. Here there are none.
type Pooler struct{ Port int }

// StartPooler is an error.
func StartPooler(mode, host string, port int, user, password string) (*Pooler, error) {
	return nil, errors.ErrUnsupported
}

// Stop does nothing.
func (p *Pooler) Stop() error { return nil }
