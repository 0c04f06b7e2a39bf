# Stands in for the image `postgres`: Debian's server behind an entry point that takes the same variables
# and arguments.
ARG DEBIAN
FROM ${DEBIAN}
COPY postgres-entrypoint /usr/local/bin/docker-entrypoint.sh
RUN ln -s /usr/lib/postgresql/*/bin/* /usr/local/bin/ && install -d -o postgres -g postgres /var/run/postgresql
ENV PGDATA=/var/lib/postgresql/data
STOPSIGNAL SIGINT
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]
