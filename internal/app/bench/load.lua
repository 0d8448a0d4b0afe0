-- A call of a tool, as clients send it; made once, so that wrk has little to do.
wrk.method = "POST"
wrk.body = os.getenv("BENCH_BODY")
wrk.headers["Accept"] = "application/json, text/event-stream"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Mcp-Protocol-Version"] = "2025-11-25"
wrk.headers["User-Agent"] = "python-httpx/0.28.1"
local token, session = os.getenv("BENCH_TOKEN"), os.getenv("BENCH_SESSION")
if token ~= "" then wrk.headers["Authorization"] = "Bearer " .. token end
if session ~= "" then wrk.headers["Mcp-Session-Id"] = session end

function done(summary, latency)
	local e = summary.errors
	io.write(string.format('\n{"requests":%d,"bytes":%d,"micros":%d,"p50":%d,"p99":%d,"bad":%d,"broken":%d}\n',
		summary.requests, summary.bytes, summary.duration, latency:percentile(50), latency:percentile(99),
		e.status, e.connect + e.read + e.write + e.timeout))
end
