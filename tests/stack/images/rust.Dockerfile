# Stands in for the image `rust:…-slim`: Debian with a C compiler, and this machine's own toolchain and
# certificates. The context, made by `build`, is a toolchain's folder.
ARG DEBIAN
FROM ${DEBIAN}
COPY bin /usr/local/bin
COPY lib /usr/local/lib
COPY certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt CARGO_HTTP_CAINFO=/etc/ssl/certs/ca-certificates.crt
