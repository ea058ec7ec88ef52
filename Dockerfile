# The server in a container: `docker build -t agentguard .`
#
# It listens on all interfaces once it has a key: AGENTGUARD_API_KEY, or AGENTGUARD_API_KEY_FILE for a
# mounted secret. Without one it serves its own loopback only, and nobody outside can reach it.
# It runs with a read-only root: all that it writes is under /var/lib/agentguard.

FROM node:24.21.0-trixie-slim AS build
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
WORKDIR /build
COPY . .
ARG GITHUB_SHA=unknown
ENV GITHUB_SHA=${GITHUB_SHA}
RUN npm run --silent setup \
 && node scripts/assemble.ts agentguard /out \
 && mkdir -p /state

FROM node:24.21.0-trixie-slim
LABEL org.opencontainers.image.title="AgentGuard" \
      org.opencontainers.image.description="A firewall for AI agents" \
      org.opencontainers.image.licenses="Apache-2.0"
# Nothing here installs packages, so what could is taken away.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn-* /usr/local/bin/yarn* \
 && ln -s /opt/agentguard/dist/main.js /usr/local/bin/agentguard \
 && groupadd --system --gid 10001 agentguard \
 && useradd --system --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/agentguard --shell /usr/sbin/nologin agentguard
COPY --from=build /out /opt/agentguard
COPY configs/default.yaml /etc/agentguard/default.yaml
COPY --from=build --chown=10001:10001 /state /var/lib/agentguard
USER 10001:10001
WORKDIR /var/lib/agentguard
VOLUME ["/var/lib/agentguard"]
EXPOSE 8080
ENV NODE_ENV=production
HEALTHCHECK --interval=15s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/readyz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["agentguard"]
CMD ["serve", "--policy", "/etc/agentguard/default.yaml", "--dashboard", "--audit-log", "/var/lib/agentguard/audit.jsonl"]
