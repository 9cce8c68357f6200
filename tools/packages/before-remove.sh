if command -v systemctl >/dev/null; then
  systemctl --no-reload disable hap-monitor.timer 2>/dev/null || true
  [ ! -d /run/systemd/system ] || systemctl stop hap-monitor.timer hap-monitor.service || true
fi
