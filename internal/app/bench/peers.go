package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"strings"
)

// peer is a proxy in front of one upstream.
type peer struct {
	name    string
	process *process // Nil where there is nothing between caller and upstream.
	address string
}

// nginxBase is what both ways to configure it share: no log, and bodies in
// memory. The placeholders are the user, the folder, the upstream block, the
// address and the location's directives.
const nginxBase = `
daemon off; worker_processes auto; user %s; pid nginx.pid; error_log stderr crit;
events { worker_connections 8192; }
http {
  access_log off; keepalive_requests 1000000000;
  client_body_buffer_size 64k; client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
  %s
  server { listen %s; location / { %s } }
}`

// nginxKeepAlive holds connections to the upstream open and passes streams on.
func (b *bench) nginxKeepAlive(upstream string) (*peer, error) {
	return b.nginx("nginx, keep-alive",
		"upstream up { server "+upstream+"; keepalive 256; keepalive_requests 1000000000; }",
		`proxy_pass http://up; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off;
    proxy_read_timeout 1h; proxy_set_header Host $host; proxy_set_header X-Forwarded-For $remote_addr;`)
}

// nginxOriginal is what the original registry writes for a service: HTTP/1.1,
// and a new connection to the upstream for each request.
func (b *bench) nginxOriginal(upstream string) (*peer, error) {
	return b.nginx("nginx, as the original", "",
		"proxy_pass http://"+upstream+`; proxy_http_version 1.1; proxy_set_header Host $host;
    proxy_set_header X-Real-IP $remote_addr; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;`)
}

func (b *bench) nginx(name, block, location string) (*peer, error) {
	who, err := user.Current()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(b.dir, "nginx-")
	if err != nil {
		return nil, err
	}
	config := func(address string) string {
		return fmt.Sprintf(nginxBase, who.Username, block, address, location)
	}
	return b.peer(name, "nginx", config, func(file string) []string {
		return []string{"-p", dir, "-c", file}
	})
}

func (b *bench) haproxy(upstream string) (*peer, error) {
	return b.peer("HAProxy", "haproxy", func(address string) string {
		return fmt.Sprintf(`
global
  maxconn 4096
defaults
  mode http
  timeout connect 5s
  timeout client 1h
  timeout server 1h
  http-reuse always
  option forwardfor
frontend in
  bind %s
  default_backend out
backend out
  server up %s
`, address, upstream)
	}, func(file string) []string { return []string{"-q", "-f", file} })
}

func (b *bench) caddy(upstream string) (*peer, error) {
	return b.peer("Caddy", "caddy", func(address string) string {
		return fmt.Sprintf(`{
	admin off
	auto_https off
}
http://%s {
	reverse_proxy %s {
		flush_interval -1
		transport http {
			keepalive_idle_conns_per_host 256
		}
	}
}
`, address, upstream)
	}, func(file string) []string { return []string{"run", "--adapter", "caddyfile", "--config", file} })
}

// peer starts an installed proxy; it is nil, with a warning, if there is none.
func (b *bench) peer(name, program string, config func(address string) string, args func(file string) []string) (*peer, error) {
	if !installed(program) {
		b.warn("%s is left out, since %s is not installed", name, program)
		return nil, nil
	}
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	_, port, _ := net.SplitHostPort(address)
	file := b.path(program + "-" + port + ".conf")
	if err := os.WriteFile(file, []byte(config(address)), 0o600); err != nil {
		return nil, err
	}
	p, err := b.start(strings.ReplaceAll(name, ",", ""), nil, program, args(file)...)
	if err != nil {
		return nil, err
	}
	return &peer{name: name, process: p, address: address}, b.listening(p, address)
}

func installed(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
}
