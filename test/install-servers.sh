#!/bin/sh
# Installs what the tests talk to, what builds packages and what looks at them, on Debian or Ubuntu; does nothing where it is.
set -eu

PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
export PATH DEBIAN_FRONTEND=noninteractive

packages=''
services=''
# A program, its package, and the services that come with it.
while read -r program package service; do
  command -v "$program" >/dev/null && continue
  packages="$packages $package"
  services="$services $service"
done <<'END'
haproxy haproxy haproxy
carbon-cache graphite-carbon carbon-cache
carbon-c-relay carbon-c-relay carbon-c-relay
graphite-manage graphite-web
/usr/bin/gunicorn gunicorn
redis-server redis-server redis-server
nagios4 nagios4-core nagios4
zsh zsh
mandoc mandoc
man man-db
systemd-analyze systemd
mmdebstrap mmdebstrap
lintian lintian
rpmbuild rpm
openssl openssl
ip iproute2
END
[ -d /usr/share/fonts/truetype/dejavu ] || packages="$packages fonts-dejavu-core"
for module in gevent tornado uvicorn zmq; do
  /usr/bin/python3 -c "import $module" 2>/dev/null || packages="$packages python3-$module"
done
/usr/bin/python3 -c 'import prometheus_client' 2>/dev/null || packages="$packages python3-prometheus-client"
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
