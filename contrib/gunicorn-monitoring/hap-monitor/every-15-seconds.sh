# Runs hap-monitor with these arguments at :00, :15, :30 and :45 of each minute; cron knows no seconds.
trap 'exit 0' TERM INT
while true; do
  sleep $((15 - $(date +%s) % 15)) &
  wait $!
  hap-monitor "$@"
done
