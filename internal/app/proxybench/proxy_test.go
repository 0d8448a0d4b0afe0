package proxybench

import (
	"fmt"
	"slices"
	"testing"
)

// roundRequests is how many requests a round has, through one proxy. A round
// takes about a tenth of a second, so that both proxies see the same machine.
const roundRequests = 640

// BenchmarkProxy sends the same calls through the gateway, with authentication,
// session binding, accounting and the access log, and through a bare reverse
// proxy, in short rounds by turns. An operation is a round of each. The ratio is
// the median over the rounds of the gateway's CPU time to the bare proxy's.
func BenchmarkProxy(b *testing.B) {
	upstream := start(b, "upstream")
	bare := start(b, "bare", upstream.url)
	gateway := start(b, "gateway", b.TempDir())
	token := admit(b, gateway.url, upstream.url)
	for _, path := range []string{plainPath, streamPath} {
		for _, conns := range []int{1, 32} {
			b.Run(fmt.Sprintf("%s/%d", path[1:], conns), func(b *testing.B) {
				sides := [2]*side{
					{process: bare, load: newLoad(b, bare.url, path, token, conns)},
					{process: gateway, load: newLoad(b, gateway.url, path, token, conns)},
				}
				var ratios []float64
				for b.Loop() {
					// The first of one pair of rounds is the second of the next.
					slices.Reverse(sides[:])
					first, second := sides[0].round(b), sides[1].round(b)
					ratio := float64(first.CPU) / float64(second.CPU)
					if sides[0].process == bare {
						ratio = 1 / ratio
					}
					ratios = append(ratios, ratio)
				}
				b.ReportMetric(0, "ns/op") // Says nothing on a busy machine.
				b.ReportMetric(median(ratios), "cpu-ratio")
				for _, s := range sides {
					name := "gateway"
					if s.process == bare {
						name = "bare"
					}
					s.metrics(b, name)
				}
			})
		}
	}
}

// side is one of the two proxies and what it used in all rounds.
type side struct {
	process  *process
	load     *load
	used     usage
	requests float64
}

// round sends the requests of a round.
func (s *side) round(b *testing.B) usage {
	before := s.process.used(b)
	s.load.run(b, roundRequests)
	used := s.process.used(b).since(before)
	s.used = usage{CPU: s.used.CPU + used.CPU, Allocs: s.used.Allocs + used.Allocs, Bytes: s.used.Bytes + used.Bytes}
	s.requests += roundRequests
	return used
}

func (s *side) metrics(b *testing.B, name string) {
	b.ReportMetric(float64(s.used.CPU.Nanoseconds())/1000/s.requests, name+"-cpu-µs/req")
	b.ReportMetric(float64(s.used.Allocs)/s.requests, name+"-allocs/req")
	b.ReportMetric(float64(s.used.Bytes)/s.requests, name+"-B/req")
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}
