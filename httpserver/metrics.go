package httpserver

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// scrapeTimeout bounds what a scrape waits for the actors.
const scrapeTimeout = 2 * time.Second

type metrics struct {
	requests *requestTimes
	handler  http.Handler
}

func newMetrics(reg *prometheus.Registry, o Options) *metrics {
	m := &metrics{
		requests: newRequestTimes(),
		handler:  promhttp.HandlerFor(reg, promhttp.HandlerOpts{}),
	}
	reg.MustRegister(m.requests.vec, &liveMetrics{
		registry:    o.Registry,
		broadcaster: o.Broadcaster,
		services: prometheus.NewDesc("mcpgateway_services",
			"Registered services, by status.", []string{"status"}, nil),
		up: prometheus.NewDesc("mcpgateway_service_up",
			"1 if the upstream of an enabled service answered its last checks, 0 if not; by path.", []string{"service"}, nil),
		mailbox: prometheus.NewDesc("mcpgateway_mailbox_depth",
			"Messages that an actor has not handled yet.", []string{"actor"}, nil),
		broadcasts: prometheus.NewDesc("mcpgateway_broadcasts_total",
			"Health messages sent to all subscribers.", nil, nil),
		cut: prometheus.NewDesc("mcpgateway_subscribers_cut_total",
			"Subscribers cut off because they could not keep up.", nil, nil),
	})
	return m
}

func (m *metrics) watchSockets(reg *prometheus.Registry, s *sockets) {
	reg.MustRegister(
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "mcpgateway_sockets",
			Help: "Open websockets.",
		}, func() float64 { return float64(s.open()) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "mcpgateway_sockets_failed_total",
			Help: "Websockets that were refused or failed to open.",
		}, func() float64 { return float64(s.failed.Load()) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "mcpgateway_sockets_stalled_total",
			Help: "Websockets cut because the peer took a message too slowly or answered no ping.",
		}, func() float64 { return float64(s.stalled.Load()) }),
	)
}

// liveMetrics asks the actors at each scrape.
type liveMetrics struct {
	registry, broadcaster                  actors.Ref
	services, up, mailbox, broadcasts, cut *prometheus.Desc
}

// Describe lists the metrics.
func (l *liveMetrics) Describe(out chan<- *prometheus.Desc) {
	out <- l.services
	out <- l.up
	out <- l.mailbox
	out <- l.broadcasts
	out <- l.cut
}

// Collect reads them. What an actor does not tell in time is left out.
func (l *liveMetrics) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	gauge := func(desc *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, v, labels...)
	}
	gauge(l.mailbox, float64(l.registry.Waiting()), "registry")
	gauge(l.mailbox, float64(l.broadcaster.Waiting()), "broadcaster")
	if counts, err := actors.Ask(ctx, l.registry, actors.CountServices{}); err == nil {
		for _, kind := range registry.StatusKinds() {
			gauge(l.services, float64(counts[kind]), string(kind))
		}
	}
	if listing, err := actors.Ask(ctx, l.registry, actors.ListServices{}); err == nil {
		for _, s := range listing.Services {
			switch {
			case s.Health.Status.Up():
				gauge(l.up, 1, string(s.Path))
			case s.Health.Status.Failing():
				gauge(l.up, 0, string(s.Path))
			}
		}
	}
	if stats, err := actors.Ask(ctx, l.broadcaster, actors.GetBroadcastStats{}); err == nil {
		out <- prometheus.MustNewConstMetric(l.broadcasts, prometheus.CounterValue, float64(stats.Broadcasts))
		out <- prometheus.MustNewConstMetric(l.cut, prometheus.CounterValue, float64(stats.FailedSends))
	}
}
