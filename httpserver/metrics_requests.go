package httpserver

import (
	"maps"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// requestTimes is the histogram of the time that requests take.
type requestTimes struct {
	vec *prometheus.HistogramVec
	// known are the rows that there are, so that nobody need look them up by
	// their labels. A new one replaces the map, which is never changed.
	known  atomic.Pointer[map[requestLabels]prometheus.Observer]
	adding sync.Mutex
}

// requestLabels name a row. Callers choose among a few routes and methods only,
// and upstreams among the codes.
type requestLabels struct {
	route, method string
	code          int
}

func newRequestTimes() *requestTimes {
	t := &requestTimes{vec: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "mcpgateway_http_request_duration_seconds",
		Help:    "Time to answer a request, by route; of a socket, the handshake.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
	}, []string{"route", "method", "code"})}
	t.known.Store(new(map[requestLabels]prometheus.Observer))
	return t
}

// observe counts a request. A route that is none of ours, and a method nobody
// knows, share a label: callers choose both.
func (t *requestTimes) observe(route, method string, code int, took time.Duration) {
	if route == "" || route == "/*" {
		route = "none"
	}
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodDelete, http.MethodOptions:
	default:
		method = "other"
	}
	labels := requestLabels{route, method, code}
	row, ok := (*t.known.Load())[labels]
	if !ok {
		row = t.add(labels)
	}
	row.Observe(took.Seconds())
}

func (t *requestTimes) add(l requestLabels) prometheus.Observer {
	t.adding.Lock()
	defer t.adding.Unlock()
	row := t.vec.WithLabelValues(l.route, l.method, strconv.Itoa(l.code))
	next := maps.Clone(*t.known.Load())
	if next == nil {
		next = make(map[requestLabels]prometheus.Observer)
	}
	next[l] = row
	t.known.Store(&next)
	return row
}
