# The other package (with or without a Node of its own) may have taken over: then everything is its.
if [ ! -e /usr/bin/hap-monitor ]; then
  # groupdel refuses where the group has become the first one of a user, as of HAProxy's own.
  [ ! -e /var/lib/hap-monitor/made-group-haproxy ] || groupdel haproxy 2>/dev/null || true
  rm -rf /var/lib/hap-monitor
  ! getent passwd hap-monitor >/dev/null || userdel hap-monitor
fi
