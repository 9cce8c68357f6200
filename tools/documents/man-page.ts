import {
  CHECK_CODES,
  describeOption,
  EXAMPLES,
  EXIT_CODES,
  SUMMARY,
  SYNOPSIS,
} from '../../src/config/manual.ts';
import { OPTIONS, type Option } from '../../src/config/options.ts';

/** Of the last change of what the page says. The day of the build would make a page of its own of each build. */
const DAY = 'November 21, 2026';

/** The manual in mdoc(7). */
export function manPage(version: string): string {
  return `.Dd ${DAY}
.Dt HAP-MONITOR 1
.Os hap-monitor ${version}
.Sh NAME
.Nm hap-monitor
.Nd ${SUMMARY}
.Sh SYNOPSIS
.Nm
${escapeRoff(SYNOPSIS)}
.Sh DESCRIPTION
.Nm
asks every endpoint for
.Ql show info
and
.Ql show stat ,
makes datapoints of the answers, delivers them and ends.
It is started by
.Xr cron 8 ,
by a
.Xr systemd.timer 5
or by a person, and it is silent unless something is wrong.
.Pp
.Nm Cm check
is a plugin for Nagios and its like: it reads every endpoint and looks at the spool, sends and changes nothing, and prints one line.
.Sh OPTIONS
Times are seconds unless an option says otherwise.
In brackets stands the default.
${renderGroups()}
.Sh FILES
.Bl -tag -width Ds
.It Pa /run/haproxy/stats.sock
A stats socket in haproxy.cfg.
The user needs to write to it; level
.Ql user
is enough.
.It Pa /etc/haproxystats.conf
A config file of haproxystats, read as it stands by
.Fl -config .
.It Pa /var/spool/hap-monitor
A directory for
.Fl -spool ,
of mode 0700, owned by the user that runs
.Nm .
.El
.Sh EXIT STATUS
The highest that applies is returned.
${renderCodes(EXIT_CODES)}
.Pp
Of
.Nm Cm check :
${renderCodes(CHECK_CODES)}
.Sh EXAMPLES
${EXAMPLES.map(renderExample).join('\n.Pp\n')}
.Sh SEE ALSO
.Xr haproxy 1 ,
.Xr crontab 5 ,
.Xr systemd.timer 5
`;
}

function renderGroups(): string {
  const options = Object.entries<Option>(OPTIONS);
  const groups = new Set(options.map(([, { group }]) => group));
  return Array.from(groups, name => {
    const rows = options.filter(([, { group }]) => group === name);
    return [`.Ss ${name}`, '.Bl -tag -width Ds', ...rows.map(renderOption), '.El'].join('\n');
  }).join('\n');
}

function renderOption([name, option]: readonly [string, Option]): string {
  const short = option.short === undefined ? '' : `Fl ${option.short} , `;
  const argument = renderArgument(option);
  return `.It ${short}Fl -${name.replaceAll('-', '\\-')}${argument}\n${escapeRoff(describeOption(option))}`;
}

function renderArgument({ kind, choices = [], argument }: Option): string {
  if (kind === 'flag') return '';
  if (kind === 'number') return ' Ar number';
  if (kind === 'choice') return ` Cm ${choices.join(' | ')}`;
  return kind === 'list' ? ` Ar ${argument} ...` : ` Ar ${argument}`;
}

function renderCodes(codes: readonly string[]): string {
  return ['.Bl -tag -width Ds', ...codes.map((meaning, code) => `.It ${code}\n${meaning}`), '.El'].join('\n');
}

function renderExample({ what, args }: (typeof EXAMPLES)[number]): string {
  return `${escapeRoff(what)}:\n.Bd -literal -offset indent\nhap-monitor ${escapeRoff(args)}\n.Ed`;
}

/** Text as it is to stand there: roff reads a backslash, and a dot or quote that begins a line; a bare minus is a hyphen. */
function escapeRoff(text: string): string {
  return text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replace(/^[.']/, '\\&$&');
}
