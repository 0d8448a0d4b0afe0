package app_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/mcpgateway/mcpgateway/internal/app/apptest"
)

func TestServeAndStop(t *testing.T) {
	s := apptest.Start(t, apptest.Config(t))
	client := s.SignedIn(t)
	res, err := client.Get(s.URL + "/")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Fatalf("dashboard: %s", res.Status)
	}
	res, err = client.Get(s.URL + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	metrics, _ := io.ReadAll(res.Body)
	_ = res.Body.Close()
	for _, want := range []string{"mcpgateway_dead_letters_total 0\n", `mcpgateway_build_info{`, "go_goroutines "} {
		if !strings.Contains(string(metrics), want) {
			t.Errorf("the metrics lack %q", want)
		}
	}
	client.CloseIdleConnections()
	s.Stop(t)
}

// A caller that never ends its request must not take the time to stop from the
// sockets and the data.
func TestStopWithAnEndlessRequest(t *testing.T) {
	s := apptest.Start(t, apptest.Config(t))
	at := strings.TrimPrefix(s.URL, "http://")
	withheld, err := net.Dial("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	defer withheld.Close()
	if _, err := io.WriteString(withheld, "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	socket, res, err := websocket.DefaultDialer.Dial("ws://"+at+"/ws/health_status", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	defer socket.Close()
	if _, message, err := socket.ReadMessage(); err != nil || string(message) != "{}" {
		t.Fatalf("snapshot: %q, %v", message, err)
	}
	closed := make(chan error, 1)
	go func() {
		_, _, err := socket.ReadMessage()
		closed <- err
	}()
	s.Stop(t) // It fails the test if the end is not a clean one.
	if err := <-closed; !websocket.IsCloseError(err, websocket.CloseGoingAway) {
		t.Errorf("the socket ended with %v, want close code 1001", err)
	}
}

// Who is refused for the host it names is not waited for.
func TestRefusalDoesNotWaitForTheBody(t *testing.T) {
	s := apptest.Start(t, apptest.Config(t))
	for name, header := range map[string]string{
		"host":   "Host: evil.example\r\n",
		"origin": "Host: localhost\r\nOrigin: http://evil.example\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if _, err := io.WriteString(conn, "POST /login HTTP/1.1\r\n"+header+"Content-Length: 1000\r\n\r\n"); err != nil {
				t.Fatal(err)
			}
			// Far below the time that a body has.
			if err := conn.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
				t.Fatal(err)
			}
			res, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			_ = res.Body.Close()
			if res.StatusCode != http.StatusForbidden || !res.Close {
				t.Errorf("got %s, close: %t", res.Status, res.Close)
			}
		})
	}
}
