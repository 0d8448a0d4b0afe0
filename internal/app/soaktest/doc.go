// Package soaktest runs the program for a while as life would have it: agents
// call, stream, stall and vanish, people register, edit, switch and delete,
// upstreams die, hang, flood and come back, and the process itself is killed. At
// the end nothing may be left over, and nothing lost. It is no measurement: what
// it judges is what is true of a slow machine, too.
//
//	go test ./internal/app/soaktest -soak.for 10m -soak.seed 7 -v
//
// What happens is drawn from the seed, which is printed; when it happens is the
// machine's affair.
package soaktest
