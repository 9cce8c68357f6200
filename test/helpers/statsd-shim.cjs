// statsd 0.9.0 logs through util.log, which newer versions of Node no longer have.
require('node:util').log ??= console.log;
