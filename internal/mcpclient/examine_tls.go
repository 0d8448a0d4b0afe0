package mcpclient

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"strings"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// maxCertificateNames bounds the names that are told of a certificate.
const maxCertificateNames = 10

// handshake notes what a connection's handshake showed; nil for none.
func (t *trace) handshake(state *tls.ConnectionState) {
	if state == nil || len(state.PeerCertificates) == 0 {
		return
	}
	t.tls = certificateFacts(state.PeerCertificates[0])
	t.tls.Version = tls.VersionName(state.Version)
}

// handshakeFailed notes the certificate that an error is about, if it is.
func (t *trace) handshakeFailed(err error) {
	refused, ok := errors.AsType[*tls.CertificateVerificationError](err)
	if !ok || len(refused.UnverifiedCertificates) == 0 {
		return
	}
	status, _, _ := explainTLS(err)
	t.tls = certificateFacts(refused.UnverifiedCertificates[0])
	t.tls.Problem = strings.TrimPrefix(status.Reason, "TLS: ")
	if _, unknown := errors.AsType[x509.UnknownAuthorityError](err); unknown && t.tls.Subject == t.tls.Issuer {
		t.tls.Problem += " (self-signed)"
	}
}

func certificateFacts(c *x509.Certificate) *registry.TLSFacts {
	f := &registry.TLSFacts{
		Subject:   line(c.Subject.String(), maxNameBytes),
		Issuer:    line(c.Issuer.String(), maxNameBytes),
		NotBefore: c.NotBefore.UTC(),
		NotAfter:  c.NotAfter.UTC(),
	}
	for _, name := range c.DNSNames {
		f.Names = append(f.Names, line(name, maxNameBytes))
	}
	for _, ip := range c.IPAddresses {
		f.Names = append(f.Names, ip.String())
	}
	f.Names = f.Names[:min(len(f.Names), maxCertificateNames)]
	return f
}
