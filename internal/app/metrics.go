package app

import (
	"runtime"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// checkMetrics count the checks of upstreams.
type checkMetrics struct {
	outcomes *prometheus.CounterVec
	latency  prometheus.Histogram
}

func newCheckMetrics(reg *prometheus.Registry, version string) *checkMetrics {
	m := &checkMetrics{
		outcomes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "mcpgateway_checks_total",
			Help: "Checks of upstreams, by outcome.",
		}, []string{"outcome"}),
		latency: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "mcpgateway_check_latency_seconds",
			Help:    "Time that upstreams took to answer a check; those that did not are not counted.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5},
		}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name:        "mcpgateway_build_info",
		Help:        "Always 1; the labels tell what runs.",
		ConstLabels: prometheus.Labels{"version": version, "go": runtime.Version()},
	})
	build.Set(1)
	reg.MustRegister(m.outcomes, m.latency, build)
	return m
}

func (m *checkMetrics) observe(o registry.Outcome) {
	m.outcomes.WithLabelValues(string(o.Status.Kind)).Inc()
	if o.Latency > 0 {
		m.latency.Observe(o.Latency.Seconds())
	}
}

// watchDeadLetters counts the messages that should have reached an actor.
func watchDeadLetters(reg *prometheus.Registry, s *actors.System) {
	reg.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: "mcpgateway_dead_letters_total",
		Help: "Messages between actors that reached nobody; each is a fault of the program.",
	}, func() float64 { return float64(s.DeadLetters()) }))
}
