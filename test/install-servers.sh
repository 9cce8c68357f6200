#!/bin/sh
# Installs the servers that the tests talk to, HAProxy and carbon-cache, and the programs that read what the package
# brings along, on Debian or Ubuntu; does nothing where they are.
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
if ! command -v nagios4 >/dev/null; then
  packages="$packages nagios4-core"
  services="$services nagios4"
fi
for program in zsh mandoc man:man-db systemd-analyze:systemd; do # a program, and its package where that has another name
  command -v "${program%:*}" >/dev/null || packages="$packages ${program#*:}"
done
[ -n "$packages" ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
  echo "install-servers.sh: installing$packages needs root: run sudo test/install-servers.sh" >&2
  exit 1
fi
if ! command -v apt-get >/dev/null; then
  echo "install-servers.sh: no apt-get here: install haproxy and carbon-cache by hand" >&2
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
