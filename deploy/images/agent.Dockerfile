# The agent: its bundle (and, apart, the signer for Amazon MSK and the exporter of traces) on a Node base image. Build from the repository root:
#   docker build -f deploy/images/agent.Dockerfile -t holdshort-agent .
# Run it with a read-only root; it writes to /var/lib/holdshort-agent only, and this must survive a restart: events
# that are not yet delivered live there.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /src
COPY . .
RUN npm ci --ignore-scripts --no-audit --no-fund \
  && node node_modules/typescript/bin/tsc -b apps/agent \
  && node apps/agent/build.mjs

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production \
    MALLOC_ARENA_MAX=1 \
    MALLOC_TRIM_THRESHOLD_=131072 \
    MALLOC_MMAP_THRESHOLD_=32768 \
    HOLDSHORT_AGENT_STATE_DIR=/var/lib/holdshort-agent
RUN groupadd --system --gid 10001 holdshort \
  && useradd --system --uid 10001 --gid holdshort --no-create-home --shell /usr/sbin/nologin holdshort \
  && install -d -o holdshort -g holdshort -m 0711 /var/lib/holdshort-agent
COPY --from=build /src/apps/agent/dist/agent.mjs /src/apps/agent/dist/msk-signer.mjs /src/apps/agent/dist/tracing.mjs /opt/holdshort/
USER 10001:10001
VOLUME /var/lib/holdshort-agent
EXPOSE 7402 7403 7404
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["node", "-e", "fetch('http://127.0.0.1:7404/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Without these flags it takes twice the memory under load; docs/benchmarks.md has the figures.
ENTRYPOINT ["node", "--max-semi-space-size=1", "--max-old-space-size=48", "--no-wasm-loop-unrolling", "/opt/holdshort/agent.mjs"]
