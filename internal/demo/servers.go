package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
)

// Options configures [Start].
type Options struct {
	// Logger hears of the servers' life. Nil discards.
	Logger *slog.Logger
	// Addresses are the host:port to listen on, by kind. A kind that is not
	// named gets a free port of 127.0.0.1.
	Addresses map[Kind]string
}

// Servers are the example servers, run in this process. Its methods may be
// called from any goroutine.
type Servers struct {
	log *slog.Logger

	mu      sync.Mutex
	entries []*entry
}

// entry is one example server, running or not. Its address stays the same.
type entry struct {
	example Example
	addr    string
	// running is nil while the server is stopped.
	running *running
}

// Start starts all example servers. The context bounds only the start; the
// servers run until [Servers.Close].
func Start(ctx context.Context, o Options) (*Servers, error) {
	s := &Servers{log: orDiscard(o.Logger)}
	for _, k := range Kinds() {
		addr := o.Addresses[k]
		if addr == "" {
			addr = "127.0.0.1:0"
		}
		e := &entry{example: Example{Kind: k}, addr: addr}
		if err := e.start(ctx, s.log); err != nil {
			return nil, errors.Join(err, s.Close(ctx))
		}
		e.example = k.example("http://" + e.addr)
		s.entries = append(s.entries, e)
	}
	return s, nil
}

// start listens on the entry's address, which from then on names its port.
func (e *entry) start(ctx context.Context, log *slog.Logger) error {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", e.addr)
	if err != nil {
		return fmt.Errorf("start the example server %s: %w", e.example.Kind, err)
	}
	e.addr = l.Addr().String()
	e.running, err = run(e.example.Kind, l, log)
	if err == nil {
		log.InfoContext(ctx, "example server listens", "server", e.example.Kind, "address", e.addr)
	}
	return err
}

// List describes the servers in the order of [Kinds], stopped ones among them.
func (s *Servers) List() []Example {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Example, len(s.entries))
	for i, e := range s.entries {
		list[i] = e.example
	}
	return list
}

// Stop kills the server registered at path, such as "/weather": its
// connections break off and its port refuses new ones. Stopping one that is
// stopped does nothing.
func (s *Servers) Stop(path string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.at(path)
	if err != nil || e.running == nil {
		return err
	}
	e.running.kill()
	e.running = nil
	s.log.Info("example server stopped", "server", e.example.Kind)
	return nil
}

// Start starts the server registered at path again, on the port it had. It
// fails if the port has been taken meanwhile. Starting one that runs does
// nothing.
func (s *Servers) Start(ctx context.Context, path string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.at(path)
	if err != nil || e.running != nil {
		return err
	}
	return e.start(ctx, s.log)
}

func (s *Servers) at(path string) (*entry, error) {
	for _, e := range s.entries {
		if e.example.Path == path {
			return e, nil
		}
	}
	return nil, fmt.Errorf("no example server has the path %q: use /%s or /%s", path, Weather, Fininfo)
}

// Close stops all servers. Requests under way may finish until ctx is done.
func (s *Servers) Close(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, e := range s.entries {
		if e.running != nil {
			errs = append(errs, e.running.stop(ctx))
			e.running = nil
		}
	}
	return errors.Join(errs...)
}
