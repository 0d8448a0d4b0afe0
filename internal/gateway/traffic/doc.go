// Package traffic counts what the gateway carries, by service: requests and how
// they ended, latency, bytes, open streams, and which MCP methods and tools were
// called. It has the numbers of the last five minutes, for the record, and
// those since the start, for Prometheus.
//
// A request counts with atomic additions alone, in about 0.1 µs. It takes no lock,
// but for the first call of each tool, and allocates nothing, but for the first
// request of a service (half a KiB), its first tools/call, and its first request
// of every 20 seconds (320 bytes). So a service without traffic costs about 110
// bytes, one with traffic at most 6 KiB and the names of its tools.
//
// Callers choose methods and tool names freely, so neither makes a label by
// itself: a method does if the protocol has it, a tool if the service's tool
// list does. The rest is counted as "other".
package traffic
