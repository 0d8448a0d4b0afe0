package registry

import "strings"

// setElsewhere says who else answers for a header, if the operator may not set
// it. Authorization, Cookie and keys of any name are what upstream headers are
// for.
func setElsewhere(name string) string {
	// Many servers read an underscore as a hyphen.
	plain := strings.ReplaceAll(strings.ToLower(name), "_", "-")
	if why := headersSetElsewhere[plain]; why != "" {
		return why
	}
	for _, family := range headerFamilies {
		if strings.HasPrefix(plain, family.prefix) {
			return family.why
		}
	}
	return ""
}

const (
	setByConnection = "it belongs to a single connection, and the gateway sets it."
	setByBody       = "it describes the body of each request, and the gateway sets it."
	setByMCP        = "it belongs to the MCP transport, and clients set it."
	setByForwarding = "the gateway says there for whom it forwards a request."
	setByBrowser    = "browsers set it, and upstreams are not to trust it from here."
	setByAgreement  = "client and upstream agree on formats by it."
	setPerRequest   = "it would make an upstream answer with a part, or with nothing."
)

// headersSetElsewhere gives the reason by the name in lower case.
var headersSetElsewhere = map[string]string{
	"connection":          setByConnection,
	"keep-alive":          setByConnection,
	"proxy-authenticate":  setByConnection,
	"proxy-authorization": setByConnection,
	"proxy-connection":    setByConnection,
	"te":                  setByConnection,
	"trailer":             setByConnection,
	"transfer-encoding":   setByConnection,
	"upgrade":             setByConnection,
	"host":                "it is that of proxy_pass_url.",
	"expect":              setByConnection,
	"content-length":      setByBody,
	"accept":              setByAgreement,
	"accept-encoding":     setByAgreement,
	"last-event-id":       setByMCP,
	"forwarded":           setByForwarding,
	"via":                 setByForwarding,
	"x-request-id":        "the gateway gives each request its own.",
	"origin":              setByBrowser,
	"referer":             setByBrowser,
	"range":               setPerRequest,
}

// headerFamilies gives the reason by how the name begins.
var headerFamilies = []struct{ prefix, why string }{
	{"content-", setByBody},
	{"mcp-", setByMCP},
	{"x-forwarded-", setByForwarding},
	{"sec-", setByBrowser},
	{"access-control-", setByBrowser},
	{"if-", setPerRequest},
}
