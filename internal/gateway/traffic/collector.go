package traffic

import (
	"maps"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// Collector shows a board to Prometheus: of each service that had traffic 23
// series, at most 27 by method and 101 by tool. Services without traffic have
// none. Over all services at most 10,000 tools have a series.
type Collector struct {
	board                                             *Board
	requests, duration, bytes, open, streams, byLabel *prometheus.Desc
}

// NewCollector makes a collector of a board's counters since it was made.
func NewCollector(b *Board) *Collector {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("mcpgateway_gateway_"+name, help, append([]string{"service"}, labels...), nil)
	}
	return &Collector{
		board: b,
		requests: desc("requests_total",
			"Requests through the gateway, by how they ended.", "outcome"),
		duration: desc("request_duration_seconds",
			"Time from a request to the first byte of the upstream's answer, or to the timeout."),
		bytes: desc("bytes_total",
			"Bytes of bodies, received from callers and sent to them.", "direction"),
		open: desc("open_requests",
			"Requests through the gateway that are not answered yet."),
		streams: desc("open_streams",
			"Open event streams."),
		byLabel: desc("calls_total",
			"JSON-RPC messages of callers, by method; of tools/call, by tool.", "method", "tool"),
	}
}

// Describe lists the metrics.
func (c *Collector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{c.requests, c.duration, c.bytes, c.open, c.streams, c.byLabel} {
		out <- d
	}
}

// Collect reads the counters. It holds no lock while it does.
func (c *Collector) Collect(out chan<- prometheus.Metric) {
	c.board.mu.Lock()
	counters := maps.Clone(c.board.counters)
	c.board.mu.Unlock()
	for path, counter := range counters {
		if l := counter.ledger.Load(); l != nil {
			c.collect(out, path, l)
			c.collectCalls(out, path, &l.calls, &counter.tools)
		}
	}
}

func (c *Collector) collect(out chan<- prometheus.Metric, path registry.Path, l *ledger) {
	service := string(path)
	for o := range Outcome(outcomes) {
		out <- count(c.requests, &l.outcomes[o], service, o.String())
	}
	n, seconds, upTo := l.latency.read()
	out <- prometheus.MustNewConstHistogram(c.duration, n, seconds, upTo, service)
	out <- count(c.bytes, &l.received, service, "received")
	out <- count(c.bytes, &l.sent, service, "sent")
	out <- prometheus.MustNewConstMetric(c.open, prometheus.GaugeValue, float64(l.open.Load()), service)
	out <- prometheus.MustNewConstMetric(c.streams, prometheus.GaugeValue, float64(l.openStreams.Load()), service)
}

// collectCalls shows what was called at all.
func (c *Collector) collectCalls(out chan<- prometheus.Metric, path registry.Path, l *calls, t *tools) {
	show := func(n *atomic.Uint64, method, tool string) {
		if n.Load() > 0 {
			out <- count(c.byLabel, n, string(path), method, tool)
		}
	}
	for i, method := range knownMethods {
		show(&l.known[i], method, "")
	}
	show(&l.otherMethods, other, "")
	show(&l.otherTools, methodCallTool, other)
	for name, calls := range t.labelled() {
		show(calls, methodCallTool, name)
	}
}

func count(desc *prometheus.Desc, n *atomic.Uint64, labels ...string) prometheus.Metric {
	return prometheus.MustNewConstMetric(desc, prometheus.CounterValue, float64(n.Load()), labels...)
}
