# The production image: the bundle, the packages that cannot be bundled, and nothing else. How to run it: docs/deploying.md.
# For builds that can be repeated, give the digest too: --build-arg NODE_IMAGE=node:24-slim@sha256:…
ARG NODE_IMAGE=node:24-slim
ARG BUN_IMAGE=oven/bun:1.4-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY tools/build tools/build
COPY src src
RUN npm run build

# What dist/package.json names, in the versions of the lock file. Often nothing.
FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package-lock.json .npmrc ./
COPY --from=build /app/dist/package.json ./
RUN npm install --omit=dev --ignore-scripts --no-audit --no-fund && mkdir -p node_modules

# The same on Bun: docker build --target bun. docs/runtimes.md says what differs.
FROM ${BUN_IMAGE} AS bun
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
USER 1000:1000
EXPOSE 4000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["bun", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 4000) + '/health').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["bun", "dist/main.js"]

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
WORKDIR /app
# All of it belongs to root: the server cannot change its own code.
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
# The image's user `node`, by number: Kubernetes cannot tell from a name that it is not root.
USER 1000:1000
EXPOSE 4000
# Whether the process lives. Whether it should be given requests is another question: /ready.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 4000) + '/health').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# No shell and no npm in between: SIGTERM reaches the server, which ends its requests and then itself.
ENTRYPOINT ["node", "dist/main.js"]
