package mcpclient

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"syscall"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

func TestExplain(t *testing.T) {
	op := func(err error) error {
		return &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", err)}
	}
	for _, tc := range []struct {
		err  error
		want string
	}{
		{op(syscall.ECONNREFUSED), "unhealthy: connection refused"},
		{op(syscall.ECONNRESET), "unhealthy: connection reset"},
		{op(syscall.EHOSTUNREACH), "unhealthy: host unreachable"},
		{op(syscall.ETIMEDOUT), "unhealthy: timeout"},
		{op(syscall.EMFILE), "error: out of file descriptors"},
		{&net.DNSError{Err: "dial udp: too many open files", Name: "x", UnwrapErr: op(syscall.ENFILE)}, "error: out of file descriptors"},
		{io.EOF, "unhealthy: connection reset"},
		{fmt.Errorf("read: %w", io.ErrUnexpectedEOF), "unhealthy: connection reset"},
		{&net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "x", IsNotFound: true}}, "unhealthy: host not found"},
		{&net.DNSError{Err: "server misbehaving", Name: "x", IsTemporary: true}, "unhealthy: host not found"},
		{&net.DNSError{Err: "i/o timeout", Name: "x", IsTimeout: true}, "unhealthy: timeout"},
		{context.DeadlineExceeded, "unhealthy: timeout"},
		{os.ErrDeadlineExceeded, "unhealthy: timeout"},
		{context.Canceled, "error: cancelled"},
		{&BlockedError{}, "error: blocked address"},
		{&tls.CertificateVerificationError{Err: x509.CertificateInvalidError{Reason: x509.Expired}}, "unhealthy: TLS: certificate expired"},
		{&tls.CertificateVerificationError{Err: x509.CertificateInvalidError{Reason: x509.NotAuthorizedToSign}}, "unhealthy: TLS: certificate not valid"},
		{&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}, "unhealthy: TLS: unknown authority"},
		{&tls.CertificateVerificationError{Err: x509.HostnameError{Certificate: &x509.Certificate{}, Host: "x"}}, "unhealthy: TLS: wrong host"},
		{&net.OpError{Op: "remote error", Err: tls.AlertError(40)}, "unhealthy: TLS: handshake failed"},
		{errors.New("tls: server selected unsupported protocol version 301"), "unhealthy: TLS: handshake failed"},
		{http.ErrSchemeMismatch, "unhealthy: TLS: not a TLS server"},
		{errTooMuch, "unhealthy: protocol error: answer too large"},
		{errBusy, "error: too busy"},
		{errFlood, "unhealthy: protocol error: too many events"},
		{errors.New("something new"), "unhealthy: protocol error: broken answer"},
	} {
		got, hint := explain(tc.err)
		if got.String() != tc.want || hint == "" {
			t.Errorf("explain(%v) = %q, %q; want %q", tc.err, got, hint, tc.want)
		}
	}
}

// nameless is a dialer whose name server knows no name at all.
func nameless(t *testing.T) *Dialer {
	t.Helper()
	names, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 512)
		for {
			n, from, err := names.ReadFrom(buf)
			if err != nil {
				return
			}
			if n > 3 {
				buf[2], buf[3] = 0x81, 0x83 // a response: NXDOMAIN
				_, _ = names.WriteTo(buf[:n], from)
			}
		}
	}()
	t.Cleanup(func() {
		_ = names.Close()
		<-done
	})
	d := NewDialer(DialerOptions{})
	d.net.Resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", names.LocalAddr().String())
	}}
	return d
}

func TestCheckOfAnUnknownHost(t *testing.T) {
	out := New(Options{Dialer: nameless(t)}).Check(t.Context(), registry.Target{Upstream: "http://weather.example.com/mcp"}, true)
	if out.Status.String() != "unhealthy: host not found" {
		t.Errorf("%s (%s)", out.Status, out.Detail)
	}
}
