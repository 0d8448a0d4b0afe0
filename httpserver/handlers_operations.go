package httpserver

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/gen"
)

// GetHealth is GET /health: the original's plain answer.
func (s *Server) GetHealth(context.Context, gen.GetHealthRequestObject) (gen.GetHealthResponseObject, error) {
	return gen.GetHealth200JSONResponse{Body: gen.GatewayHealth{Status: "healthy", Service: "mcp-gateway-registry"}}, nil
}

// GetLiveness is GET /livez. A process that answers lives; a database that is
// away would not come back by a restart.
func (s *Server) GetLiveness(context.Context, gen.GetLivenessRequestObject) (gen.GetLivenessResponseObject, error) {
	return gen.GetLiveness200JSONResponse{Body: gen.ProbeResult{Status: "ok"}}, nil
}

// GetReadiness is GET /readyz.
func (s *Server) GetReadiness(ctx context.Context, _ gen.GetReadinessRequestObject) (gen.GetReadinessResponseObject, error) {
	if err := s.o.Ready(ctx); err != nil {
		callOf(ctx).failure = err
		return nil, fmt.Errorf("%w: %w", errNotReady, err)
	}
	return gen.GetReadiness200JSONResponse{Body: gen.ProbeResult{Status: "ok"}}, nil
}

// GetMetrics is GET /metrics, in the format that the scraper asks for.
func (s *Server) GetMetrics(ctx context.Context, _ gen.GetMetricsRequestObject) (gen.GetMetricsResponseObject, error) {
	return handled(func(w http.ResponseWriter) { s.metrics.handler.ServeHTTP(w, callOf(ctx).request) }), nil
}

// GetSocketStats is GET /ws/stats.
func (s *Server) GetSocketStats(ctx context.Context, _ gen.GetSocketStatsRequestObject) (gen.GetSocketStatsResponseObject, error) {
	stats, err := actors.Ask(ctx, s.o.Broadcaster, actors.GetBroadcastStats{})
	if err != nil {
		return nil, err
	}
	return gen.GetSocketStats200JSONResponse{Body: gen.SocketStats{
		ActiveConnections: s.sockets.open(),
		PendingUpdates:    int64(stats.Pending),
		TotalBroadcasts:   int64(stats.Broadcasts),                             //nolint:gosec // A count of messages.
		FailedSends:       int64(stats.FailedSends) + s.sockets.stalled.Load(), //nolint:gosec // A count of sockets.
		FailedConnections: s.sockets.failed.Load(),
	}}, nil
}

// specDocuments is the OpenAPI document as it is served.
type specDocuments struct {
	yaml string
	json []byte
}

func loadSpec() (specDocuments, error) {
	asJSON, err := gen.GetSpecJSON()
	if err != nil {
		return specDocuments{}, fmt.Errorf("read the embedded OpenAPI document: %w", err)
	}
	return specDocuments{yaml: gen.OpenAPIYAML(), json: asJSON}, nil
}

// GetOpenAPIYAML is GET /openapi.yaml.
func (s *Server) GetOpenAPIYAML(context.Context, gen.GetOpenAPIYAMLRequestObject) (gen.GetOpenAPIYAMLResponseObject, error) {
	return gen.GetOpenAPIYAML200ApplicationYAMLResponse{
		Body:          strings.NewReader(s.spec.yaml),
		ContentLength: int64(len(s.spec.yaml)),
	}, nil
}

// GetOpenAPIJSON is GET /openapi.json.
func (s *Server) GetOpenAPIJSON(context.Context, gen.GetOpenAPIJSONRequestObject) (gen.GetOpenAPIJSONResponseObject, error) {
	return handled(func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(s.spec.json) // An error means that the caller has gone.
	}), nil
}

// handled is a response that writes itself.
type handled func(http.ResponseWriter)

// VisitGetMetricsResponse writes the metrics.
func (h handled) VisitGetMetricsResponse(w http.ResponseWriter) error { h(w); return nil }

// VisitGetOpenAPIJSONResponse writes the document.
func (h handled) VisitGetOpenAPIJSONResponse(w http.ResponseWriter) error { h(w); return nil }

// VisitGetHealthStatusResponse writes the health, or serves the socket.
func (h handled) VisitGetHealthStatusResponse(w http.ResponseWriter) error { h(w); return nil }
