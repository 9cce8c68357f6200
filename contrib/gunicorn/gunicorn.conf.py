# Request statistics for hap-monitor: copy hook_stats.py to where gunicorn starts the application (its chdir or
# pythonpath), and this to your gunicorn.conf.py. The directory has to be there, writable for the workers' user.
from hook_stats import HookStats

stats = HookStats('my_app', '/run/hook-stats')

pre_request = stats.pre_request
post_request = stats.post_request
child_exit = stats.child_exit
worker_exit = stats.worker_exit
