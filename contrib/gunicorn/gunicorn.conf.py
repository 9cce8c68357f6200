# Request statistics for hap-monitor, with the workers sync, gthread and gevent: copy hook_stats.py to where gunicorn starts
# the application (its chdir or pythonpath), and this to your gunicorn.conf.py. The directory has to be there and to belong
# to the workers' user. The other workers take ASGIMiddleware or WSGIMiddleware instead; hook_stats.py says how.
from hook_stats import HookStats

stats = HookStats('my_app', '/run/hook-stats')

pre_request = stats.pre_request
post_request = stats.post_request
child_exit = stats.child_exit
worker_exit = stats.worker_exit
