#!/bin/sh
# Installs the servers that the tests talk to on Debian or Ubuntu: HAProxy, carbon-cache, graphite-web (with the font that it
# draws with) and carbon-c-relay; does nothing where they are.
set -eu

PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
export PATH DEBIAN_FRONTEND=noninteractive

packages=''
services=''
if ! command -v haproxy >/dev/null; then
  packages="$packages haproxy"
  services="$services haproxy"
fi
if ! command -v carbon-cache >/dev/null; then
  packages="$packages graphite-carbon"
  services="$services carbon-cache"
fi
if ! command -v graphite-manage >/dev/null; then
  packages="$packages graphite-web fonts-dejavu-core"
fi
if ! command -v carbon-c-relay >/dev/null; then
  packages="$packages carbon-c-relay"
  services="$services carbon-c-relay"
fi
[ -n "$packages" ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
  echo "install-servers.sh: installing$packages needs root: run sudo test/install-servers.sh" >&2
  exit 1
fi
if ! command -v apt-get >/dev/null; then
  echo "install-servers.sh: no apt-get here: install$packages by hand" >&2
  exit 1
fi

install() {
  # shellcheck disable=SC2086 # a list of words
  apt-get install -y -q --no-install-recommends $packages
}

# The package lists may be missing or older than the archive; only then are they fetched.
install || { apt-get update -q && install; }

# The tests start their own; those that came with the packages must not stay up, nor come back at boot.
for service in $services; do
  if [ -d /run/systemd/system ]; then
    systemctl disable --now "$service"
  elif [ -x "/etc/init.d/$service" ]; then
    "/etc/init.d/$service" stop || true
    update-rc.d "$service" disable
  fi
done
