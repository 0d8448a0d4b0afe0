package main

import (
	"fmt"
	"net/http"
	"os"
	"time"
)

// roleArgument is the first argument of this program where it plays a part in
// the benchmark instead of running it. The role and its arguments follow.
const roleArgument = "role"

// play is the process of a role until a signal ends it.
func play(role string, args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("the role %q wants an address", role)
	}
	address, args := args[0], args[1:]
	switch role {
	case "upstream":
		return playUpstream(address)
	case "gorilla":
		return serve(address, gorillaFanOut())
	case "melody":
		return serve(address, melodyFanOut())
	case "sockets":
		return serve(address, newSockets())
	case "mcp":
		return serve(address, mcpServer())
	case "reverseproxy":
		return serveMade(address)(reverseProxy(args))
	case "memory":
		return serveMade(address)(memory(args))
	}
	return fmt.Errorf("there is no role %q", role)
}

// serveMade serves a handler at the address, unless making it failed.
func serveMade(address string) func(http.Handler, error) error {
	return func(h http.Handler, err error) error {
		if err != nil {
			return err
		}
		return serve(address, h)
	}
}

// serve serves until the process ends.
func serve(address string, h http.Handler) error {
	server := &http.Server{Addr: address, Handler: h, ReadHeaderTimeout: time.Minute}
	return server.ListenAndServe()
}

// role starts a copy of this program in a role, and is where it listens.
func (b *bench) role(role string, args ...string) (p *process, address string, err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, "", err
	}
	if address, err = freeAddress(); err != nil {
		return nil, "", err
	}
	if p, err = b.start(role, nil, self, append([]string{roleArgument, role, address}, args...)...); err != nil {
		return nil, "", err
	}
	return p, address, b.listening(p, address)
}
