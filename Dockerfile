# syntax=docker/dockerfile:1

# mcpgateway as one static binary on an empty image:
#
#   docker build -t mcpgateway .
#   docker run -p 127.0.0.1:7860:7860 -v mcpgateway:/data \
#     -e ADMIN_PASSWORD=… mcpgateway
#
# Without ADMIN_PASSWORD the first start makes a password and prints it once.
# In a container, localhost is the container: register upstreams by the name
# that they have on its network. For any other Host than localhost, set
# MCPGATEWAY_PUBLIC_URL or MCPGATEWAY_ALLOWED_HOSTS.

FROM --platform=$BUILDPLATFORM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod \
    go mod download
COPY . .
ARG VERSION=dev
ARG TARGETOS
ARG TARGETARCH
RUN --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH \
    go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=$VERSION" \
      -o /out/mcpgateway ./cmd/mcpgateway \
 && mkdir /out/data /out/tmp

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/mcpgateway /usr/local/bin/mcpgateway
# A volume takes over the owner of the folder that it first covers. SQLite wants
# a place for temporary files.
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build --chown=65532:65532 /out/tmp /tmp

ENV PATH=/usr/local/bin \
    MCPGATEWAY_LISTEN=0.0.0.0:7860 \
    MCPGATEWAY_DATA=/data
# A number, so that Kubernetes can see that it isn't root.
USER 65532:65532
VOLUME ["/data"]
EXPOSE 7860
# Exec form: there is no shell here. It asks /readyz of the listener above.
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --retries=3 \
    CMD ["mcpgateway", "healthcheck"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["mcpgateway"]
CMD ["serve"]
