# Stands in for the images `postgres`, by an entry point that takes the same variables and arguments, and
# `rust:…-slim`. `build` makes its root.
ARG ROOT
FROM ${ROOT}
ENV PGDATA=/var/lib/postgresql/data
# The certificates of this machine, so that cargo reaches what this machine does.
ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt CARGO_HTTP_CAINFO=/etc/ssl/certs/ca-certificates.crt
STOPSIGNAL SIGINT
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]
