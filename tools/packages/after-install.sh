# The user of the timer's runs. Its group haproxy may write to HAProxy's stats socket; where HAProxy is not installed the
# service would not start without that group.
mkdir -p /var/lib/hap-monitor
if ! getent group haproxy >/dev/null; then
  groupadd --system haproxy
  touch /var/lib/hap-monitor/made-group-haproxy
fi
getent passwd hap-monitor >/dev/null || useradd --system --user-group --groups haproxy \
  --home-dir /var/lib/hap-monitor --no-create-home --shell /usr/sbin/nologin hap-monitor
[ -d /var/lib/hap-monitor/spool ] || install -d -m 700 -o hap-monitor -g hap-monitor /var/lib/hap-monitor/spool
[ ! -d /run/systemd/system ] || systemctl daemon-reload
