package proxybench

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"sync"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/app"
)

// bareProxy is what there is to compare with: the standard library's reverse
// proxy, tuned for this load, which knows nothing of anybody.
func bareProxy(to string) (http.Handler, error) {
	target, err := url.Parse(to)
	if err != nil {
		return nil, err
	}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.SetXForwarded()
		},
		FlushInterval: -1,
		BufferPool:    new(buffers),
		Transport: &http.Transport{
			DisableCompression:  true,
			MaxIdleConnsPerHost: 256,
			IdleConnTimeout:     90 * time.Second,
		},
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Without it an answer that is flushed while the transport still looks
		// for the end of the body is cut off, about once in a thousand calls.
		_ = http.NewResponseController(w).EnableFullDuplex()
		proxy.ServeHTTP(w, r)
	}), nil
}

// buffers is an [httputil.BufferPool] that allocates nothing in the end.
type buffers struct{ pool sync.Pool }

const bufferBytes = 32 << 10

// Get takes a buffer.
func (p *buffers) Get() []byte {
	if b, ok := p.pool.Get().(*[bufferBytes]byte); ok {
		return b[:]
	}
	return make([]byte, bufferBytes)
}

// Put gives it back.
func (p *buffers) Put(b []byte) { p.pool.Put((*[bufferBytes]byte)(b)) }

// The administrator of the gateway.
const (
	user     = "admin"
	password = "correct horse battery"
)

// playGateway is the whole server as it runs in production, with the access log
// on standard error unless MCPGATEWAY_LOG_LEVEL is above info.
func playGateway(role, data string) error {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	a, err := app.New(ctx, app.Config{
		DataConfig:     app.DataConfig{Data: data},
		LogConfig:      app.LogConfig{LogFormat: "text", LogLevel: cmp.Or(os.Getenv("MCPGATEWAY_LOG_LEVEL"), "info")},
		Listen:         "127.0.0.1:0",
		AdminUser:      user,
		AdminPassword:  password,
		SessionLife:    time.Hour,
		HealthInterval: time.Hour,
		HealthTimeout:  5 * time.Second,
		UnhealthyAfter: 2,
		GatewayConfig:  app.GatewayConfig{GatewayAuth: "required", UpstreamTimeout: 5 * time.Minute},
		WSMax:          10,
		WSMaxAddress:   10,
		Version:        "bench",
	}, io.Discard)
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	err = report(role, a.URL())
	stop()
	return errors.Join(err, <-ended)
}
