package mcpclient

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// certified serves h over TLS with a self-signed certificate for a name, and
// returns a pool that trusts it.
func certified(t *testing.T, h http.Handler, name string, notAfter time.Time) (string, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "weather\x1b[31m"},
		NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: notAfter,
		IsCA: true, BasicConstraintsValid: true,
	}
	if ip := net.ParseIP(name); ip != nil {
		c.IPAddresses = []net.IP{ip}
	} else {
		c.DNSNames = []string{name}
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = quiet()
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL, pool
}

func TestExamineReadsCertificates(t *testing.T) {
	up := upstreamtest.Stateless(t, "alpha")
	year, past, soon := time.Now().Add(365*24*time.Hour), time.Now().Add(-time.Hour), time.Now().Add(73*time.Hour)
	for _, tc := range []struct {
		name, host    string
		notAfter      time.Time
		trusted       bool
		problem, says string
		kind          registry.FindingKind
	}{
		{"good", "127.0.0.1", year, true, "", "valid until", registry.FindingGood},
		{"expires soon", "127.0.0.1", soon, true, "", "expires in 3 days", registry.FindingWarning},
		{"expired", "127.0.0.1", past, true, "certificate expired", "expired", registry.FindingProblem},
		{"wrong host", "weather.example.com", year, true, "wrong host", "weather.example.com", registry.FindingProblem},
		{"self-signed", "127.0.0.1", year, false, "unknown authority (self-signed)", "self-signed", registry.FindingProblem},
	} {
		t.Run(tc.name, func(t *testing.T) {
			url, pool := certified(t, up, tc.host, tc.notAfter)
			if !tc.trusted {
				pool = x509.NewCertPool()
			}
			x := examined(t, New(Options{Timeout: 30 * time.Second, RootCAs: pool}), url+"/mcp")
			if x.TLS == nil || x.TLS.Problem != tc.problem || (x.TLS.Version == "TLS 1.3") != (tc.problem == "") ||
				x.TLS.NotAfter.Unix() != tc.notAfter.Unix() || !strings.HasPrefix(x.TLS.Subject, "CN=weather") || len(x.TLS.Names) != 1 || x.TLS.Names[0] != tc.host {
				t.Errorf("TLS %+v", x.TLS)
			}
			if (x.Verdict == registry.VerdictOK) != (tc.problem == "") {
				t.Errorf("%s (%s)", x.Verdict, x.Summary)
			}
			if f := about(x, "TLS"); f.Kind != tc.kind || !strings.Contains(f.Text, tc.says) {
				t.Errorf("findings %+v", x.Findings)
			}
		})
	}
}

func TestExamineTriesTheOtherScheme(t *testing.T) {
	up := upstreamtest.Stateful(t, "alpha")
	secure, pool := certified(t, up, "127.0.0.1", time.Now().Add(time.Hour*1000))
	c := New(Options{Timeout: 30 * time.Second, RootCAs: pool})
	toSecure := upstreamtest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, secure+r.URL.Path, http.StatusMovedPermanently)
	}))
	for name, tc := range map[string]struct{ url, register, says string }{
		"https to a plain port": {strings.Replace(up.URL, "http:", "https:", 1), up.URL, "does not speak TLS"},
		"http to a TLS port":    {strings.Replace(secure, "https:", "http:", 1) + "/mcp", secure + "/mcp", "speaks TLS"},
		"sent to https":         {toSecure + "/mcp", secure + "/mcp", "from http:// to https://"},
	} {
		t.Run(name, func(t *testing.T) {
			x := examined(t, c, tc.url)
			if x.Verdict != registry.VerdictAttention || x.Register != tc.register || x.Tools == nil {
				t.Errorf("%s (%s), register %q, steps %+v", x.Verdict, x.Summary, x.Register, x.Steps)
			}
			if f := about(x, "Scheme"); !strings.Contains(f.Text, tc.says) {
				t.Errorf("findings %+v", x.Findings)
			}
		})
	}
	x := examined(t, New(Options{Timeout: 30 * time.Second, RootCAs: x509.NewCertPool()}), strings.Replace(secure, "https:", "http:", 1)+"/mcp")
	if x.Verdict != registry.VerdictFailed || x.TLS == nil || !strings.Contains(about(x, "Scheme").Text, "speaks TLS") || !strings.Contains(x.Summary, "unknown authority") {
		t.Errorf("%+v", x)
	}
	eventually(t, "no session is left", func() bool { return up.Live() == 0 })
}
