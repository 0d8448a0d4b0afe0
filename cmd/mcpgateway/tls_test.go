package main_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestTLS(t *testing.T) {
	t.Parallel()
	cert, key, roots := selfSigned(t)
	s := &server{program: start(t, nil, serveArgs(new(string), t, "--admin-password", password, "--tls-cert", cert, "--tls-key", key)...)}
	eventually(t, "the server listens", func() bool {
		s.alive(t)
		if found := listening.FindStringSubmatch(s.err.String()); found != nil {
			s.url = found[1]
		}
		return s.url != ""
	})
	if !strings.HasPrefix(s.url, "https://localhost:") {
		t.Fatalf("listens at %s", s.url)
	}
	c := &client{httpClient(t, &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS13}), s.url}
	c.get(t, "/readyz").expect(t, http.StatusOK)
	a := c.post(t, "/login", url.Values{"username": {"admin"}, "password": {password}}).expect(t, http.StatusSeeOther)
	if cookies := a.Cookies(); len(cookies) != 1 || cookies[0].Name != sessionCookie || !cookies[0].Secure || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteLaxMode {
		t.Errorf("cookies: %v", cookies)
	} else {
		evidence.secret(cookies[0].Value)
	}
	if !c.signedIn(t) {
		t.Error("the session does not work")
	}

	listen := "127.0.0.1:" + portOf(t, s.url)
	if code, _, text := run(t, nil, "healthcheck", "--listen", listen, "--tls-cert", cert); code != 0 {
		t.Errorf("healthcheck: exit code %d, want 0\n%s", code, text)
	}
	fails(t, listen, "the server is not ready: 400 Bad Request")
	s.stop(t)
}

// TestBadCertificate: exit code 2, and the setting is named.
func TestBadCertificate(t *testing.T) {
	t.Parallel()
	cert, _, _ := selfSigned(t)
	_, otherKey, _ := selfSigned(t)
	for name, files := range map[string][2]string{"absent": {"no.pem", "no.pem"}, "another key": {cert, otherKey}, "swapped": {otherKey, cert}} {
		code, _, text := run(t, nil, "serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--tls-cert", files[0], "--tls-key", files[1])
		isUsageError(t, code, text, "--tls-cert")
		if code != 2 {
			t.Errorf("%s: exit code %d", name, code)
		}
	}
}

// selfSigned makes a certificate for localhost, and a pool that trusts it.
func selfSigned(t *testing.T) (cert, key string, roots *x509.CertPool) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	public, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	writeFile(t, cert, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: public})), 0o600)
	writeFile(t, key, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})), 0o600)
	roots = x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(readFile(t, cert)))
	return cert, key, roots
}
