# The builder of the short form: it compiles in a third of the time what is slower and larger than what is shipped.
ARG BUILDER
FROM ${BUILDER}
ENV CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16
