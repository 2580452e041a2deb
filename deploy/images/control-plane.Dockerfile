# Control plane and audit ingest: one image, two commands. Build from the repository root:
#   docker build -f deploy/images/control-plane.Dockerfile -t holdshort-control-plane .
# The ingest is the same image with the command `node apps/audit-ingest/dist/main.js`.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /src
COPY . .
RUN npm ci --ignore-scripts --no-audit --no-fund \
  && node node_modules/typescript/bin/tsc -b apps/control-plane apps/audit-ingest \
  && npm exec --workspace=@holdshort/console -- vite build --logLevel warn

# What runs, without the development's packages.
FROM node:24.21.0-bookworm-slim AS packages
WORKDIR /src
COPY . .
RUN npm ci --ignore-scripts --no-audit --no-fund --omit=dev --omit=optional \
  --workspace=@holdshort/control-plane --workspace=@holdshort/audit-ingest

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production \
    HOLDSHORT_SPOOL_DIR=/var/lib/holdshort
RUN groupadd --system --gid 10001 holdshort \
  && useradd --system --uid 10001 --gid holdshort --no-create-home --shell /usr/sbin/nologin holdshort \
  && install -d -o holdshort -g holdshort -m 0700 /var/lib/holdshort /run/holdshort-secrets
WORKDIR /opt/holdshort
COPY --from=packages /src/package.json ./package.json
COPY --from=packages /src/node_modules ./node_modules
COPY --from=build /src/proto ./proto
COPY --from=build /src/libs ./libs
COPY --from=build /src/apps/control-plane ./apps/control-plane
COPY --from=build /src/apps/audit-ingest ./apps/audit-ingest
COPY --from=build /src/apps/console/dist ./apps/console/dist
USER 10001:10001
# The second is for orchestrators that hand secrets over as variables (deploy/terraform/aws): a volume takes the owner from here.
VOLUME ["/var/lib/holdshort", "/run/holdshort-secrets"]
EXPOSE 7400 7401
CMD ["node", "apps/control-plane/dist/main.js"]
