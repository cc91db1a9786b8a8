# The image holds the binary, the certificates that TLS needs, and nothing else.
#
#   docker build -t revise .
#   docker run --rm -v "$PWD/versions:/versions:ro" -e DATABASE_URL revise run up head --wait 60s
ARG GO_IMAGE=golang:1.26
FROM ${GO_IMAGE} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=
# All of /out becomes the root: COPY keeps the modes below its source, but not the one of the source itself (1777 of /tmp).
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.release=${VERSION}" -o /out/usr/bin/revise . \
 && install -D -m 644 /etc/ssl/certs/ca-certificates.crt /out/etc/ssl/certs/ca-certificates.crt \
 && install -d -m 1777 /out/tmp

FROM scratch
COPY --from=build /out /
# A number, for Kubernetes' runAsNonRoot wants to see that it is not 0.
USER 65532:65532
WORKDIR /
ENTRYPOINT ["/usr/bin/revise"]
CMD ["--help"]
