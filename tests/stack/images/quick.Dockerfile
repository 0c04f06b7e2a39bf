# The builder of the short form: it compiles as a debug build does, to be done sooner. What comes
# of it is slower and larger than what is shipped.
ARG BUILDER
FROM ${BUILDER}
ENV CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16
