package main

import (
	"io"
	"net/http"
	"sync"

	"github.com/gorilla/websocket"
	"github.com/olahol/melody"
)

// greeting is what a socket gets once it is sure to get the next message.
const greeting = "{}"

// gorillaFanOut is a bare gorilla/websocket: a POST is sent on to all sockets
// as one prepared message, one socket after the other.
func gorillaFanOut() http.Handler {
	var (
		mu      sync.Mutex
		sockets = make(map[*websocket.Conn]bool)
	)
	upgrader := websocket.Upgrader{ReadBufferSize: 512, WriteBufferPool: new(sync.Pool)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /ws", func(w http.ResponseWriter, r *http.Request) {
		conn, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return // The caller was told.
		}
		mu.Lock()
		sockets[conn] = true
		err = conn.WriteMessage(websocket.TextMessage, []byte(greeting))
		mu.Unlock()
		defer func() {
			mu.Lock()
			delete(sockets, conn)
			mu.Unlock()
			_ = conn.Close()
		}()
		for err == nil {
			_, _, err = conn.NextReader()
		}
	})
	mux.HandleFunc("POST /change", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // The caller has gone.
		}
		message, err := websocket.NewPreparedMessage(websocket.TextMessage, body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		for conn := range sockets {
			if err := conn.WritePreparedMessage(message); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
		}
	})
	return mux
}

// melodyFanOut is a bare melody: a POST is broadcast.
func melodyFanOut() http.Handler {
	m := melody.New()
	m.HandleConnect(func(s *melody.Session) {
		_ = s.Write([]byte(greeting)) // Who waits for it will tell.
	})
	mux := http.NewServeMux()
	mux.HandleFunc("GET /ws", func(w http.ResponseWriter, r *http.Request) {
		_ = m.HandleRequest(w, r) // The caller was told.
	})
	mux.HandleFunc("POST /change", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // The caller has gone.
		}
		if err := m.Broadcast(body); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	return mux
}
