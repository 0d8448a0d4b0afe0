// Package proxybench measures what a request through the gateway costs beside
// one through a bare reverse proxy. The upstream and each proxy are processes of
// their own, so that the CPU time of a process is that of its proxy; the load
// comes from the benchmark's process. The package has nothing to import.
//
//	go test -run '^$' -bench . ./internal/app/proxybench
package proxybench
