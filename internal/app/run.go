package app

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// How long the parts of an orderly end may take. Together they stay below the
// ten seconds that container engines wait before they kill.
const (
	finishTimeout = 6 * time.Second // Requests that are being handled.
	settleTimeout = 3 * time.Second // Each: the actors with their last writes, and closing.
)

// What is done now and then.
const (
	purgeEvery    = 10 * time.Minute // Expired sessions are forgotten.
	writeUseEvery = time.Minute      // The last use of tokens is stored.
)

// Run serves until ctx ends, and then closes in order: requests finish, sockets
// get a close frame, state is on disk. It returns nil after a clean end.
func (a *App) Run(ctx context.Context) error {
	a.log.Info("listening", "url", a.URL())
	a.tellOfGateway(ctx)
	if url := a.DebugURL(); url != "" {
		a.log.Info("profiles are served", "url", url)
	}
	alive, stop := context.WithCancel(context.WithoutCancel(ctx))
	var background sync.WaitGroup
	background.Go(func() { a.purgeSessions(alive) })
	background.Go(func() { a.writeTokenUse(alive) })
	failed := make(chan error, 4)
	for _, e := range a.endpoints() {
		go func() { failed <- e.serve() }() //nolint:contextcheck // Requests have contexts of their own.
	}
	go func() { failed <- a.control.serve() }()

	var err error
	select {
	case <-ctx.Done():
		a.log.Info("stopping", "why", context.Cause(ctx))
	case err = <-failed:
	}
	stop()
	background.Wait()
	return errors.Join(err, a.stop(context.WithoutCancel(ctx)))
}

// tellOfGateway logs where services are reached, if that is elsewhere, and warns
// if everybody may call them.
func (a *App) tellOfGateway(ctx context.Context) {
	if a.gateway != nil {
		a.log.Info("services are served apart", "url", a.GatewayURL())
	}
	if !a.openGateway {
		return
	}
	level, whom := slog.LevelWarn, "every program on this machine"
	if !a.gatewayLoopback {
		level, whom = slog.LevelError, "everybody who reaches the address"
	}
	a.log.Log(ctx, level, "--gateway-auth=none: services can be called without a token", "by", whom, "url", a.GatewayURL())
}

// stop lets the requests finish, ends the actors, which end the sockets, waits
// for those, and closes the rest. Each step has time of its own: a caller that
// never ends its request must not take it from the others, nor does it make
// the end an unclean one.
func (a *App) stop(ctx context.Context) error {
	within := func(limit time.Duration, step func(context.Context) error) error {
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		return step(ctx)
	}
	_ = within(finishTimeout, func(ctx context.Context) error {
		var stopping sync.WaitGroup
		for _, e := range a.endpoints() {
			stopping.Go(func() { e.stop(ctx, a.log) })
		}
		stopping.Wait()
		return nil
	})
	err := within(settleTimeout, a.system.Close)
	_ = within(settleTimeout, func(ctx context.Context) error { a.edge.DrainSockets(ctx); return nil })
	return errors.Join(err, within(settleTimeout, a.Close))
}

// purgeSessions forgets expired sessions now and then, until ctx ends.
func (a *App) purgeSessions(ctx context.Context) {
	ticker := time.NewTicker(purgeEvery)
	defer ticker.Stop()
	for {
		if err := a.store.PurgeExpiredSessions(ctx, time.Now()); err != nil && ctx.Err() == nil {
			a.log.Warn("expired sessions could not be forgotten", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// writeTokenUse stores the last use of tokens now and then, until ctx ends; what
// came after that is stored by Close.
func (a *App) writeTokenUse(ctx context.Context) {
	ticker := time.NewTicker(writeUseEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if err := a.tokens.WriteUse(ctx); err != nil && ctx.Err() == nil {
			a.log.Warn("the last use of tokens could not be stored", "error", err)
		}
	}
}
