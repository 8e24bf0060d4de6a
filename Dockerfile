# The parley chat server: one static binary in an empty image.
#
#   docker build -t parley .
#   docker run -p 2222:2222 -p 8888:8888 -v parley-data:/data parley
#
# Nothing here needs more than the classic builder.

FROM golang:1.26 AS build
WORKDIR /src

# Set these only where modules come from a proxy of your own.
ARG GOPROXY
ARG GOSUMDB

# The modules change seldom, so they are a layer of their own.
COPY go.mod go.sum ./
RUN go mod download

COPY . .
ARG VERSION=dev
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags="-s -w -X main.version=${VERSION}" -o /out/parley ./cmd/parley \
	&& mkdir /out/data

FROM scratch
ARG VERSION=dev
LABEL org.opencontainers.image.title="parley" \
	org.opencontainers.image.description="A chat server for ssh, telnet and nc" \
	org.opencontainers.image.licenses="MIT" \
	org.opencontainers.image.version="${VERSION}"

COPY --from=build /out/parley /parley
# A new volume takes its owner from the folder it covers: this is what lets a
# user that is not root write the host key.
COPY --from=build --chown=65532:65532 /out/data /data

# So that "docker exec CONTAINER /parley hostkey" finds the key.
ENV PARLEY_DATA=/data
USER 65532:65532
VOLUME /data
EXPOSE 2222 8888
# Asks the listeners that PARLEY_SSH, PARLEY_TCP and PARLEY_HTTP name. To serve
# on other ports set these, not flags, so that the check knows of them.
HEALTHCHECK --interval=30s --timeout=5s --start-period=5s --retries=3 CMD ["/parley", "check"]
ENTRYPOINT ["/parley"]
CMD ["serve", "--data", "/data"]
